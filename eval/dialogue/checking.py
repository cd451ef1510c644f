"""Whether a turn was reached: every condition of its expectation holds on what came back (pure).

Below: `card_checks` and `record_checks`, `expectations` for what can be asked. Above: `dialogue`. A turn is reached when
nothing is wrong; whether its figures are grounded and its cards named is `grounded`'s business and counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.dialogue.card_checks import check_cards, chosen, holds_word, values_of
from eval.dialogue.expectations import Expectation
from eval.dialogue.record_checks import check_cart, check_orders, check_policies, check_stores
from eval.dialogue.seen import Seen, plain
from retrieval.catalogue import Product

UNKNOWN = (
    r"\b(not|no|nothing|none|cannot|never|unknown|\w+n't)\b[^.!?]{0,70}\b(know|sa(y|ys|id)|stat(e|es|ed)|list(s|ed)?|mention(s|ed)?|"
    r"info(rmation)?|details?|figures?|data|f[io]und?|find|sure|tell|told|covers?|given|answer|have)\b|\bunknown\b"
)
_REQUEST = r"\bplease\b|\b(let me know|tell me|give me|send me)\b"
CANNOT = (
    r"\b(can't|cannot|can not|couldn't|unable|not able|not something|isn't something|don't|won't|only help|outside)\b"
)
RELAXED = (
    r"\b(no|not|nothing|none|cannot|never|closest|nearest|instead|without|dropped|widened|relaxed|sold out|unfortunately|"
    r"sorry|\w+n't)\b"
)


def wrongs(expected: Expectation, seen: Seen) -> tuple[str, ...]:
    """What keeps this turn from being reached, as lines for people; empty when it is reached."""
    exchange = seen.exchange
    if expected.refused or exchange.refused:
        as_expected = expected.refused == exchange.refused
        return (
            () if as_expected else (f"refused: {exchange.refused or 'accepted'}, not {expected.refused or 'accepted'}",)
        )
    if exchange.failed:
        return (f"the turn failed: {exchange.failed}",)
    if exchange.reply is None and not seen.after.handed_over:
        return ("no reply came",)
    return tuple(_wrongs(expected, seen))


def _wrongs(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.cards is not None:
        yield from check_cards(expected.cards, seen.exchange, seen.before, seen.shop)
    if expected.no_cards and seen.exchange.product_cards:
        yield f"no_cards: {len(seen.exchange.product_cards)} shown"
    yield from _about(expected, seen)
    yield from _answers(expected, seen)
    yield from _manner(expected, seen)
    yield from check_policies(expected, seen)
    if expected.stores is not None:
        yield from check_stores(expected.stores, seen)
    yield from check_orders(expected, seen)
    if expected.cart is not None:
        yield from check_cart(expected.cart, seen)
    if expected.cart_unchanged and seen.after.cart != seen.before.cart:
        yield "cart_unchanged: it changed"
    yield from _course(expected, seen)
    yield from _patterns(expected, seen)
    yield from _either(expected, seen)


def _about(expected: Expectation, seen: Seen) -> Iterator[str]:
    wanted = chosen(expected.about, seen.before.listed)
    if len(wanted) < len(expected.about):
        yield f"about: the last list has {len(seen.before.listed)} products"
    spoken_of = {product.id for product in _products_spoken_of(seen)}
    if not set(wanted) <= spoken_of:
        yield f"about: neither card nor citation of number {', '.join(map(str, expected.about))} of the last list"


def _products_spoken_of(seen: Seen) -> tuple[Product, ...]:
    ids = [card.id for card in seen.exchange.product_cards]
    ids += [citation.id for citation in seen.exchange.citations if citation.kind == "product"]
    return tuple({p.id: p for p in map(seen.shop.product, ids) if p is not None}.values())


def _answers(expected: Expectation, seen: Seen) -> Iterator[str]:
    if not expected.answers:
        return
    named = [seen.shop.product(product_id) for product_id in chosen(expected.about, seen.before.listed)]
    asked = [product for product in named if product is not None] or _products_spoken_of(seen)
    told = {product.id: _answer_wrongs(product, expected.answers, seen) for product in asked}
    stated = [wrongs for wrongs in told.values() if wrongs]
    if not stated:
        if not re.search(UNKNOWN, seen.text, re.I):
            yield f"answers: {expected.answers[0]} is not known, and the text does not say so"
        return
    missing = [outcome[0] for outcome in stated if all(outcome)]
    if missing and (named or len(missing) == len(stated)):
        yield f"answers: {missing[0]}"


def _answer_wrongs(product: Product, names: Sequence[str], seen: Seen) -> list[str]:
    """One line for each of the attributes that the product has; empty where that one is answered."""
    stated = [name for name in names if values_of(product, name)]
    wrongs = {name: _unanswered(product, name, seen) for name in stated}
    return [f"{name} of {product.title!r} {wrong}" if wrong else "" for name, wrong in wrongs.items()]


def _unanswered(product: Product, name: str, seen: Seen) -> str:
    values = [plain(value).lower() for value in values_of(product, name)]
    quotes = [plain(c.quote).lower() for c in seen.exchange.citations if c.kind == "product" and c.id == product.id]
    if not any(value in quote for value in values for quote in quotes):
        return f"({values[0]}) is not quoted"
    text = seen.text.lower()
    if values == ["no"]:
        return "" if re.search(r"\b(no|not|none|without|never|\w+n't)\b", text) else "(no) is not said"
    if values == ["yes"]:
        return "(yes) is denied" if re.search(rf"\b(not|\w+n't)( \w+)? {re.escape(name)}", text) else ""
    return "" if any(_said(value, text) for value in values) else f"({values[0]}) is not in the text"


def _said(value: str, text: str) -> bool:
    """The value's figures, or its longest word, stand in the text."""
    figures = re.findall(r"\d+(?:[.,]\d+)?", value)
    words = re.findall(r"[^\W\d_]+", value)
    return all(holds_word(text, figure) for figure in figures) if figures else max(words, key=len, default="") in text


def _manner(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.says_unknown and not re.search(UNKNOWN, seen.text, re.I):
        yield "says_unknown: the text does not own up"
    if expected.says_cannot and not re.search(CANNOT, seen.text, re.I):
        yield "says_cannot: the text does not say so"
    if expected.says_relaxed and not re.search(RELAXED, seen.text, re.I):
        yield "says_relaxed: the text does not own up"
    if expected.asks is not None and expected.asks is not _asks(seen.text):
        yield f"asks: {'no question' if expected.asks else 'a question'} at the end"
    if (words := len(seen.text.split())) > expected.max_words:
        yield f"max_words: {words} words"
    reply = seen.exchange.reply
    if expected.language and (reply is None or not reply.language.lower().startswith(expected.language)):
        yield f"language: {reply.language if reply else 'none'}"


def _asks(text: str) -> bool:
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    return any(sentence.endswith("?") or re.search(_REQUEST, sentence, re.I) for sentence in sentences[-2:])


def _course(expected: Expectation, seen: Seen) -> Iterator[str]:
    exchange = seen.exchange
    if expected.confirmation and not exchange.asked_to_confirm:
        yield "confirmation: none was asked"
    if expected.tool and set(expected.tool).isdisjoint(exchange.tools):
        yield f"tool: {', '.join(exchange.tools) or 'none'} called"
    if not set(expected.no_tool).isdisjoint(exchange.tools):
        yield f"no_tool: {', '.join(exchange.tools)} called"
    if expected.handoff is not None and expected.handoff is not seen.after.handed_over:
        yield f"handoff: {'not ' if expected.handoff else ''}handed over"
    if expected.identified is not None and expected.identified is not bool(seen.after.customer_id):
        yield f"identified: {'not ' if expected.identified else ''}identified"
    elif expected.identified and seen.customer_id and seen.after.customer_id != seen.customer_id:
        yield f"identified: as {seen.after.customer_id}"


def _patterns(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.text_any and not any(re.search(p, seen.text, re.I) for p in expected.text_any):
        yield f"text_any: nothing like {' or '.join(map(repr, expected.text_any))}"
    yield from (f"text_all: nothing like {p!r}" for p in expected.text_all if not re.search(p, seen.text, re.I))
    yield from (f"text_none: something like {p!r}" for p in expected.text_none if re.search(p, seen.text, re.I))


def _either(expected: Expectation, seen: Seen) -> Iterator[str]:
    outcomes = [tuple(_wrongs(alternative, seen)) for alternative in expected.either]
    if outcomes and all(outcomes):
        yield "either: " + " | ".join(outcome[0] for outcome in outcomes)
