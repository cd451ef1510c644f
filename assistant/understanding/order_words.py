"""What words say of a customer's own orders: which items, which order, why, by which way to pay (pure).

Above: the flows that change orders. Below: the shop's records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.shops.records import Order, OrderLine, PaymentMethod

WORD = re.compile(r"[^\W_]+")
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|other than|apart from|excluding|everything but|all but|just not|without|not (?:my|the)|keep(?:ing)?|as for)\b"
)
_ALL_ITEMS = re.compile(
    r"\beverything\b|\ball (?:of )?(?:it|them|the items|my items|items|the things|the products|of it)\b|\b(?:whole|entire|complete) order\b|\ball except\b"
)
_ALL_ORDERS = re.compile(
    r"\b(?:all|every|both|each)\b(?: of)?(?: (?:my|the|these|those))?(?: (?:pending|open|possible|recent|delivered))? (?:orders?|ones)\b"
    r"|^(?:yes,? )?(?:please )?(?:cancel |change |update )?(?:both|all of them|all|both of them)\b|\ball (?:the )?pending\b"
)
_LAST = re.compile(r"\b(?:last|latest|newest|most recent)\b(?: \w+)? ?(?:order|purchase|one)\b|\bjust placed\b")
_NUMBER = re.compile(r"#?\b([a-z]{0,2}\d{5,12})\b", re.I)
_COUNTED = re.compile(r"\b(?:both|two|all|three|four)\b")
_REASON_WORDS: Mapping[str, str] = {
    "no longer needed": r"no longer (?:need|want)|(?:don'?t|do not|won'?t|didn'?t) (?:really )?(?:need|want)|not needed|changed? my mind|no need",
    "ordered by mistake": r"mistake|accident|wrong(?:ly)? order|ordered (?:the )?wrong|didn'?t mean|unintention",
    "found it cheaper": r"cheaper (?:elsewhere|somewhere|in|at)|found (?:it|them|one) cheaper|better price|found it for less",
    "takes too long": r"too (?:long|late|slow)|takes? (?:too|so) long|not (?:arrive|come) in time|arrives? late",
}


def stem(word: str) -> str:
    if len(word) > 4 and re.search(r"(?:ch|sh|x|ss)es$", word):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def stems(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text.casefold())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A product of the customer's that the words name."""

    product_id: str
    at: int
    """Where in the text."""
    plural: bool = False


def mentions(text: str, lines: Sequence[OrderLine]) -> tuple[Mention, ...]:
    """Products among those lines that the text names, in the order of the words. "camera" names each camera."""
    said = [(stem(found.group(0)), found.start(), found.group(0)) for found in WORD.finditer(text.casefold())]
    titles = {line.product_id: stems(line.title) for line in lines}
    found: dict[str, tuple[int, Mention]] = {}
    for product_id, words in titles.items():
        others = {word for key, title in titles.items() if key != product_id for word in title}
        best = _named(words, others, said)
        if best is not None:
            score, at, plural = best
            found[product_id] = (score, Mention(product_id=str(product_id), at=at, plural=plural))
    kept = [
        mention
        for score, mention in found.values()
        if not any(other.at == mention.at and better > score for better, other in found.values())
    ]
    return tuple(sorted(kept, key=lambda mention: mention.at))


def _named(
    words: Sequence[str], others: set[str], said: Sequence[tuple[str, int, str]]
) -> tuple[int, int, bool] | None:
    """How many of a title's words are said around the one that names it, where that stands, and whether as many."""
    if not words:
        return None
    head = next((word for word in reversed(words) if word.isalpha()), words[-1])
    joined = "".join(words)
    best: tuple[int, int, bool] | None = None
    for number, (word, at, original) in enumerate(said):
        around = {each for each, _, _ in said[max(0, number - 4) : number + 4]}
        hit = word == head or (len(word) > 4 and head.endswith(word)) or (len(words) > 1 and word == joined)
        rare = len(word) > 3 and word in words and word not in others and word not in COMMON
        if hit or rare:
            score = len(around & set(words)) + (1 if hit else 0) + (2 if word == joined else 0)
            if best is None or score > best[0]:
                best = (score, at, original != word)
    return best


_COMMON_WORDS = """
    smart electric wireless digital indoor action security portable running water office light bulb with from
    that this set
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""Words of titles that name nothing by themselves."""


def split_exceptions(text: str) -> tuple[str, str]:
    """What is wanted, and what is left out: "everything except the socks"."""
    found = _EXCEPT.search(text.casefold())
    if found is None:
        return text, ""
    rest = text[found.start() :]
    end = re.search(r"[.;!?]", rest)
    return text[: found.start()] + (rest[end.end() :] if end else ""), rest[: end.start()] if end else rest


def wants_everything(text: str) -> bool:
    return bool(_ALL_ITEMS.search(text)) or bool(re.search(r"\b(?:everything but|all but)\b", text))


def wants_all_orders(text: str) -> bool:
    return bool(_ALL_ORDERS.search(text))


def wants_last(text: str) -> bool:
    return bool(_LAST.search(text))


def counts_several(text: str) -> bool:
    return bool(_COUNTED.search(text))


_ZIP_DIGITS = 5


def order_ids_said(text: str, orders: Sequence[Order]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Their own orders that the text numbers, and numbers that are none of theirs."""
    own: list[str] = []
    unknown: list[str] = []
    for found in _NUMBER.finditer(text):
        said = found.group(1).casefold()
        fits = [order.id for order in orders if _bare(order.id) == said]
        if fits:
            own += fits
        elif found.group(0).startswith("#") or not said.isdigit() or _numbers_an_order(text, found):
            unknown.append(found.group(0))
    return tuple(dict.fromkeys(own)), tuple(unknown)


def _numbers_an_order(text: str, found: re.Match[str]) -> bool:
    """Bare figures beside the word "order"; five of them are a zip code unless they follow it at once."""
    if len(found.group(1)) != _ZIP_DIGITS:
        return bool(re.search(r"\border\b", text.casefold()))
    return bool(re.search(r"\borders?(?: (?:number|no\.?|id|is|nr\.?))*[ #:]*$", text[: found.start()].casefold()))


def reason_said(text: str, accepted: Sequence[str]) -> str:
    """The reason of the shop's list that the words give; "" for none."""
    lowered = text.casefold()
    for reason in accepted:
        pattern = _REASON_WORDS.get(reason)
        if reason.casefold() in lowered or (pattern and re.search(pattern, lowered)):
            return reason
    return ""


ORIGINAL = "original"


def method_said(text: str, methods: Sequence[PaymentMethod]) -> tuple[str, ...]:
    """Ids of the customer's payment methods that the words may mean; "original" for the one that has paid."""
    lowered = text.casefold()
    exact = [one.id for one in methods if one.id.casefold() in lowered]
    if exact:
        return tuple(exact)
    if re.search(
        r"\b(?:original|same|existing|initial)\b[^.?!]{0,20}\b(?:payment|card|method|account|paypal)\b|\bon file\b|\b(?:go with|use|to|on|onto) (?:the|my) original\b",
        lowered,
    ):
        return (ORIGINAL,)
    wanted = [one for one in methods if _method_named(one, lowered)]
    digits = [one for one in wanted or methods if one.last_four and re.search(rf"\b{one.last_four}\b", lowered)]
    return tuple(one.id for one in digits or wanted)


_KINDS = {"gift card": r"\bgift ?card\b", "PayPal": r"\bpaypal\b", "credit card": r"\b(?:credit|debit) card\b"}


def method_lacking(text: str, methods: Sequence[PaymentMethod]) -> str:
    """A kind of payment that the words name as theirs and that is not among theirs; "" for none."""
    sources = {"gift card": "gift_card", "PayPal": "paypal", "credit card": "credit_card"}
    own = {method.source for method in methods}
    lowered = text.casefold()
    return next((name for name, said in _KINDS.items() if sources[name] not in own and re.search(said, lowered)), "")


def _method_named(method: PaymentMethod, text: str) -> bool:
    brand = method.brand.casefold()
    if brand and re.search(rf"\b{re.escape(brand)}\b", text):
        return True
    if any(re.search(rf"\b{name}\b", text) for name in ("visa", "mastercard", "amex")):
        return False
    match method.source:
        case "paypal":
            return "paypal" in text
        case "gift_card":
            return bool(re.search(r"\bgift ?card\b", text))
        case "credit_card":
            return bool(re.search(r"\b(?:credit|debit) card\b|\bmy card\b", text))
        case _:
            return False


def _bare(order_id: str) -> str:
    return "".join(WORD.findall(order_id)).casefold()
