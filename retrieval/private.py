"""What is known of a customer, searched under a filter that cannot be forgotten: every search names the owner.

There is no index of all customers to search. Each owner's notes are a FAISS index of their own, made when asked for and
dropped when others need the room; a note is checked against its owner on the way in and on the way out. Above lies
`assistant`, which knows who the customer is; below, `lexical` and an `Embedder`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import NewType

import numpy as np

from retrieval import lexical
from retrieval.errors import RetrievalError
from retrieval.evidence import Evidence
from retrieval.fusion import fused
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.lexical import Bm25
from retrieval.ports import Embedder
from retrieval.words import stems

Owner = NewType("Owner", str)
_LONGEST_QUERY = 400
_NEAR = 0.3
"""Cosine from which a note that shares no word with the question answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A fact of one customer: an order, a preference, what was said before."""

    id: str
    owner: Owner
    title: str
    text: str = ""
    at: datetime | None = None


class NotTheOwners(RetrievalError):
    """Carries no text: a log of it gives nothing away."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: pass the owner that `assistant.identity` has made sure of, and notes of that owner only"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Partition:
    owner: Owner
    notes: Sequence[Note]
    words: Bm25 | None = None
    vectors: FaissFlatIndex | None = None


class PrivateNotes:
    """Thread-safe; blocking. `load` gives one owner's notes, as few or as many as the shop keeps.

    Raises NotTheOwners for an empty owner, and when `load` hands over a note of somebody else.
    """

    def __init__(self, load: Callable[[Owner], Sequence[Note]], embedder: Embedder, *, most_owners: int = 256) -> None:
        self._load = load
        self._embedder = embedder
        self._most = most_owners
        self._partitions: OrderedDict[Owner, _Partition] = OrderedDict()
        self._changing = Lock()
        self._forgotten = 0

    def find(self, owner: Owner, text: str, *, k: int = 3) -> tuple[Evidence, ...]:
        """That owner's notes that answer, best first; none where nothing does. The newest for an empty text."""
        partition = self._of(owner)
        text = text[:_LONGEST_QUERY].strip()
        ranked = _newest(partition) if not text else self._best(partition, text)
        return tuple(_evidence(owner, partition.notes[row], score) for row, score in ranked[: max(k, 0)])

    def forget(self, owner: Owner) -> None:
        """Drop what is held of that owner: their notes have changed, or they asked to be forgotten."""
        with self._changing:
            self._forgotten += 1
            self._partitions.pop(owner, None)

    def forget_all(self) -> None:
        with self._changing:
            self._forgotten += 1
            self._partitions.clear()

    def _of(self, owner: Owner) -> _Partition:
        if not owner.strip():
            raise NotTheOwners("a search without an owner")
        with self._changing:
            if owner in self._partitions:
                self._partitions.move_to_end(owner)
                return self._partitions[owner]
            before = self._forgotten
        made = self._made(owner)
        with self._changing:
            # What was loaded before somebody was forgotten meanwhile may be what was to be forgotten: used once, not kept.
            if self._forgotten == before:
                self._partitions[owner] = made
            while len(self._partitions) > self._most:
                self._partitions.popitem(last=False)
        return made

    def _made(self, owner: Owner) -> _Partition:
        notes = tuple(self._load(owner))
        if any(note.owner != owner for note in notes):
            raise NotTheOwners("a note of another owner")
        if not notes:
            return _Partition(owner=owner, notes=())
        words, _ = lexical.index(lexical.documents((note.title for note in notes), (note.text for note in notes)))
        embedded = self._embedder.embed([f"{note.title}. {note.text}" for note in notes])
        vectors = FaissFlatIndex(self._embedder.dimensions)
        vectors.add(np.arange(len(notes), dtype=np.int64), embedded)
        return _Partition(owner=owner, notes=notes, words=words, vectors=vectors)

    def _best(self, partition: _Partition, text: str) -> list[tuple[int, float]]:
        if partition.words is None or partition.vectors is None:
            return []
        spoken = partition.words.scores([[((stem,), 1.0)] for stem in dict.fromkeys(stems(text))])
        near = np.zeros(len(partition.notes), dtype=np.float32)
        rows, similar = partition.vectors.search(self._embedder.embed([text])[0], len(partition.notes))
        near[rows] = similar
        scores = fused(spoken, near)
        order = np.argsort(-scores, kind="stable")
        return [(int(row), float(scores[row])) for row in order if spoken[row] > 0 or near[row] >= _NEAR]


def _newest(partition: _Partition) -> list[tuple[int, float]]:
    dated = [(note.at.timestamp() if note.at else float("-inf"), row) for row, note in enumerate(partition.notes)]
    return [(row, 1.0) for _, row in sorted(dated, key=lambda pair: (-pair[0], pair[1]))]


def _evidence(owner: Owner, note: Note, score: float) -> Evidence:
    if note.owner != owner:
        raise NotTheOwners("a result of another owner")
    return Evidence(
        kind="profile", id=note.id, title=note.title, text=note.text, score=min(1.0, max(0.0, score)), as_of=note.at
    )
