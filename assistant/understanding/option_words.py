"""What words wish a product's options to be: values by name, in the order they are preferred, and superlatives (pure).

Above: the flow that swaps items. Below: the catalogue's words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.catalogue import Product, Variant

_SIZES = {
    "xs": "extra small",
    "s": "small",
    "m": "medium",
    "l": "large",
    "xl": "extra large",
    "xxl": "extra extra large",
}
_SOFT = re.compile(
    r"\b(?:prefer\w*|ideally|if (?:there'?s|there is|there are|possible|available)|if you have)\b[^.;!?]*"
)
_CHEAPEST = re.compile(r"\b(?:cheapest|least expensive|lowest[- ]price\w*|most affordable)\b")
_DEAREST = re.compile(r"\b(?:most expensive|priciest|dearest)\b")
_MOST = re.compile(r"\b(?:largest|biggest|max(?:imum)?|greatest|highest|most|longest|tallest)\b")
_LEAST = re.compile(r"\b(?:smallest|least|lowest|min(?:imum)?|fewest|shortest|easiest)\b")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By option, the dearest value first."""
    soft: frozenset[str] = frozenset()
    """Options that matter only where they can be had."""
    price: str = ""
    """ "cheapest" or "dearest"."""

    def __bool__(self) -> bool:
        return bool(self.values or self.price)

    def ladder(self) -> tuple[dict[str, str], ...]:
        """One wish after the other, the dearest first; those without what is only preferred come last."""
        hard = {name: values for name, values in self.values.items() if name not in self.soft}
        steps = [*_product(self.values), *_product(hard)]
        return tuple({tuple(sorted(step.items())): step for step in steps}.values())


def _product(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())][:64]


def read_wish(text: str, product: Product, now: Mapping[str, str]) -> Wish:
    """`now`: the options of the item that is to be swapped; naming them beside others says which item it is."""
    softened = _SOFT.search(text.casefold())
    found: dict[str, list[tuple[int, str]]] = {}
    for name in dict.fromkeys(name for variant in product.variants for name in variant.options):
        values = dict.fromkeys(variant.options.get(name, "") for variant in product.variants)
        for value in filter(None, values):
            at = _said(text, name, value)
            if at is not None:
                found.setdefault(name, []).append((at, value))
    chosen: dict[str, tuple[str, ...]] = {}
    soft: set[str] = set()
    for name, places in _clear(found, text).items():
        ordered = [value for _, value in sorted(places)]
        others = tuple(value for value in ordered if value.casefold() != now.get(name, "").casefold())
        if others or len(ordered) == 1:
            chosen[name] = others or tuple(ordered)
        if softened and all(softened.start() <= at < softened.end() for at, _ in places):
            soft.add(name)
    lowered = text.casefold()
    for name, extreme in _extremes(lowered, product.variants).items():
        chosen.setdefault(name, (extreme,))
    price = "cheapest" if _CHEAPEST.search(lowered) else "dearest" if _DEAREST.search(lowered) else ""
    return Wish(values=chosen, soft=frozenset(soft), price=price)


def says_value(text: str, name: str, value: str) -> bool:
    return _said(text, name, value) is not None


def _said(text: str, name: str, value: str) -> int | None:
    """Where the text says that value; a bare letter or number only beside its option's name."""
    lowered, plain = text.casefold(), value.casefold()
    if plain in _SIZES:
        spelt = re.escape(_SIZES[plain])
        found = re.search(rf"(?<!extra )\b{spelt}\b|\bsize {re.escape(plain)}\b", lowered)
        found = found or re.search(rf"(?<!['\w-]){re.escape(value.upper())}(?![\w'-])", text)
        return found.start() if found else None
    head = re.escape(name.casefold().split()[0])
    if plain in ("yes", "no", "none", "true", "false") or re.fullmatch(r"\d+", plain):
        found = re.search(
            rf"\b{head}\w*(?: of| is| in)? {re.escape(plain)}\b|\b{re.escape(plain)}[ -]?(?:piece )?{head}", lowered
        )
        return found.start() if found else None
    found = re.search(_pattern(plain), lowered)
    return found.start() if found else None


def _pattern(value: str) -> str:
    words = [re.escape(word) for word in re.findall(r"[^\W_]+(?:\.\d+)?", value)]
    words = [re.sub(r"s$", "s?", word) if len(word) > 3 and word.isalpha() else word for word in words]
    if words and words[0] == "not":
        words[1:1] = [r"(?:\w+)?"]
    text = r"[\s-]*".join(re.sub(r"^(\d+)([a-z]+)$", r"\1[\\s-]*\2", word) for word in words)
    return rf"(?<![\w.]){text}(?!\w)"


def _clear(found: Mapping[str, list[tuple[int, str]]], text: str) -> dict[str, list[tuple[int, str]]]:
    """One word that is a value of several options means the one whose name stands beside it; else none of them."""
    lowered, kept = text.casefold(), {}
    for name, places in found.items():
        clear = []
        for at, value in places:
            rivals = [n for n, others in found.items() if n != name and any(a == at for a, _ in others)]
            near = lowered[max(0, at - 14) : at + len(value) + 18]
            beside = any(word in near for word in name.casefold().split() if len(word) > 3)
            longer = any(
                a <= at < a + len(v) and len(v) > len(value)
                for others in found.values()
                for a, v in others
                if (a, v) != (at, value)
            )
            if not longer and (not rivals or beside):
                clear.append((at, value))
        if clear:
            kept[name] = clear
    return kept


def _extremes(text: str, variants: Sequence[Variant]) -> dict[str, str]:
    """ "The largest size", "least number of pieces": the outermost value to be had of the option named."""
    found: dict[str, str] = {}
    for pattern, pick in ((_MOST, max), (_LEAST, min)):
        for said in pattern.finditer(text):
            near = text[said.end() : said.end() + 40]
            for name in dict.fromkeys(name for variant in variants for name in variant.options):
                if not any(word.rstrip("s") in near for word in name.casefold().split() if len(word) > 3):
                    continue
                values = {v.options[name] for v in variants if name in v.options and v.in_stock()}
                figures = {value: float(figure.group(0)) for value in values if (figure := _FIGURE.search(value))}
                easy = [value for value in values if value.casefold() in ("beginner", "easy", "novice")]
                if easy and "easiest" in said.group(0):
                    found.setdefault(name, easy[0])
                elif figures and len(figures) == len(values):
                    found.setdefault(name, pick(figures, key=lambda value: figures[value]))
    return found
