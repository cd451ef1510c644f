"""An encoder that tells how each call went: for metrics, and for whoever watches whether it still works.

Bootstrap puts it around the encoders that the settings name; it changes nothing of what they give.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.ports import Embedder, Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """One call, ended."""

    encoder: str
    texts: int
    seconds: float
    trouble: str = ""
    """Why it failed; "" where it did not."""


class MeasuredEmbedder:
    """Embedder. `on_call` is told in the calling thread, once a call; it must be quick and may not raise."""

    def __init__(self, embedder: Embedder, on_call: Callable[[Embedding], None]) -> None:
        self.embedder, self._on_call = embedder, on_call
        self.trouble = ""
        """Why the last call failed; "" while calls succeed."""

    @property
    def name(self) -> str:
        return self.embedder.name

    @property
    def dimensions(self) -> int:
        return self.embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        trouble = "it was given up"
        try:
            vectors = self.embedder.embed(texts)
            trouble = ""
        except Exception as error:
            trouble = str(error) or type(error).__name__
            raise
        finally:
            self.trouble = trouble
            self._on_call(
                Embedding(encoder=self.name, texts=len(texts), seconds=time.perf_counter() - began, trouble=trouble)
            )
        return vectors
