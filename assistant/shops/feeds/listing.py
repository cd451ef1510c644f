"""One flat row of a catalogue -> a product of one variant; rows of one group -> a product of several (pure).

Below it: `amounts`. Above it: `csv` and `google_merchant`, which bring their columns to the names here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html.parser import HTMLParser
from itertools import takewhile

from assistant.shops.feeds.amounts import currency_of, price_of
from assistant.shops.feeds.checks import check_product
from assistant.shops.feeds.items import Accepted, BadField, FeedItem
from retrieval.catalogue import ONLINE, Audience, Product, ProductId, StoreId, Variant, VariantId
from retrieval.errors import RefusedRow

OPTION_COLUMNS = ("colour", "size", "material")
COLUMNS = (
    "id", "title", "description", "brand", "category", "audience", "price", "currency", "availability", "stock",
    *OPTION_COLUMNS, "item_group_id", "image_url", "url", "gtin", "rating", "rating_count",
)  # fmt: skip
ATTRIBUTE, OPTION, STOCK = "attribute:", "option:", "stock:"
"""Prefixes of columns with a name of the shop's own: attribute:weight, option:length, stock:oslo."""

_AVAILABLE = frozenset(("in_stock", "instock", "yes", "true", "1", "available", "limited_availability"))
_UNAVAILABLE = frozenset(
    (
        "out_of_stock",
        "outofstock",
        "no",
        "false",
        "0",
        "unavailable",
        "preorder",
        "backorder",
        "discontinued",
        "sold_out",
    )
)
_AUDIENCES: Mapping[str, Audience] = {
    "": "", "women": "women", "female": "women", "men": "men", "male": "men", "kids": "kids", "unisex": "unisex",
}  # fmt: skip
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    line: int
    group: str
    product: Product


def listing_of(fields: Mapping[str, str], *, line: int, currency: str) -> Listing:
    """`fields` by the names of COLUMNS, empty ones left out. Raises BadField."""
    row_id, group = fields.get("id", ""), fields.get("item_group_id", "")
    if not row_id:
        raise BadField("id is missing")
    price, currency = _price(fields, currency)
    variant = Variant(
        id=VariantId(row_id),
        options={name: fields[name] for name in OPTION_COLUMNS if name in fields} | _named(fields, OPTION),
        price=price,
        available=_available(fields.get("availability", "")),
        stock=_stock(fields),
        gtin=fields.get("gtin", "").replace(" ", "").replace("-", ""),
    )
    product = Product(
        id=ProductId(group or row_id),
        title=fields.get("title", ""),
        brand=fields.get("brand", ""),
        category=tuple(part.strip() for part in fields.get("category", "").split(">") if part.strip()),
        description=plain_text(fields.get("description", "")),
        attributes=_named(fields, ATTRIBUTE),
        audience=_audience(fields.get("audience", "")),
        currency=currency,
        variants=(variant,),
        rating=_number(fields, "rating"),
        rating_count=_whole("rating_count", fields.get("rating_count", "0")),
        image_url=fields.get("image_url", ""),
        url=fields.get("url", ""),
    )
    check_product(product)
    return Listing(line=line, group=group, product=product)


def plain_text(text: str) -> str:
    """Without HTML: tags out, paragraphs as lines, entities as signs. Text without HTML comes back as it is."""
    if not _TAG.search(text):
        return text
    reader = _PlainText()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class Groups:
    """Collects the rows of groups, which may lie anywhere in the file, until its end."""

    _rows: dict[str, list[Listing]] = field(default_factory=dict)

    def add(self, listing: Listing) -> None:
        self._rows.setdefault(listing.group, []).append(listing)

    def products(self) -> Iterator[FeedItem]:
        for listings in self._rows.values():
            yield from _grouped(listings)


def _grouped(listings: Sequence[Listing]) -> Iterator[FeedItem]:
    """The group as one product; rows that cannot belong to it are refused by themselves."""
    first, kept, seen = listings[0], [], set[str]()
    for listing in listings:
        variant = listing.product.variants[0]
        if variant.id in seen:
            yield RefusedRow(line=listing.line, reason=f"id {variant.id!r} comes twice in group {listing.group!r}")
        elif listing.product.currency != first.product.currency:
            reason = f"currency {listing.product.currency} in a group that started in {first.product.currency}"
            yield RefusedRow(line=listing.line, reason=reason)
        else:
            kept.append(listing.product)
            seen.add(variant.id)
    try:
        product = _joined(kept)
        check_product(product)
    except BadField as bad:
        yield RefusedRow(line=first.line, reason=f"group {first.group!r}: {bad}")
    else:
        yield Accepted(line=first.line, record=product)


def _joined(products: Sequence[Product]) -> Product:
    """What all rows share stays an attribute; what differs becomes an option of the variants."""
    first = products[0]
    shared = {
        name: value
        for name, value in first.attributes.items()
        if all(product.attributes.get(name) == value for product in products)
    }
    variants = tuple(
        replace(
            product.variants[0],
            options={
                **product.variants[0].options,
                **{name: value for name, value in product.attributes.items() if name not in shared},
            },
        )
        for product in products
    )
    return replace(
        first,
        title=_shared_title([product.title for product in products]),
        description=next((product.description for product in products if product.description), ""),
        attributes=shared,
        variants=variants,
    )


def _shared_title(titles: Sequence[str]) -> str:
    """ "Shirt - Blue, M" and "Shirt - Red, L" are both a "Shirt"."""
    if len(set(titles)) == 1:
        return titles[0]
    together = zip(*(title.split() for title in titles), strict=False)
    words = takewhile(lambda same: len(set(same)) == 1, together)
    return " ".join(same[0] for same in words).rstrip(" -–—,(/|:") or titles[0]


def _price(fields: Mapping[str, str], default: str) -> tuple[Decimal | None, str]:
    """A row without a price is not for sale, and takes the shop's currency when it names none."""
    named = currency_of(fields["currency"]) if "currency" in fields else ""
    if "price" not in fields:
        return None, named or default
    return price_of(fields["price"], currency=named, default=default)


def _available(text: str) -> bool:
    word = text.strip().lower().replace(" ", "_").replace("-", "_")
    if not word or word in _AVAILABLE:
        return True
    if word in _UNAVAILABLE:
        return False
    raise BadField(f"availability {text!r} is unknown: write in_stock, out_of_stock, preorder or backorder")


def _audience(text: str) -> Audience:
    try:
        return _AUDIENCES[text.lower()]
    except KeyError:
        raise BadField(f"audience {text!r} is unknown: write women, men, kids or unisex") from None


def _stock(fields: Mapping[str, str]) -> dict[StoreId, int]:
    stock = {
        StoreId(name.removeprefix(STOCK)): _whole(name, value)
        for name, value in fields.items()
        if name.startswith(STOCK)
    }
    if "stock" in fields:
        stock[ONLINE] = _whole("stock", fields["stock"])
    return stock


def _whole(name: str, text: str) -> int:
    number = text.removesuffix(".0")
    if not number.removeprefix("-").isdecimal() or len(number) > 12:
        raise BadField(f"{name} {text!r} is not a whole number")
    if number.startswith("-"):
        raise BadField(f"{name} {text!r} must not be negative")
    return int(number)


def _number(fields: Mapping[str, str], name: str) -> float | None:
    text = fields.get(name, "")
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        raise BadField(f"{name} {text!r} is not a number") from None


def _named(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}


class _PlainText(HTMLParser):
    """Collects the text; what stands in script and style is none."""

    _BLOCKS = frozenset(("p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table"))
    _HIDDEN = frozenset(("script", "style"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)
