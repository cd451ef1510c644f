"""The understander, put together: its lexicon, its ears, and a classifier for English and one for all other languages.

Above: bootstrap. Below: the reader's parts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from threading import Lock

from assistant.understanding.classifier import FewShotClassifier, Label
from assistant.understanding.examples_any_language import examples_any_language
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.listening import Listener
from assistant.understanding.reader import Understander
from retrieval.ports import Embedder

InThread = Callable[[Callable[[str], Label | None], str], Awaitable[Label | None]]
"""Runs what computes, off the event loop."""


_ALIKE = 0.9
"""The tables say most things in many near ways: half of their examples do as well as all."""


class AnyLanguage:
    """A classifier over the multilingual encoder, made at its first question: some two seconds, once. Thread-safe."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._made: FewShotClassifier | None = None
        self._making = Lock()

    def label(self, text: str) -> Label | None:
        """Raises EmbedderUnavailable where the encoder's file turns out broken."""
        with self._making:
            if self._made is None:
                self._made = FewShotClassifier(self._embedder, examples_any_language(), alike=_ALIKE)
        return self._made.label(text)


def open_understander(
    lexicon: ShopLexicon,
    classifier: FewShotClassifier | None,
    multilingual: Embedder | None,
    in_thread: InThread,
    *,
    serves_orders: bool,
) -> Understander:
    """Rules alone where there is no classifier."""
    any_language = AnyLanguage(multilingual) if multilingual is not None else None

    async def classify(text: str) -> Label | None:
        return await in_thread(classifier.label, text) if classifier is not None else None

    async def classify_any(text: str) -> Label | None:
        return await in_thread(any_language.label, text) if any_language is not None else None

    return Understander(
        lexicon,
        classify,
        serves_orders=serves_orders,
        hear=Listener(names_one=lexicon.names_one),
        classify_any=classify_any,
    )
