"""What may stand in for a product: like it but cheaper, or in stock while it is sold out.

Pure but for the search it is given. Above lies `retriever`; below, `needs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from retrieval.catalogue import Product, ProductId, StoreId
from retrieval.evidence import Evidence
from retrieval.needs import Filter

_CENT = Decimal("0.01")
IN_STOCK = Filter(field="in_stock", operator="=", values=("yes",))


class Neighbours(Protocol):
    """The part of a retriever that this needs."""

    def product(self, product_id: ProductId) -> Product | None: ...

    def similar(self, product_id: ProductId, *, k: int = 5, filters: Sequence[Filter] = ()) -> tuple[Evidence, ...]: ...


def cheaper(
    shop: Neighbours, product_id: ProductId, *, k: int = 5, than: Decimal | None = None
) -> tuple[Evidence, ...]:
    """Most like it among the same kind of product, in stock, for less than it, or than `than`.

    Price and availability in `fields` are those of the variants that cost less. Empty where it has no price.
    """
    product = shop.product(product_id)
    limit = than if than is not None else (product.prices or (None,))[0] if product is not None else None
    if product is None or limit is None:
        return ()
    below = Filter(field="price", operator="<=", number=limit - _CENT)
    return shop.similar(product_id, k=k, filters=(*same_kind(product), IN_STOCK, below))


def instead_of(
    shop: Neighbours, product_id: ProductId, *, k: int = 5, store: StoreId | None = None
) -> tuple[Evidence, ...]:
    """Most like it among the same kind of product, in stock (at `store`): for when it is sold out."""
    product = shop.product(product_id)
    if product is None:
        return ()
    at = (Filter(field="store", operator="in", values=(store,)),) if store is not None else ()
    return shop.similar(product_id, k=k, filters=(*same_kind(product), IN_STOCK, *at))


def same_kind(product: Product) -> tuple[Filter, ...]:
    """Its narrowest category, and for whom it is: nobody takes a woman's boots for a child's."""
    kind: list[Filter] = []
    if product.category:
        kind.append(Filter(field="category", operator="in", values=(product.category[-1].lower(),)))
    if product.audience in ("women", "men"):
        kind.append(Filter(field="audience", operator="in", values=(product.audience, "unisex")))
    elif product.audience == "kids":
        kind.append(Filter(field="audience", operator="in", values=("kids",)))
    return tuple(kind)
