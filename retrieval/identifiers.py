"""Model numbers, SKUs and GTINs: found by exact form, or by shared character trigrams despite a typing error.

Above lies `segment`; below, `postings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from retrieval.catalogue import Product
from retrieval.postings import Postings, count_terms
from retrieval.string_table import StringTable, table_of
from retrieval.words import normal

_NAMED = frozenset(
    {
        "sku",
        "mpn",
        "model",
        "model number",
        "model no",
        "part number",
        "item number",
        "article number",
        "ean",
        "gtin",
        "upc",
    }
)
_IN_TITLE = re.compile(r"[^\s,;()\[\]\"]+")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")
_MEASURE = re.compile(r"^\d+(?:\.\d+)?[a-z]{0,3}$")
_SHORTEST = 4
SIMILAR = 0.5
"""Share of trigrams from which on two identifiers may be the same one, mistyped more than once."""
_SHARED = 0.2
"""Share of its trigrams that a mistyped form keeps at least: swapping two signs amid seven leaves three."""
_COMPARED = 300
"""Forms compared sign by sign: those that share most trigrams."""
_LONG = 8
"""Signs from which on two errors are still told from another identifier."""


def bare(text: str) -> str:
    """The form that is compared: "WH-1000XM5" -> "wh1000xm5"."""
    return _NOT_ALNUM.sub("", normal(text))


def looks_like_one(word: str) -> bool:
    """Letters and digits mixed, or a long run of digits: "1080p" and "500ml" are not."""
    form = bare(word)
    if len(form) < _SHORTEST or not any(letter.isdigit() for letter in form):
        return False
    return len(form) >= 7 or not _MEASURE.match(form) or (form.isdigit() and len(form) >= 5)


def identifiers_of(product: Product) -> Iterator[str]:
    yield bare(product.id)
    for variant in product.variants:
        yield bare(variant.id)
        if variant.gtin:
            yield bare(variant.gtin)
    for name, value in product.attributes.items():
        if name.lower() in _NAMED:
            yield bare(value)
    for word in _IN_TITLE.findall(product.title):
        if looks_like_one(word):
            yield bare(word)


class Identifiers:
    """Immutable. `owners` gives the product row of each identifier."""

    def __init__(self, forms: StringTable, owners: NDArray[np.int32], trigrams: Postings) -> None:
        self.forms, self.owners, self.trigrams = forms, owners, trigrams

    def matching(self, words: Iterable[str], *, most: int = 50) -> Mapping[int, float]:
        """Similarity in [SIMILAR, 1] by product row; 1 only for the exact form."""
        best: dict[int, float] = {}
        for word in words:
            form = bare(word)
            if len(form) < _SHORTEST:
                continue
            if exact := self.forms.numbers_of(form):
                best.update((int(self.owners[place]), 1.0) for place in exact)
                continue
            for place, share in islice(self._similar(form), most):
                owner = int(self.owners[place])
                best[owner] = max(best.get(owner, 0.0), share)
        return best

    def _similar(self, form: str) -> Iterator[tuple[int, float]]:
        own = _trigrams(form)
        shared = np.bincount(self.trigrams.rows_of(set(own)), minlength=len(self.forms))
        near = np.flatnonzero(shared >= max(1.0, len(own) * _SHARED))
        for place in near[np.argsort(-shared[near], kind="stable")][:_COMPARED].tolist():
            union = len(own) + len(_trigrams(self.forms[place])) - int(shared[place])
            share = int(shared[place]) / union
            errors = OSA.distance(form, self.forms[place], score_cutoff=2)
            # Below 1: a near form never ties with the exact one.
            if errors <= 1:
                yield place, 0.9 + 0.09 * share
            elif errors == 2 and len(form) >= _LONG:
                yield place, 0.7 + 0.09 * share
            elif share >= SIMILAR:
                yield place, min(share, 0.69)


def _trigrams(form: str) -> list[str]:
    padded = f"^{form}$"
    return list(dict.fromkeys(padded[start : start + 3] for start in range(len(padded) - 2)))


def index_identifiers(products: Sequence[Product]) -> Identifiers:
    pairs = [
        (form, row) for row, product in enumerate(products) for form in dict.fromkeys(identifiers_of(product)) if form
    ]
    forms = [form for form, _ in pairs]
    owners = np.array([row for _, row in pairs], dtype=np.int32)
    return Identifiers(table_of(forms), owners, count_terms(_trigrams(form) for form in forms))
