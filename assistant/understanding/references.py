"""Words that point at what is on the table: "the second one", "both", "the blue one", "that tent" (pure).

`extract` reads them from a message, `resolve` finds the products they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.understanding.commands import Reference
from retrieval.catalogue import Product

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "secnd": 2, "secon": 2, "fisrt": 1, "sixth": 6, "6th": 6, "last": -1, "former": 1, "latter": -1, "frist": 1, "secound": 2, "seccond": 2, "thrid": 3, "top": 1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"(?<!cheapest )(?<!rated )(?<!lightest )(?<!expensive )(?<!price )(?<!newest )(?<!best )(?<!ones )\b(first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th"
    r"|sixth|6th|last|former|latter|frist|fisrt|secound|seccond|secnd|secon|thrid)\b"
    r"(?!\s+(?:on\b|for\b|until\b|aid|time|class|of all|order|week|month|year|purchase|night|longer|hand|layer|thing|day|minute|part))"
)
_FIRST_N = re.compile(r"\bfirst (two|three|2|3)\b|\b(?:top|last) (two|three|2|3)\b")
_NUMBERED = re.compile(
    r"(?:\b(?:number|option|item|no\.?|nr\.?|product|numero)\s*|#)(\d|one|two|three|four|five)\b(?!\d)"
)
_SPELT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SIDE_BY_SIDE = re.compile(
    r"\b(?:the |no\.? ?|number )?(\d) ?(?:vs\.?|versus|against|and|&) ?(?:the |no\.? ?|number )?(\d)[?!. ]*$"
)
_BARE_NUMBERS = re.compile(r"^(?:compare |add |take |the )?(\d)(?:(?:,| and| or| vs\.?| with|&)+ ?(\d))?$")
_BOTH = re.compile(r"\b(?:both|the two|these two|those two|the pair|the 2)\b")
_ALL = re.compile(
    r"\b(?:all of (?:that|this|it)\b|all (?:of )?(?:them|these|those|three|four|five|3|4|5)|them all|every one of (?:them|those))\b"
)
_DESCRIBED = re.compile(
    r"\b(?:the|that|this) ((?!same|other|only|first|second|third|last|next|right)[\w' -]{2,30}?) ones?\b"
)
_SUPERLATIVE = re.compile(
    r"\b(?:the|your) (cheapest|least expensive|lowest priced|lightest|heaviest|most expensive|priciest|dearest|best[- ]rated"
    r"|highest[- ]rated|top[- ]rated|best|most popular|biggest|largest|smallest)\b"
)
_MORE_TO_MOST = {
    "cheaper": "cheapest", "lighter": "lightest", "heavier": "heaviest", "dearer": "dearest", "pricier": "priciest",
    "better": "best", "bigger": "biggest", "larger": "largest", "smaller": "smallest",
}  # fmt: skip
_COMPARATIVE = re.compile(rf"\b(?:the|that) ({'|'.join(_MORE_TO_MOST)}) (?:one|of the two)\b")
_PLAIN_TO_MOST = {"cheap": "cheapest", "expensive": "most expensive", "pricey": "most expensive"}
_PRICED = re.compile(rf"\b(?:the|that) ({'|'.join(_PLAIN_TO_MOST)})(?: one)?\b(?! (?:ones|version|model|option))")
_OTHER = re.compile(r"\bthe other(?: one)?\b(?! (?:ones|two|brands?|colou?rs?|sizes?|day|hand|way|side|order))")
_THIS_THING = re.compile(r"\b(?:that|this) (?!one\b|is\b|in\b|at\b|for\b|all\b|or\b|and\b|too\b|the\b)[a-z]{3,}")
_PLURAL = re.compile(r"\b(?:they|them|these|those|their)\b")
_SINGULAR = re.compile(
    r"\b(?:it|its|it's|that one|this one|that|this|the (?:product|item)|one)\b(?! (?:of|is it|all|way|much|works for))"
)


def extract(text: str) -> tuple[Reference, ...]:
    """References of a normalised segment, the most specific first; empty when nothing points."""
    pointed = _ordinals(text)
    if pointed:
        return pointed
    if most := dict.fromkeys(word.replace("-", " ") for word in _SUPERLATIVE.findall(text)):
        return tuple(Reference(kind="superlative", text=word) for word in most)
    if _BOTH.search(text):
        return (Reference(kind="all", count=2),)
    if _ALL.search(text):
        return (Reference(kind="all"),)
    if found := _COMPARATIVE.search(text):
        return (Reference(kind="superlative", text=_MORE_TO_MOST[found.group(1)]),)
    if priced := tuple(dict.fromkeys(_PLAIN_TO_MOST[one] for one in _PRICED.findall(text))):
        return tuple(Reference(kind="superlative", text=one) for one in priced)
    if _OTHER.search(text):
        return (Reference(kind="other"),)
    if found := _DESCRIBED.search(text):
        return (Reference(kind="described", text=found.group(1)),)
    if _THIS_THING.search(text):
        return (Reference(kind="pronoun", count=1),)
    if _PLURAL.search(re.sub(r"\bdo they (?:have|sell|stock)\b", " ", text)):
        return (Reference(kind="pronoun", count=2),)
    if _SINGULAR.search(text):
        return (Reference(kind="pronoun", count=1),)
    return ()


def _ordinals(text: str) -> tuple[Reference, ...]:
    if found := _FIRST_N.search(text):
        many = {"two": 2, "2": 2, "three": 3, "3": 3}[found.group(1) or found.group(2)]
        return tuple(Reference(kind="ordinal", position=place + 1) for place in range(many))
    places = [_ORDINALS[next(g for g in found.groups() if g)] for found in _ORDINAL.finditer(text)]
    places += [_SPELT.get(found.group(1)) or int(found.group(1)) for found in _NUMBERED.finditer(text)]
    if not places and (bare := _BARE_NUMBERS.match(text) or _SIDE_BY_SIDE.search(text)):
        places = [int(group) for group in bare.groups() if group]
    return tuple(Reference(kind="ordinal", position=place) for place in dict.fromkeys(places) if place)


_WORD = re.compile(r"[a-z0-9]+")
_COMMON = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "for",
        "with",
        "in",
        "on",
        "to",
        "by",
        "one",
        "ones",
        "men",
        "women",
        "kids",
        "mens",
        "womens",
    ]
)


_NAME_WORDS = 2
"""Brand and model stand at the start of a title."""


def mentioned(text: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """Ids whose title is told apart from the others by words of the text: brand, model, or kind."""
    said = {w.rstrip("s") for w in _WORD.findall(text)} - _COMMON
    words = {key: {w.rstrip("s") for w in _WORD.findall(title.lower())} - _COMMON for key, title in titles.items()}
    scores = {
        key: sum(
            1.0 / sum(w in others for others in words.values()) for w in own & said if not w.isdigit() or len(w) > 1
        )
        for key, own in words.items()
    }
    best = max(scores.values(), default=0.0)
    if best < 0.5:
        return ()
    return tuple(key for key, score in scores.items() if score >= best - 1e-9)


def distinctive(text: str, titles: Mapping[str, str]) -> tuple[str, ...]:
    """Like `mentioned`, but only where a word belongs to that title alone, among its first ones: a name, not the kind of
    thing or a feature."""
    said = set(_WORD.findall(text)) - _COMMON
    words = {key: set(_WORD.findall(title.lower())[:_NAME_WORDS]) - _COMMON for key, title in titles.items()}
    return tuple(
        key
        for key, own in words.items()
        if any(
            len(w) > 2 and not w.isdigit() and sum(w in others for others in words.values()) == 1 for w in own & said
        )
    )


def resolve(references: Sequence[Reference], shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """The products meant, in the order of the words. Empty: nothing on the table fits."""
    found: dict[str, Product] = {}
    for reference in references:
        for product in _meant(reference, shown, focus):
            found.setdefault(product.id, product)
    return tuple(found.values())


def _meant(reference: Reference, shown: Sequence[Product], focus: Sequence[Product]) -> Sequence[Product]:
    table = shown or focus
    match reference.kind:
        case "ordinal":
            place = reference.position - 1 if reference.position > 0 else len(table) + reference.position
            return table[place : place + 1] if 0 <= place < len(table) else ()
        case "all":
            pair = focus if reference.count == 2 and len(focus) == 2 else table
            return pair[: reference.count] if reference.count else pair
        case "pronoun":
            return _pronoun(reference, shown, focus)
        case "other":
            others = [p for p in table if p.id not in {f.id for f in focus}]
            return others if len(others) == 1 else ()
        case "superlative":
            return _superlative(reference.text, focus if len(focus) > 1 else table)
        case "id":
            return [p for p in (*focus, *shown) if p.id == reference.text][:1]
        case "described" | "title":
            found = described(reference.text, table) or described(reference.text, focus)
            return (
                focus if len(focus) == 1 and focus[0] in found else found
            )  # "the red one": of what was just spoken of


def _pronoun(reference: Reference, shown: Sequence[Product], focus: Sequence[Product]) -> Sequence[Product]:
    if reference.count == 1:
        return focus[:1]
    return focus if len(focus) > 1 else (shown or focus)


def _superlative(word: str, table: Sequence[Product]) -> Sequence[Product]:
    priced = [p for p in table if p.prices]
    if word in ("cheapest", "least expensive", "lowest priced"):
        return sorted(priced, key=lambda p: (p.prices or (0, 0))[0])[:1]
    if word in ("most expensive", "priciest", "dearest"):
        return sorted(priced, key=lambda p: (p.prices or (0, 0))[0], reverse=True)[:1]
    if word in ("best rated", "highest rated", "top rated", "best", "most popular"):
        return sorted(table, key=lambda p: (p.rating or 0, p.rating_count), reverse=True)[:1]
    measured = [(kilograms, p) for p in table if (kilograms := weight(p)) is not None]
    if word in ("lightest", "heaviest") and measured:
        measured.sort(key=lambda pair: pair[0], reverse=word == "heaviest")
        return [measured[0][1]]
    return ()


def weight(product: Product) -> float | None:
    """Kilograms, from the attribute `weight`; None when it is not stated."""
    found = re.match(r"([\d.]+)\s*(kg|g|lb|oz)\b", product.attributes.get("weight", "").replace(",", ""))
    factors = {"kg": 1.0, "g": 0.001, "lb": 0.4536, "oz": 0.02835}
    return float(found.group(1)) * factors[found.group(2)] if found else None


def described(text: str, table: Sequence[Product]) -> Sequence[Product]:
    """Products whose title, options or attributes hold the description's words; the best fit only."""
    wanted = {w.rstrip("s") for w in _WORD.findall(text.lower())} - _COMMON
    if not wanted:
        return ()
    scored = [(len(wanted & _described_by(p)) / len(wanted), p) for p in table]
    best = max((score for score, _ in scored), default=0.0)
    return [p for score, p in scored if score == best] if best >= 0.5 else ()


def _described_by(product: Product) -> set[str]:
    options = " ".join(value for variant in product.variants for value in variant.options.values())
    text = " ".join((product.title, product.brand, *product.category, options, *product.attributes.values()))
    return {w.rstrip("s") for w in _WORD.findall(text.lower())}
