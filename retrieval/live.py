"""What is searched at one moment, and the next moment after a change.

A change of price, stock or rating copies a few columns. Any other change buries the old row and puts the product into a
small second segment; only its vectors are new. The next build takes all of it into the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from retrieval.catalogue import Product, ProductId
from retrieval.columns import Columns, Mask
from retrieval.needs import Filter
from retrieval.ports import Embedder, VectorIndex, Vectors
from retrieval.product_vectors import product_vectors
from retrieval.segment import Segment, segment_of
from retrieval.threads import one_blas_thread
from retrieval.vocabulary import Vocabulary

Place = tuple[int, int]
"""(segment, row)."""
BASE, DELTA = 0, 1
_KEPT = 8
"""Sets of filters whose masks are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    segments: tuple[Segment, ...]
    columns: tuple[Columns, ...]
    alive: tuple[Mask, ...]
    vocabulary: Vocabulary
    generation: int
    amended: Mapping[int, Product] = field(default_factory=dict)
    """Rows of the base whose price, stock or rating has changed since the snapshot."""
    seen: dict[tuple[Filter, ...], list[tuple[Mask, Mask]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    """What passed the last filters: a search asks twice, and a shopper's next question keeps most of them."""

    @property
    def size(self) -> int:
        return sum(int(mask.sum()) for mask in self.alive)

    def frequency(self, term: str) -> int:
        """How many products hold a stem, those that are gone included."""
        return sum(segment.words.frequency(term) for segment in self.segments)

    def passing(self, filters: Sequence[Filter]) -> list[tuple[Mask, Mask]]:
        key = tuple(filters)
        if (known := self.seen.get(key)) is not None:
            return known
        found = self._passing(filters)
        if len(self.seen) >= _KEPT:
            self.seen.clear()
        for mask in (mask for pair in found for mask in pair):
            mask.setflags(write=False)
        self.seen[key] = found
        return found

    def _passing(self, filters: Sequence[Filter]) -> list[tuple[Mask, Mask]]:
        found = []
        plain = [one for one in filters if one.field != "text"]
        for segment, columns, alive in zip(self.segments, self.columns, self.alive, strict=True):
            products, variants = columns.passing(plain)
            found.append((products & alive & segment.without_words(filters), variants))
        return found

    def any_passing(self, filters: Sequence[Filter]) -> bool:
        return any(bool(products.any()) for products, _ in self.passing(filters))

    def place_of(self, product_id: ProductId) -> Place | None:
        for part in reversed(range(len(self.segments))):
            row = self.segments[part].rows.get(product_id)
            if row is not None and self.alive[part][row]:
                return part, row
        return None

    def product_at(self, part: int, row: int) -> Product:
        if part == BASE and row in self.amended:
            return self.amended[row]
        return self.segments[part].products[row]

    def product(self, product_id: ProductId) -> Product | None:
        place = self.place_of(product_id)
        return None if place is None else self.product_at(*place)


def initial(base: Segment, vocabulary: Vocabulary, generation: int) -> State:
    one_blas_thread()
    return State(
        segments=(base,),
        columns=(base.columns,),
        alive=(np.ones(len(base), dtype=np.bool_),),
        vocabulary=vocabulary,
        generation=generation,
    )


def changed(
    state: State,
    upserts: Sequence[Product],
    deletes: Sequence[ProductId],
    embedder: Embedder,
    new_index: Callable[[int], VectorIndex],
) -> State:
    """The state after it; a product both put in and deleted is deleted."""
    wanted = {product.id: product for product in upserts if product.id not in set(deletes)}
    amended: dict[int, Product] = {}
    moved: dict[ProductId, Product] = {}
    for product in wanted.values():
        place = state.place_of(product.id)
        if place is not None and place[0] == BASE and same_content(state.product_at(*place), product):
            amended[place[1]] = product
        else:
            moved[product.id] = product
    state = _buried(state, [*deletes, *moved])
    if amended:
        columns = (state.columns[BASE].with_changes(amended), *state.columns[1:])
        state = replace(state, columns=columns, amended={**state.amended, **amended})
    return replace(_with_delta(state, moved, embedder, new_index), generation=state.generation + 1)


def same_content(old: Product, new: Product) -> bool:
    """Whether words, filters and variants stay, so that price, stock and rating are all that may differ."""
    return (
        (old.title, old.brand, old.category, old.description, old.audience)
        == (new.title, new.brand, new.category, new.description, new.audience)
        and dict(old.attributes) == dict(new.attributes)
        and [(one.id, dict(one.options)) for one in old.variants]
        == [(one.id, dict(one.options)) for one in new.variants]
    )


def _buried(state: State, ids: Sequence[ProductId]) -> State:
    alive = [mask.copy() for mask in state.alive]
    for product_id in ids:
        for part, segment in enumerate(state.segments):
            row = segment.rows.get(product_id)
            if row is not None:
                alive[part][row] = False
    return replace(state, alive=tuple(alive))


def _with_delta(
    state: State, moved: Mapping[ProductId, Product], embedder: Embedder, new_index: Callable[[int], VectorIndex]
) -> State:
    """The delta made anew from what still lives in it and what moves in; known vectors are kept."""
    if not moved:
        return state
    kept: list[tuple[Product, Vectors]] = []
    if len(state.segments) > DELTA:
        old = state.segments[DELTA]
        kept = [(old.products[row], old.vectors[row]) for row in np.flatnonzero(state.alive[DELTA]).tolist()]
    fresh = list(zip(moved.values(), product_vectors(list(moved.values()), embedder.embed), strict=True))
    products = [product for product, _ in (*kept, *fresh)]
    vectors = np.stack([vector for _, vector in (*kept, *fresh)]).astype(np.float32)
    delta = segment_of(products, vectors, new_index(embedder.dimensions), state.segments[BASE].statistics)
    return replace(
        state,
        segments=(state.segments[BASE], delta),
        columns=(state.columns[BASE], delta.columns),
        alive=(state.alive[BASE], np.ones(len(delta), dtype=np.bool_)),
    )


def learnt(state: State, upserts: Sequence[Product]) -> State:
    """With the words, brands and kinds that are new to the shop; the same state where none is.

    A second step, because its tables take a second at 10⁶ products: the products are findable before. They are made here,
    so that no reader waits for them.
    """
    bringing = [product for product in upserts if _brings_words(state.vocabulary, product)]
    return replace(state, vocabulary=state.vocabulary.extended(bringing).prepared()) if bringing else state


def _brings_words(known: Vocabulary, product: Product) -> bool:
    """Model numbers aside, of which every product brings one: they are looked up among the identifiers."""
    own = Vocabulary.of([product])
    return (
        any(word.isalpha() and word not in known.counts for word in own.counts)
        or any(thing not in known.things for thing in own.things)
        or any(value not in known.values.get(name, {}) for name, values in own.values.items() for value in values)
        or any(name not in known.measures.get(unit, {}) for unit, names in own.measures.items() for name in names)
    )
