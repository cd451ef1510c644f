"""How many products that meet a need carry each value of a field: the figures beside a search page's filters.

Above lies the shop's search page; below, `retriever`. A field's own filters do not narrow its figures, so that a shopper
sees what else could be chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from retrieval.columns import SEPARATOR, Columns, Mask
from retrieval.live import State
from retrieval.needs import Need
from retrieval.postings import Postings
from retrieval.retriever import Retriever

Counts = Mapping[str, Mapping[str, int]]
"""By field, products by value (lower case), the most frequent first."""


def count_values(retriever: Retriever, need: Need, fields: Sequence[str]) -> Counts:
    """Blocking: a few ms for 100,000 products."""
    needs = {field: replace(need, filters=tuple(one for one in need.filters if one.field != field)) for field in fields}
    meeting = {other.filters: retriever.meeting(other) for other in needs.values()}
    return {field: _counts(*meeting[other.filters], field) for field, other in needs.items()}


def _counts(state: State, meeting: Sequence[tuple[Mask, Mask]], field: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for columns, (products, variants) in zip(state.columns, meeting, strict=True):
        _add(counts, columns.product_facets, field, products)
        _add_of_variants(counts, columns, field, products, variants)
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _terms(postings: Postings, field: str) -> list[tuple[str, str]]:
    prefix = field + SEPARATOR
    return [(term, term.removeprefix(prefix)) for term in postings.terms if term.startswith(prefix)]


def _add(counts: dict[str, int], postings: Postings, field: str, products: Mask) -> None:
    for term, value in _terms(postings, field):
        number = int(np.count_nonzero(products[postings.of(term)[0]]))
        if number:
            counts[value] = counts.get(value, 0) + number


def _add_of_variants(counts: dict[str, int], columns: Columns, field: str, products: Mask, variants: Mask) -> None:
    for term, value in _terms(columns.variant_facets, field):
        rows = columns.variant_facets.of(term)[0]
        owners = np.unique(np.searchsorted(columns.first, rows[variants[rows]], side="right") - 1)
        number = int(np.count_nonzero(products[owners]))
        if number:
            counts[value] = counts.get(value, 0) + number
