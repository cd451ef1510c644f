"""Options whose values have an order: sizes, figures, levels. What "bigger", "the shortest", "1000 more pieces" come to (pure).

Above: `option_words`. Below: the catalogue's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from retrieval.catalogue import Variant

_SCALES = (
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("extra small", "small", "medium", "large", "extra large"),
    ("portable", "small", "medium", "large"),
    ("none", "low", "medium", "high"),
    ("beginner", "novice", "easy", "intermediate", "medium", "hard", "expert"),
    ("basic", "standard", "professional", "deluxe"),
    ("a6", "a5", "a4", "a3"),
    ("no", "yes"),
    ("light", "medium", "dark"),
)
_FIGURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(tb|k\b)?", re.I)
_SIZES = ("size", "capacity", "diameter", "storage", "piece", "length", "height", "weight")
_COMPARED: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (r"bigger|larger|roomier|size up|next size|sizes? larger", 1, _SIZES),
    (r"smaller|more compact|size down|sizes? smaller", -1, _SIZES),
    (r"longer|taller", 1, ("length", "height", "battery life", "size")),
    (r"shorter", -1, ("length", "height", "battery life", "size")),
    (r"brighter", 1, ("brightness",)),
    (r"dimmer|less bright|darker", -1, ("brightness",)),
    (r"thicker", 1, ("thickness",)),
    (r"thinner", -1, ("thickness",)),
    (r"heavier", 1, ("weight",)),
    (r"lighter", -1, ("weight",)),
    (r"harder|more difficult|more challenging|trickier", 1, ("difficulty",)),
    (r"easier|less difficult|simpler", -1, ("difficulty",)),
)
_MORE = re.compile(r"\b(?P<more>higher|greater|more|better)\b|\b(?P<less>lower|less|fewer|lesser)\b")
_BY = re.compile(r"\b(\d+)\s?(?:[a-z-]+ )?(?P<word>more|fewer|less|extra|additional|bigger|smaller|longer|shorter)\b")
_MOST = re.compile(
    r"\b(?:largest|biggest|max(?:imum)?|greatest|highest|most|longest|tallest|brightest|hardest|strongest)\b"
)
_LEAST = re.compile(r"\b(?:smallest|least|lowest|min(?:imum)?|fewest|shortest|easiest|dimmest|lightest)\b")
_OF_WORD = {
    "longest": ("length", "height", "battery life"), "tallest": ("height", "length"), "shortest": ("length", "height"),
    "largest": _SIZES, "biggest": _SIZES, "smallest": _SIZES, "brightest": ("brightness",), "dimmest": ("brightness",),
    "hardest": ("difficulty",), "easiest": ("difficulty",), "lightest": ("weight",),
}  # fmt: skip
_NEAR = 40


def rank_of(values: Iterable[str]) -> Callable[[str], float] | None:
    """How those values are ordered; None when they have no order."""
    folded = {value.casefold() for value in values}
    for scale in _SCALES:
        if folded <= set(scale):
            return lambda value, scale=scale: float(scale.index(value.casefold()))  # type: ignore[misc]
    if folded and all(_FIGURE.search(value) for value in folded):
        return figure
    return None


def figure(value: str) -> float:
    """ "1TB SSD" is 1000, "512GB SSD" 512, "4K" 4000, "1080p" 1080."""
    found = _FIGURE.search(value)
    if found is None:
        return 0.0
    return float(found.group(1).replace(",", ".")) * (1000 if found.group(2) else 1)


def directed(text: str, variants: Sequence[Variant], now: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By option, the values that a comparison or a superlative comes to, the nearest first."""
    options = _ordered_options(variants)
    found: dict[str, tuple[str, ...]] = {}
    for name, direction, by in _compared(text, tuple(options)):
        if name not in found and (values := _beyond(options[name], now.get(name, ""), direction, by)):
            found[name] = values
    for name, pick in _outermost(text, tuple(options)):
        in_stock = {v.options[name] for v in variants if name in v.options and v.in_stock()}
        rank = rank_of(options[name])
        if in_stock and rank is not None:
            found.setdefault(name, (pick(in_stock, key=rank),))
    return found


def _ordered_options(variants: Sequence[Variant]) -> dict[str, tuple[str, ...]]:
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return {name: tuple(each) for name, each in values.items() if len(each) > 1 and rank_of(each)}


def _compared(text: str, names: Sequence[str]) -> Iterable[tuple[str, int, float | None]]:
    for by in _BY.finditer(text):
        more = by["word"] in ("more", "extra", "additional", "bigger", "longer")
        if name := _named_near(text, by.start(), by.end(), names):
            yield name, 1 if more else -1, float(by.group(1))
    for pattern, direction, hints in _COMPARED:
        for said in re.finditer(rf"\b(?:{pattern})\b", text):
            name = _named_near(text, said.end(), said.end(), names) or _hinted(hints, names)
            if name:
                yield name, direction, None
    for said in _MORE.finditer(text):
        if name := _named_after(text, said.end(), names):
            yield name, 1 if said["more"] else -1, None


def _outermost(text: str, names: Sequence[str]) -> Iterable[tuple[str, Callable[..., str]]]:
    for pattern, pick in ((_MOST, max), (_LEAST, min)):
        for said in pattern.finditer(text):
            name = _named_after(text, said.end(), names) or _hinted(_OF_WORD.get(said.group(0), ()), names)
            if name:
                yield name, pick


def _named_after(text: str, end: int, names: Sequence[str]) -> str:
    """The option whose name follows at once: "most pieces", "lower in resolution", "least number of pieces"."""
    near = re.split(r"[,.;]|\band\b", text[end : end + _NEAR])[0]
    return next((name for name in names if _says_name(near, name)), "")


def _named_near(text: str, start: int, end: int, names: Sequence[str]) -> str:
    around = re.split(r"[,.;]", text[start : end + _NEAR])[0]
    return next((name for name in names if _says_name(around, name)), "")


def _says_name(text: str, name: str) -> bool:
    return any(
        re.search(rf"\b{re.escape(word.rstrip('s'))}", text) for word in name.casefold().split() if len(word) > 3
    )


def _hinted(hints: Sequence[str], names: Sequence[str]) -> str:
    return next((name for hint in hints for name in names if hint in name.casefold()), "")


def _beyond(values: Sequence[str], now: str, direction: int, by: float | None) -> tuple[str, ...]:
    rank = rank_of(values)
    if rank is None or now not in values:
        return ()
    if by is not None:
        return tuple(value for value in values if figure(value) == figure(now) + direction * by)
    others = [value for value in values if (rank(value) - rank(now)) * direction > 0]
    return tuple(sorted(others, key=lambda value: abs(rank(value) - rank(now))))
