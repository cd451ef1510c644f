"""The catalogue as columns: filters become bitmaps over variants and products before any search.

Colour, size, price and stock must hold for one and the same variant, so a product passes when one of its variants meets
all of them. Above lies `segment`; below, `facets` and `postings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from retrieval import facets
from retrieval.catalogue import ONLINE, Product, StoreId, Variant
from retrieval.measures import Measures, measures_of
from retrieval.needs import Filter
from retrieval.postings import Postings, count_terms
from retrieval.units import Measure

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
SEPARATOR = "\x1f"
"""Between field and value, or field and unit, in a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Rows of variants lie in the order of their products. Immutable: a change makes a copy of the columns it touches."""

    first: NDArray[np.int64]
    """Product row p has the variants first[p]:first[p + 1]."""
    price: Numbers
    """By variant; NaN where the shop names none."""
    stocked: Mask
    """By variant: can be bought somewhere."""
    stores: tuple[str, ...]
    stock: Mask
    """[variants, stores]: at least one unit there."""
    rating: Numbers
    """By product; NaN where nobody rated."""
    popularity: Numbers
    """By product: rating weighed by how many gave it, in [0, 1]."""
    product_facets: Postings
    variant_facets: Postings
    product_measures: Measures
    variant_measures: Measures

    @property
    def products(self) -> int:
        return len(self.rating)

    @property
    def variants(self) -> int:
        return len(self.price)

    def passing(self, filters: Sequence[Filter]) -> tuple[Mask, Mask]:
        """Products that pass, and the variants of theirs that meet all conditions on variants."""
        products = np.ones(self.products, dtype=np.bool_)
        variants = np.ones(self.variants, dtype=np.bool_)
        narrowed = False
        for one in filters:
            if self._speaks_of_variants(one):
                variants &= self._variant_mask(one)
                narrowed = True
            else:
                products &= self._product_mask(one)
        if narrowed:
            products &= self.by_product(variants)
        return products, variants

    def by_product(self, variants: Mask) -> Mask:
        """Whether any variant is in the mask; products without variants are not."""
        running = np.zeros(len(variants) + 1, dtype=np.int32)
        np.cumsum(variants, dtype=np.int32, out=running[1:])
        before = running[self.first]
        some: Mask = before[1:] > before[:-1]
        return some

    def any_variant(self, variants: Mask, rows: NDArray[np.int64]) -> Mask:
        """As `by_product`, of some rows only."""
        first, counts = self.first[rows], self.first[rows + 1] - self.first[rows]
        within = np.repeat(np.arange(len(rows)), counts)
        places = np.arange(len(within)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        return np.bincount(within[variants[places]], minlength=len(rows)) > 0

    def lowest_price(self, variants: Mask) -> Numbers:
        """By product, over the variants in the mask; infinite where none has a price."""
        prices = np.where(variants & ~np.isnan(self.price), self.price, np.inf)
        lowest = np.full(self.products, np.inf)
        owners = np.repeat(np.arange(self.products), np.diff(self.first))
        np.minimum.at(lowest, owners, prices)
        return lowest

    def measures_of(self, field: str, unit: str) -> Numbers | None:
        return self.product_measures.get(f"{field}{SEPARATOR}{unit}")

    def figures_of(self, field: str, among: Mask) -> Numbers:
        """By product, what it states of a measured attribute, else the greatest of its variants', in the unit that most
        of `among` state it in: litres of backpacks, milliampere hours of power banks."""
        prefix = field + SEPARATOR
        found = {key: column for key, column in self.product_measures.items() if key.startswith(prefix)}
        for key in (key for key in self.variant_measures if key.startswith(prefix)):
            greatest = self._greatest(self.variant_measures[key])
            found[key] = np.where(np.isnan(found[key]), greatest, found[key]) if key in found else greatest
        if not found:
            return np.full(self.products, np.nan)
        return max(found.values(), key=lambda one: int(np.count_nonzero(~np.isnan(one) & among)))

    def _greatest(self, of_variants: Numbers) -> Numbers:
        """By product; NaN where no variant states it."""
        greatest = np.full(self.products, -np.inf)
        owners = np.repeat(np.arange(self.products), np.diff(self.first))
        np.maximum.at(greatest, owners, np.nan_to_num(of_variants, nan=-np.inf))
        return np.where(np.isinf(greatest), np.nan, greatest)

    def _speaks_of_variants(self, one: Filter) -> bool:
        if one.field in ("price", "in_stock", "store"):
            return True
        if one.number is not None:
            return f"{one.field}{SEPARATOR}{one.unit}" in self.variant_measures
        return one.field != "category" and any(
            f"{one.field}{SEPARATOR}{value}" in self.variant_facets.terms for value in one.values
        )

    def _variant_mask(self, one: Filter) -> Mask:
        if one.field == "price":
            return _compared(self.price, one)
        if one.field == "in_stock":
            return self.stocked if "yes" in one.values else np.logical_not(self.stocked)
        if one.field == "store":
            columns = [self.stores.index(store) for store in one.values if store in self.stores]
            held = np.asarray(self.stock[:, columns].any(axis=1), dtype=np.bool_)
            return ~held if one.operator == "not in" else held
        if one.number is not None:
            of_variants = _compared(self.variant_measures[f"{one.field}{SEPARATOR}{one.unit}"], one)
            of_products = self.product_measures.get(f"{one.field}{SEPARATOR}{one.unit}")
            return of_variants if of_products is None else of_variants | self._spread(_compared(of_products, one))
        mask = _members(self.variant_facets, one, self.variants) | self._spread(
            _members(self.product_facets, one, self.products)
        )
        return ~mask if one.operator == "not in" else mask

    def _product_mask(self, one: Filter) -> Mask:
        if one.field == "rating":
            return _compared(self.rating, one)
        if one.number is not None:
            column = self.product_measures.get(f"{one.field}{SEPARATOR}{one.unit}")
            return np.zeros(self.products, dtype=np.bool_) if column is None else _compared(column, one)
        mask = _members(self.product_facets, one, self.products)
        return ~mask if one.operator == "not in" else mask

    def _spread(self, products: Mask) -> Mask:
        return np.repeat(products, np.diff(self.first))

    def with_changes(self, changes: Mapping[int, Product]) -> Columns:
        """The same products with other prices, stock and ratings, by row; variants must be the same ones."""
        price, stocked, stock = self.price.copy(), self.stocked.copy(), self.stock.copy()
        rating, popularity = self.rating.copy(), self.popularity.copy()
        stores = list(self.stores)
        for row, product in changes.items():
            rating[row], popularity[row] = _rating(product), _popularity(product)
            for place, variant in enumerate(product.variants, start=int(self.first[row])):
                price[place] = _price(variant)
                stocked[place] = variant.in_stock_anywhere
                new = [store for store in variant.stock if store not in stores]
                if new:
                    stores += new
                    stock = np.hstack([stock, np.zeros((len(stock), len(new)), dtype=np.bool_)])
                stock[place] = [variant.in_stock(StoreId(store)) for store in stores]
        return replace(
            self, price=price, stocked=stocked, stock=stock, stores=tuple(stores), rating=rating, popularity=popularity
        )


def columns_of(products: Sequence[Product]) -> Columns:
    variants = [variant for product in products for variant in product.variants]
    stores = tuple(sorted({str(store) for variant in variants for store in variant.stock} | {str(ONLINE)}))
    stock = np.array([[variant.in_stock(StoreId(store)) for store in stores] for variant in variants], dtype=np.bool_)
    return Columns(
        first=np.cumsum([0, *(len(product.variants) for product in products)], dtype=np.int64),
        price=np.array([_price(variant) for variant in variants], dtype=np.float64),
        stocked=np.array([variant.in_stock_anywhere for variant in variants], dtype=np.bool_),
        stores=stores,
        stock=stock.reshape(len(variants), len(stores)),
        rating=np.array([_rating(product) for product in products], dtype=np.float64),
        popularity=np.array([_popularity(product) for product in products], dtype=np.float64),
        product_facets=count_terms(_keys(facets.product_facets(product)) for product in products),
        variant_facets=count_terms(_keys(facets.variant_facets(variant)) for variant in variants),
        product_measures=measures_of(_stated(facets.product_measures(product)) for product in products),
        variant_measures=measures_of(_stated(facets.variant_measures(variant)) for variant in variants),
    )


def _keys(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{field}{SEPARATOR}{value}" for field, value in pairs]


def _stated(found: Iterable[tuple[str, Measure]]) -> list[tuple[str, float]]:
    return [(f"{field}{SEPARATOR}{measure.unit}", float(measure.number)) for field, measure in found]


def _members(postings: Postings, one: Filter, rows: int) -> Mask:
    mask = np.zeros(rows, dtype=np.bool_)
    mask[postings.rows_of(f"{one.field}{SEPARATOR}{value}" for value in one.values)] = True
    return mask


def _compared(column: Numbers, one: Filter) -> Mask:
    bound = float(one.number if one.number is not None else Decimal(0))
    # A measure went through a unit's factor: "2 lb" must not fail against itself by a rounding.
    slack = abs(bound) * 1e-6 if one.field != "price" else 0.0
    mask: Mask = column <= bound + slack if one.operator == "<=" else column >= bound - slack
    return mask


def _price(variant: Variant) -> float:
    return float(variant.price) if variant.price is not None else float("nan")


def _rating(product: Product) -> float:
    return float("nan") if product.rating is None else product.rating


def _popularity(product: Product) -> float:
    """A mean of 3.5 over ten imagined ratings keeps a single 5.0 from leading."""
    rating = product.rating if product.rating is not None else 3.5
    return (rating * product.rating_count + 35.0) / (product.rating_count + 10.0) / 5.0
