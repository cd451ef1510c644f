"""Whether the product cards of a reply are what the shopper asked for, judged by the shop's own records (pure).

Below: `expectations`, `shop_facts`. Above: `checking`. Each function returns what is wrong, as lines for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from assistant.events import Card
from eval.dialogue.expectations import CardsExpected, Measure
from eval.dialogue.shop_facts import ShopFacts
from eval.measures import within
from eval.progress import Exchange, Progress
from retrieval.catalogue import Product, ProductId, Variant


def check_cards(expected: CardsExpected, exchange: Exchange, before: Progress, shop: ShopFacts) -> Iterator[str]:
    cards = exchange.product_cards
    if not expected.min <= len(cards) <= expected.max:
        yield f"cards: {len(cards)} instead of {expected.min} to {expected.max}"
    for card in cards:
        product = shop.product(card.id)
        if product is None:
            yield f"cards: {card.id!r} is no product of this shop"
        else:
            yield from (f"cards: {card.title!r} {wrong}" for wrong in _product_wrongs(expected, card, product, shop))
    yield from _compared(expected, cards, before)
    yield from _order_wrongs(expected, cards, shop)


def chosen(positions: Iterable[int], listed: Sequence[Card]) -> tuple[str, ...]:
    """Product ids at these positions; a position that the list has not is skipped."""
    indexes = (position - 1 if position > 0 else position + len(listed) for position in positions)
    return tuple(listed[index].id for index in indexes if 0 <= index < len(listed))


def could_show(expected: CardsExpected, shop: ShopFacts) -> int:
    """How many products of the shop a reply might show and be right: none means that the expectation is at fault."""
    cards = (Card(kind="product", id=product.id, title=product.title) for product in shop.products.values())
    return sum(not any(_product_wrongs(expected, card, shop.products[ProductId(card.id)], shop)) for card in cards)


def _product_wrongs(expected: CardsExpected, card: Card, product: Product, shop: ShopFacts) -> Iterator[str]:
    if expected.category_any and not _any_equal(expected.category_any, product.category):
        yield f"is in {' > '.join(product.category)}"
    if expected.title_any and not any(re.search(p, product.title, re.I) for p in expected.title_any):
        yield "has another title"
    if expected.brand_in and not _any_equal(expected.brand_in, (product.brand,)):
        yield f"is by {product.brand}"
    if expected.brand_not_in and _any_equal(expected.brand_not_in, (product.brand,)):
        yield f"is by {product.brand}"
    if expected.audience_in and product.audience not in expected.audience_in:
        yield f"is for {product.audience or 'nobody in particular'}"
    if expected.rating_min is not None and (product.rating or 0) < expected.rating_min:
        yield f"is rated {product.rating}"
    if card.price is not None and not _in_range(card.price.amount, expected):
        yield f"costs {card.price.amount}"
    yield from _attribute_wrongs(expected, product)
    if product.variants and not any(_variant_fits(expected, variant, shop) for variant in product.variants):
        yield "has no variant that meets option, price and stock together"


def _attribute_wrongs(expected: CardsExpected, product: Product) -> Iterator[str]:
    for name, wanted in expected.attribute.items():
        values = values_of(product, name)
        if isinstance(wanted, Measure):
            fits = any(within(value, least=wanted.min, most=wanted.max) for value in values)
        else:
            fits = any(holds_word(value, word) for value in values for word in wanted)
        if not fits:
            yield f"has {name} {' / '.join(values) or 'not stated'}"
    for name, unwanted in expected.attribute_not.items():
        if any(holds_word(value, word) for value in values_of(product, name) for word in unwanted):
            yield f"has {name} {' / '.join(values_of(product, name))}"


def _variant_fits(expected: CardsExpected, variant: Variant, shop: ShopFacts) -> bool:
    has = all(any(_option_is(variant, k, v) for v in values) for k, values in expected.option.items())
    lacks = not any(_option_is(variant, k, v) for k, values in expected.option_not.items() for v in values)
    bounded = expected.price_max is not None or expected.price_min is not None
    affordable = not bounded or (variant.price is not None and _in_range(variant.price, expected))
    stocked = not expected.in_stock or variant.in_stock_anywhere
    there = not expected.store or any(variant.in_stock(store.id) for store in shop.stores_called(expected.store))
    return has and lacks and affordable and stocked and there


def _option_is(variant: Variant, name: str, wanted: str) -> bool:
    """ "M" is also "M (55-59 cm)"; "42" is not "420"."""
    value = variant.options.get(name, "").lower()
    return value == wanted.lower() or bool(re.match(re.escape(wanted.lower()) + r"[^\w.,]", value))


def values_of(product: Product, name: str) -> tuple[str, ...]:
    """What the product says of an attribute, options of its variants included."""
    stated = [product.attributes[name]] if name in product.attributes else []
    offered = (variant.options[name] for variant in product.variants if name in variant.options)
    return tuple(dict.fromkeys([*stated, *offered]))


def holds_word(value: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", value, re.I) is not None


def _in_range(price: Decimal, expected: CardsExpected) -> bool:
    least, most = expected.price_min, expected.price_max
    return (least is None or price >= least) and (most is None or price <= most)


def _any_equal(wanted: Iterable[str], values: Iterable[str]) -> bool:
    return not {word.lower() for word in wanted}.isdisjoint(value.lower() for value in values)


def _compared(expected: CardsExpected, cards: Sequence[Card], before: Progress) -> Iterator[str]:
    """With what was shown before this turn."""
    ids = {card.id for card in cards}
    if expected.of_list:
        wanted = chosen(expected.of_list, before.listed)
        if len(wanted) < len(expected.of_list):
            yield f"cards: the last list has no position {max(expected.of_list)}"
        elif ids != set(wanted):
            yield f"cards: not those at {', '.join(map(str, expected.of_list))} of the last list"
    if expected.within_list and not ids <= {card.id for card in before.listed}:
        yield "cards: some were not in the last list"
    if expected.new and ids <= {card.id for card in before.shown}:
        yield "cards: nothing new"
    earlier, now = _amounts(before.shown), _amounts(cards)
    if expected.cheaper_than_before and not (
        earlier and now and _mean(now) < _mean(earlier) and max(now) <= max(earlier)
    ):
        yield "cards: not cheaper than before"
    if expected.dearer_than_before and not (earlier and now and _mean(now) > _mean(earlier)):
        yield "cards: not dearer than before"


def _order_wrongs(expected: CardsExpected, cards: Sequence[Card], shop: ShopFacts) -> Iterator[str]:
    if expected.sorted is None:
        return
    if expected.sorted == "rating":
        figures = [-Decimal(str(product.rating or 0)) for card in cards if (product := shop.product(card.id))]
    else:
        sign = 1 if expected.sorted == "price_ascending" else -1
        figures = [amount * sign for amount in _amounts(cards)]
    if figures != sorted(figures):
        yield f"cards: not sorted by {expected.sorted.replace('_', ', ')}"


def _amounts(cards: Iterable[Card]) -> list[Decimal]:
    return [card.price.amount for card in cards if card.kind == "product" and card.price is not None]


def _mean(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)) / len(amounts)
