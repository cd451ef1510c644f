"""Products as retrieval indexes them and as the rest of the system speaks of them.

The lowest module of the domain: everything above imports these words, it imports none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NewType

ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)
StoreId = NewType("StoreId", str)

ONLINE = StoreId("online")
"""The pseudo-store that holds what the web shop can ship."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exact amount. `amount` has the currency's own number of decimals; `currency` is ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    rating: int
    """1 to 5."""
    text: str
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing that can be put into a cart: a size and colour of a product."""

    id: VariantId
    options: Mapping[str, str] = field(default_factory=dict)
    """What tells it from its siblings: {"colour": "blue", "size": "M"}. Keys lower case; `colour` is spelt so."""
    price: Decimal | None = None
    """In the product's currency. None: not for sale until the shop names a price."""
    available: bool = True
    """The shop's own word, for shops that state no numbers."""
    stock: Mapping[StoreId, int] = field(default_factory=dict)
    """Units by store, `ONLINE` included. Empty when the shop states no numbers: then `available` decides."""
    gtin: str = ""

    def in_stock(self, store: StoreId = ONLINE) -> bool:
        if not self.stock:
            return self.available
        return self.available and self.stock.get(store, 0) > 0

    @property
    def in_stock_anywhere(self) -> bool:
        if not self.stock:
            return self.available
        return self.available and any(units > 0 for units in self.stock.values())


Audience = Literal["women", "men", "kids", "unisex", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    id: ProductId
    title: str
    brand: str = ""
    category: tuple[str, ...] = ()
    """From the widest to the narrowest: ("Outdoor", "Camping", "Tents")."""
    description: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What all variants share, as shown to people: {"weight": "1.8 kg", "waterproof": "yes"}. Keys lower case."""
    audience: Audience = ""
    currency: str = "USD"
    variants: tuple[Variant, ...] = ()
    rating: float | None = None
    """Mean of the ratings, 1.0 to 5.0; None when nobody rated it."""
    rating_count: int = 0
    reviews: tuple[Review, ...] = ()
    image_url: str = ""
    url: str = ""

    @property
    def prices(self) -> tuple[Decimal, Decimal] | None:
        """Lowest and highest price among its variants; None when none has a price."""
        known = [variant.price for variant in self.variants if variant.price is not None]
        return (min(known), max(known)) if known else None

    @property
    def in_stock_anywhere(self) -> bool:
        return any(variant.in_stock_anywhere for variant in self.variants)

    def variant(self, variant_id: VariantId) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == variant_id), None)
