"""An independent reading of a reply: which of its figures and names no evidence supports, and which cards it does not name.

Below: `figures`, `evidence_pool`, `product_names`. Above: `dialogue`. Evidence is what the reply itself carries (cards and
citations), the shop's records of exactly those, the cart, what tools returned in this turn, and what the customer said.
Nothing is shared with assistant/answering/grounding.py. A figure that follows a product's name directly must be true of
that product; one in a sentence that names products, of one of those; any other, of some evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.events import AssistantSaid, Card, Cart, Citation
from assistant.shops.records import OrderId
from eval.dialogue.product_names import Mention, ProductNames, is_named, is_named_in_full
from eval.dialogue.shop_facts import ShopFacts
from eval.grounding.figures import Figure, figures
from eval.grounding.number_forms import english_form
from eval.retrieval.evidence_pool import (
    Pool,
    of_card,
    of_cart,
    of_counts,
    of_customer,
    of_differences,
    of_order,
    of_product,
    of_store,
    of_text,
    pooled,
)
from retrieval.catalogue import ONLINE, Product, ProductId, StoreId

_JOINS = re.compile(r"[\s(,:—–-]*(?:\b(?:at|for|is|are|costs?|from|weighs?|rated|only|just|now)\b[\s(:]*)*\Z", re.I)
_COMPARES = re.compile(r"\s*(?:cheaper|dearer|less|more|lighter|heavier|below|above|under|over|off)\b", re.I)
_OWN_KINDS = ("price", "rating")
"""What is no digit and no last point: what stays is the number as English reads it."""
_LISTED = re.compile(r"\s*[-*•]\s")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(•*-])|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ungrounded:
    kind: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    ungrounded: tuple[Ungrounded, ...] = ()
    unnamed: tuple[str, ...] = ()
    """Titles of cards that the text names neither in full nor by their first words."""
    figures: int = 0
    cards: int = 0
    cards_in_full: int = 0
    """Cards whose whole title stands in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What this reply may speak from."""

    of_products: Mapping[ProductId, Pool]
    general: Pool
    products: frozenset[ProductId]
    places: Mapping[str, StoreId]
    """Cities and names of stores, lower case."""


def judge(
    reply: AssistantSaid,
    *,
    said: Sequence[str],
    cart: Cart,
    shop: ShopFacts,
    names: ProductNames,
    results: Sequence[Any] = (),
) -> Verdict:
    """`said`: all the customer typed so far, this turn included. `results`: of the tools that this turn called."""
    reply = in_english_forms(reply)
    evidence = _evidence(reply, said, cart, shop, names, results)
    text = reply.text.replace("’", "'")
    named = [card for card in reply.cards if _is_named(card, text)]
    return Verdict(
        ungrounded=tuple(
            dict.fromkeys([*_names_without(text, evidence, names), *_figures_without(text, evidence, names)])
        ),
        unnamed=tuple(card.title for card in reply.cards if card not in named),
        figures=len(figures(text)),
        cards=len(reply.cards),
        cards_in_full=sum(is_named_in_full(card.title, text) for card in reply.cards),
    )


def in_english_forms(reply: AssistantSaid) -> AssistantSaid:
    """With its figures and dates as English writes them, whatever the reply's language."""

    def plain(text: str) -> str:
        return english_form(text, reply.language)

    return replace(
        reply,
        text=plain(reply.text),
        cards=tuple(
            replace(card, subtitle=plain(card.subtitle), availability=plain(card.availability)) for card in reply.cards
        ),
        citations=tuple(replace(one, quote=plain(one.quote)) for one in reply.citations),
    )


# -- evidence ----------------------------------------------------------------------------------------------------------


def _evidence(
    reply: AssistantSaid, said: Sequence[str], cart: Cart, shop: ShopFacts, names: ProductNames, results: Sequence[Any]
) -> Evidence:
    shown = _products((*(c.id for c in reply.cards if c.kind == "product"), *_ids(reply.citations, "product")), shop)
    in_cart = _products((item.product_id for item in cart.items), shop)
    orders = [order for order_id in _order_ids(reply) if (order := shop.orders.get(OrderId(order_id)))]
    ordered = {line.product_id for order in orders for line in order.lines}
    spoken_of = {found for text in said for mention in names.mentions(text) for found in mention.products}
    pools = {product.id: _pool_of(product, reply) for product in (*shown, *in_cart)}
    counts = of_counts([*_counts(reply, shop), *_totals(results)])
    general = pooled([
        *(of_card(card) for card in reply.cards if card.kind != "product"),
        *(of_text(citation.quote, citation.title) for citation in reply.citations if citation.kind != "product"),
        *(of_store(store) for store_id in _store_ids(reply) if (store := shop.stores.get(StoreId(store_id)))),
        *(of_order(order) for order in orders),
        of_customer(said), of_cart(cart), counts, of_differences(shown, reply.cards),
    ])  # fmt: skip
    known = frozenset({*pools, *ordered, *spoken_of})
    places = {name.lower(): store.id for store in shop.stores.values() for name in (store.name, store.address.city)}
    return Evidence(of_products=pools, general=general, products=known, places=places)


def _pool_of(product: Product, reply: AssistantSaid) -> Pool:
    variants = {product.id, *(variant.id for variant in product.variants)}
    cards = [of_card(card) for card in reply.cards if card.id in variants]
    quotes = [of_text(citation.quote, citation.title) for citation in reply.citations if citation.id in variants]
    return pooled([of_product(product), *cards, *quotes])


def _products(ids: Iterable[str], shop: ShopFacts) -> tuple[Product, ...]:
    return tuple({product.id: product for product in map(shop.product, ids) if product is not None}.values())


def _ids(citations: Iterable[Citation], kind: str) -> Iterator[str]:
    return (citation.id for citation in citations if citation.kind == kind)


def _order_ids(reply: AssistantSaid) -> Iterator[str]:
    yield from (card.id for card in reply.cards if card.kind == "order")
    yield from _ids(reply.citations, "order")


def _store_ids(reply: AssistantSaid) -> Iterator[str]:
    yield from (card.id for card in reply.cards if card.kind == "store")
    yield from _ids(reply.citations, "store")


def _counts(reply: AssistantSaid, shop: ShopFacts) -> Iterator[int]:
    """How many cards, of each kind and in all; how many things are cited; how many stores the shop has."""
    kinds = [card.kind for card in reply.cards]
    yield from (len(kinds), *(kinds.count(kind) for kind in set(kinds)))
    yield from (len(set(_ids(reply.citations, kind))) for kind in ("product", "policy", "order", "store"))
    yield len(shop.stores)


def _totals(results: Iterable[Any]) -> Iterator[int]:
    """Whole numbers that a tool returned by a name: {"total": 37}."""
    for result in results:
        if isinstance(result, Mapping):
            yield from (value for value in result.values() if isinstance(value, int) and not isinstance(value, bool))


# -- the text against it -----------------------------------------------------------------------------------------------


def _names_without(text: str, evidence: Evidence, names: ProductNames) -> Iterator[Ungrounded]:
    for mention in names.mentions(text):
        if mention.products.isdisjoint(evidence.products):
            yield Ungrounded(kind="product", text=mention.text, sentence=_sentence_at(text, mention.start))


def _figures_without(text: str, evidence: Evidence, names: ProductNames) -> Iterator[Ungrounded]:
    for sentence in _SENTENCE.split(text):
        mentions = [m for m in names.mentions(sentence) if m.products & evidence.of_products.keys()]
        for figure in figures(sentence):
            if not _supported(figure, sentence, mentions, evidence):
                yield Ungrounded(kind=figure.kind, text=figure.text, sentence=sentence)


def _supported(figure: Figure, sentence: str, mentions: Sequence[Mention], evidence: Evidence) -> bool:
    if any(mention.start <= figure.start < mention.end for mention in mentions):
        return True  # part of a name that stands in the evidence
    if figure.kind == "word" and (sentence.rstrip().endswith("?") or _in_example(figure, sentence)):
        return True  # "which two shall I compare?" claims nothing
    owner = _owner(figure, sentence, mentions)
    meant = [owner] if owner else mentions
    ids = {product for mention in meant for product in mention.products} or set(evidence.of_products)
    pools = [evidence.of_products[product_id] for product_id in ids if product_id in evidence.of_products]
    if figure.kind == "stock" and (place := _place_of(figure, sentence, evidence.places)):
        return any(f"{place}={figure.value}" in pool.of("stock_at") for pool in pools)
    if figure.kind == "rating" and "review" in sentence.lower():
        return any(figure.value in pool.of("review") | pool.of("rating") for pool in pools)
    alone = owner is not None and figure.kind in _OWN_KINDS
    return any(pool.supports(figure) for pool in pools) or (not alone and evidence.general.supports(figure))


def _owner(figure: Figure, sentence: str, mentions: Sequence[Mention]) -> Mention | None:
    """The product whose figure it must be: named directly before it, or alone in its line of a list."""
    if _COMPARES.match(sentence[figure.end :]):
        return None
    if len(mentions) == 1 and _LISTED.match(sentence):
        return mentions[0]
    return next((m for m in mentions if m.end <= figure.start and _JOINS.match(sentence[m.end : figure.start])), None)


def _place_of(figure: Figure, sentence: str, places: Mapping[str, StoreId]) -> StoreId | None:
    """Where a stock level is said to be: what follows directly, else the last place before it."""
    after, before = sentence[figure.end : figure.end + 60].lower(), sentence[: figure.start].lower()
    if re.match(r"\W*(?:pieces?\W+)?online", after):
        return ONLINE
    for name, store in places.items():
        if re.match(rf"\W*(?:in|at)\W+(?:our\W+)?{re.escape(name)}", after):
            return store
    named = [(before.rfind(name), store) for name, store in places.items() if name in before]
    return max(named)[1] if named else None


def _in_example(figure: Figure, sentence: str) -> bool:
    """Within quotation marks: something the customer might say."""
    return sentence.count("“", 0, figure.start) > sentence.count("”", 0, figure.start)


def _sentence_at(text: str, place: int) -> str:
    start = 0
    for match in _SENTENCE.finditer(text):
        if match.start() >= place:
            return text[start : match.start()]
        start = match.end()
    return text[start:]


# -- cards against the text --------------------------------------------------------------------------------------------


def _is_named(card: Card, text: str) -> bool:
    """A product by title or by brand and model, an order by its number, a store by its name or city, a question by its gist."""
    match card.kind:
        case "product":
            return is_named(card.title, text)
        case "order":
            return card.id.lower().lstrip("#") in text.lower() or is_named_in_full(card.title, text)
        case "store":
            return is_named_in_full(card.title, text) or _share(card.title, text) >= 0.3
        case "confirmation":
            return _share(card.title, text) >= 0.5


def _share(title: str, text: str) -> float:
    """Of the title's longer words, how many stand in the text."""
    words = set(re.findall(r"\w{4,}", title.lower()))
    return sum(word in text.lower() for word in words) / len(words) if words else 1.0
