"""Cards: the same facts as the text, to look at and to press. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from assistant.answering.phrases import Phrases
from assistant.events import Card, CardAction, Citation
from assistant.shops.records import Store
from retrieval.catalogue import ONLINE, Money, Product, StoreId, Variant
from retrieval.constraints import Filter, Need

LOW_STOCK = 3
_OPTION_FIELDS = frozenset({"colour", "size", "material", "capacity"})


def matching_variants(product: Product, need: Need | None) -> tuple[Variant, ...]:
    """The variants that meet the need's options and price, those to be had first; all of them when none does."""
    filters = need.filters if need else ()
    fitting = [v for v in product.variants if all(_fits(v, product, f) for f in filters)]
    chosen = fitting or list(product.variants)
    return tuple(sorted(chosen, key=lambda v: (not v.in_stock(), not v.in_stock_anywhere, v.price or Decimal(10**9))))


def _fits(variant: Variant, product: Product, condition: Filter) -> bool:
    if condition.field == "price":
        if variant.price is None or condition.number is None:
            return False
        return variant.price <= condition.number if condition.operator == "<=" else variant.price >= condition.number
    if condition.field == "store":
        return any(variant.in_stock(StoreId(store)) for store in condition.values)
    if condition.field == "in_stock":
        return variant.in_stock_anywhere
    own = variant.options.get(condition.field, "").lower()
    if not own or condition.field not in _OPTION_FIELDS:
        return True
    among = any(value == own or value in own.split() or own in value.split() for value in condition.values)
    return not among if condition.operator == "not in" else among


def availability(
    product: Product,
    variants: Sequence[Variant],
    stores: Mapping[str, Store],
    phrases: Phrases,
    store: str = "",
    *,
    also_online: bool = False,
) -> str:
    """ "in stock", "only 2 left online", "in stock at Portland", "in 3 stores", "sold out", "not for sale right now".

    also_online: of one store's stock it is told, too, whether the web shop has it: "2 in stock at Portland, also online".
    """
    if all(v.price is None for v in variants):
        return phrases.say("stock.not_for_sale")
    online = sum(v.stock.get(ONLINE, 0) for v in variants if v.available)
    if store and store in stores:
        units = sum(v.stock.get(StoreId(store), 0) for v in variants if v.available)
        state = "stock.at_store" if units else "stock.gone_at_store"
        return phrases.say(
            f"{state}_online" if online and also_online else state, count=units, store=stores[store].name
        )
    if any(v.in_stock() for v in variants):
        return phrases.say("stock.left" if 0 < online <= LOW_STOCK else "stock.in_stock", count=online)
    places = {place for v in variants if v.available for place, units in v.stock.items() if units > 0}
    return phrases.say("stock.in_stores", count=len(places)) if places else phrases.say("stock.sold_out")


def counted_in_stores(product: Product) -> bool:
    """Whether the shop says how many pieces its stores have."""
    return any(place != ONLINE for variant in product.variants for place in variant.stock)


def lowest_price(product: Product, variants: Sequence[Variant]) -> Money | None:
    known = [v.price for v in variants if v.price is not None]
    return Money(amount=min(known), currency=product.currency) if known else None


def price_varies(variants: Sequence[Variant]) -> bool:
    return len({v.price for v in variants if v.price is not None}) > 1


def shown_price(product: Product, variants: Sequence[Variant], phrases: Phrases) -> str:
    """ "$89.00", "from $89.00" when the variants differ, "" without a price."""
    lowest = lowest_price(product, variants)
    if lowest is None:
        return ""
    shown = phrases.money(lowest)
    return phrases.say("price.from", price=shown) if price_varies(variants) else shown


def product_card(
    product: Product,
    phrases: Phrases,
    *,
    need: Need | None = None,
    stores: Mapping[str, Store] | None = None,
    store: str = "",
    here: str = "",
) -> Card:
    """store: whose stock is told; here: the same of the store that they stand in, and whether it can be had online too."""
    variants = matching_variants(product, need)
    for_sale = [v for v in variants if v.price is not None and v.in_stock()]
    actions = [
        CardAction(
            id="details",
            label=phrases.say("buttons.details"),
            action="show_product",
            arguments={"product_id": product.id},
        ),
    ]
    if for_sale:
        arguments: dict[str, str | int] = {"product_id": product.id, "quantity": 1}
        if len(product.variants) == 1:
            arguments["variant_id"] = for_sale[0].id
        label = phrases.say("buttons.add")
        actions.insert(0, CardAction(id="add", label=label, action="add_to_cart", arguments=arguments))
    return Card(
        kind="product",
        id=product.id,
        title=product.title,
        subtitle=_subtitle(product, phrases),
        image_url=picture(product, variants),
        price=lowest_price(product, variants),
        availability=availability(
            product, variants, stores or {}, phrases, store or here, also_online=bool(here and not store)
        ),
        actions=tuple(actions),
    )


def picture(product: Product, variants: Sequence[Variant]) -> str:
    colour = variants[0].options.get("colour", "") if variants else ""
    generated = product.image_url.endswith("/image.svg")
    if not product.image_url.startswith(("/", "https://", "http://")):
        return ""  # of a feed: "javascript:…" and the like is no picture
    return f"{product.image_url}?colour={colour.replace(' ', '%20')}" if colour and generated else product.image_url


def _subtitle(product: Product, phrases: Phrases) -> str:
    rated = f"★ {phrases.rating(product.rating)} ({product.rating_count})" if product.rating is not None else ""
    return " · ".join(part for part in (product.brand, product.category[-1] if product.category else "", rated) if part)


def product_line(product: Product, card: Card, variants: Sequence[Variant], phrases: Phrases) -> str:
    """ "**Title**: from $89.00, in stock, rated 4.5": the title as on the card, so that what is shown is named."""
    known = product.rating is not None
    rated = phrases.say("rating.short", rating=phrases.rating(product.rating or 0)) if known else ""
    facts = ", ".join(part for part in (shown_price(product, variants, phrases), card.availability, rated) if part)
    return phrases.pair(f"**{product.title}**", facts)


def product_citation(product: Product, quote: str) -> Citation:
    return Citation(kind="product", id=product.id, title=product.title, quote=quote)


def store_card(
    store: Store, availability_text: str = "", hours: str = "", actions: tuple[CardAction, ...] = ()
) -> Card:
    address = ", ".join(part for part in (store.address.address1, store.address.city, store.address.state) if part)
    return Card(
        kind="store",
        id=store.id,
        title=store.name,
        subtitle=" · ".join(part for part in (address, hours, store.phone) if part),
        availability=availability_text,
        actions=actions,
    )
