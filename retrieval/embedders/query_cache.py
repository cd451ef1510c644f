"""The last queries' vectors: a shopper's refinements and a page's reloads ask for the same text again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from retrieval.ports import Vectors


class QueryCache:
    """Least recently used goes first. Thread-safe; two threads that miss the same text both compute it."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str, embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        with self._lock:
            if text in self._vectors:
                self._vectors.move_to_end(text)
                return self._vectors[text]
        vector = embed([text])
        vector.setflags(write=False)
        with self._lock:
            self._vectors[text] = vector
            while len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)
        return vector
