"""Search in other languages than the shop's: a second vector a product, and the bridge to the shop's own words.

Beside the English vectors, never instead: a query in English never touches this. The vectors' index is made when the
first query of another language comes. Above lies `retriever`; below, `bridge`, `segment` and the multilingual encoder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from retrieval.bridge import Bridge, Slot
from retrieval.columns import Mask
from retrieval.identifiers import looks_like_one
from retrieval.interpreting import Unit
from retrieval.live import State
from retrieval.multilingual_column import MultilingualColumn
from retrieval.ports import Embedder, VectorIndex, Vectors
from retrieval.product_vectors import product_vectors
from retrieval.segment import Candidates, Segment
from retrieval.titles import phrasing_of

_log = logging.getLogger(__name__)
_WISH = 0.4


class Languages:
    """Of one retriever. Thread-safe."""

    def __init__(
        self,
        column: MultilingualColumn,
        embedder: Embedder,
        new_index: Callable[[int], VectorIndex],
    ) -> None:
        self._column = column
        self._embedder = embedder
        self._new_index = new_index
        self._bridge = Bridge(column.terms, column.term_vectors)
        self._segments: list[tuple[Segment, Segment]] = []
        self._known: dict[str, Vectors] = {}
        self._preparing = Lock()

    @property
    def of_the_shop(self) -> str:
        return self._column.language

    def slots(self, units: Sequence[Unit], used: Callable[[str], bool]) -> list[Slot]:
        """The request's words as the shop's; `used` tells those that its titles hold."""
        return self._bridge.slots(units, self._embedder.embed, used)

    def asked(self, question: str) -> tuple[Vectors, Vectors] | None:
        """The question's vector, and those of the policies' chunks; None in an index that has none of these."""
        chunks = self._column.chunk_vectors
        return None if chunks is None else (self._embedder.embed([question])[0], chunks)

    def warm(self) -> None:
        """Loads the encoder: a second, once. Raises EmbedderUnavailable where its file turns out broken."""
        self._embedder.embed(["warm"])

    def candidates(
        self, state: State, text: str, slots: Sequence[Slot], allowed: Sequence[Mask], k: int, plain: Embedder
    ) -> list[Candidates]:
        """By segment, as for English; `plain` is the encoder of the segments' own vectors.

        Raises EmbedderUnavailable where the model's file turns out broken.
        """
        query = [slot.alternatives for slot in slots]
        identifiers = [word for word in text.split() if looks_like_one(word)]
        bridged = " ".join(slot.ways[0][0] for slot in slots)
        if len(self._column.vectors):
            vector, segments = self._embedder.embed([text or "product"])[0], self.prepared(state)
        else:
            vector, segments = plain.embed([bridged or text or "product"])[0], list(state.segments)
        phrasing = phrasing_of(bridged, "")
        return [
            segment.candidates(query, vector, identifiers, phrasing, mask, k)
            for segment, mask in zip(segments, allowed, strict=True)
        ]

    def prepared(self, state: State) -> list[Segment]:
        """The state's segments with this encoder's vectors; those made before are kept."""
        with self._preparing:
            before = self._segments
            self._segments = [
                next((pair for pair in before if pair[0] is segment), None)
                or (segment, self._with_vectors(place, segment))
                for place, segment in enumerate(state.segments)
            ]
            return [ours for _, ours in self._segments]

    def _with_vectors(self, place: int, segment: Segment) -> Segment:
        # The first segment is the snapshot's; what came since has been embedded by nobody yet.
        vectors = self._column.vectors if place == 0 else self._embedded(segment)
        index = self._new_index(self._embedder.dimensions)
        index.add(np.arange(len(segment), dtype=np.int64), np.asarray(vectors, dtype=np.float32))
        return replace(segment, vectors=vectors, index=index)

    def _embedded(self, segment: Segment) -> Vectors:
        """Each change makes the delta anew; what it held already is not embedded again."""
        products = [segment.products[row] for row in range(len(segment))]
        keys = [
            repr((product.id, product.title, product.description, dict(product.attributes))) for product in products
        ]
        missing = [row for row, key in enumerate(keys) if key not in self._known]
        if missing:
            fresh = product_vectors([products[row] for row in missing], self._embedder.embed)
            self._known.update((keys[row], vector) for row, vector in zip(missing, fresh, strict=True))
        self._known = {key: self._known[key] for key in keys}
        return np.stack([self._known[key] for key in keys])


def wished(wish: str) -> Slot:
    """A taste, which ranks at less weight than a thing."""
    return Slot(said=wish, ways=((wish, _WISH),))


def opened(
    column: MultilingualColumn | None,
    embedder: Embedder | None,
    new_index: Callable[[int], VectorIndex],
) -> Languages | None:
    """None, and the reason in the log, where the snapshot holds nothing that this encoder could search."""
    if embedder is None:
        return None
    if column is None or column.embedder != embedder.name:
        found = "nothing for other languages than English" if column is None else f"vectors of {column.embedder!r}"
        _log.warning(
            "the index holds %s, %r is needed: queries of other languages are searched as if they were English; "
            "rebuild with `aisle index build`",
            found,
            embedder.name,
        )
        return None
    return Languages(column, embedder, new_index)
