"""What words wish a product's options to be: values by name, in the order they are preferred, comparisons, superlatives (pure).

Above: the flow that swaps items. Below: `option_scales`, the catalogue's words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.understanding.option_scales import directed
from retrieval.catalogue import Product

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
_CHEAPEST = re.compile(r"\b(?:cheapest|least expensive|lowest[- ]price\w*|most affordable|lowest cost)\b")
_DEAREST = re.compile(r"\b(?:most expensive|priciest|dearest|highest[- ]price\w*)\b")
_SET_ASIDE = re.compile(
    r"\b(?:instead of|rather than|other than|not|except|don'?t want|no longer|from) (?:the |a |an |my )?$"
)
_FALLS_BACK = re.compile(r"\bif (?:there|that|it|none|not|you)\b|\botherwise\b|\bor else\b|\bfailing that\b|\belse\b")
_TO = re.compile(r"\s*(?:to|into)\b")
_WORDS = re.compile(r"[^\W\d_]+")
_UNIT = (
    r"(?![\w%]|[.,]\d|\s*(?:more|fewer|less|of|items?|days?|x\b|dollars?|minutes?|times?|orders?|pairs?|business)\b)"
)


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

    def differs(self, now: Mapping[str, str]) -> bool:
        """Whether it asks for anything that is not so already."""
        return bool(self.price) or any(now.get(name) not in values for name, values in self.values.items())

    def ladder(self) -> tuple[dict[str, str], ...]:
        """One wish after the other, the dearest first; those without what is only preferred come last."""
        hard = {name: values for name, values in self.values.items() if name not in self.soft}
        steps = [*_product(self.values), *_product(hard)]
        return tuple({tuple(sorted(step.items())): step for step in steps}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words name a value of an option."""

    start: int
    end: int
    option: str
    value: str


def _product(values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())][:64]


def read_wish(text: str, product: Product, now: Mapping[str, str]) -> Wish:
    """`now`: the options of the item that is to be swapped; naming them beside others says which item it is."""
    lowered = folded(text)
    softened = _SOFT.search(lowered)
    by_option: dict[str, list[Place]] = {}
    for place in places(text, options_of(product)):
        by_option.setdefault(place.option, []).append(place)
    chosen: dict[str, tuple[str, ...]] = {}
    soft: set[str] = set()
    for name, named in by_option.items():
        kept = [each for each in named if not _set_aside(lowered, each)]
        ordered = list(dict.fromkeys(each.value for each in kept))
        others = tuple(value for value in ordered if value.casefold() != now.get(name, "").casefold())
        if len(ordered) > 1 and ordered[0] not in others and _FALLS_BACK.search(lowered[kept[0].end : kept[-1].start]):
            others = tuple(ordered)  # what it has now is wanted first, another only where that cannot be had
        if others or len(ordered) == 1:
            chosen[name] = others or tuple(ordered)
        if softened and kept and all(softened.start() <= each.start < softened.end() for each in kept):
            soft.add(name)
    for name, value in _by_a_word(lowered, options_of(product), {*chosen, *by_option}, now).items():
        chosen[name] = (value,)
    for name, values in directed(lowered, product.variants, now).items():
        chosen.setdefault(name, values)
    price = "cheapest" if _CHEAPEST.search(lowered) else "dearest" if _DEAREST.search(lowered) else ""
    return Wish(values=chosen, soft=frozenset(soft), price=price)


def _by_a_word(
    lowered: str, options: Mapping[str, Sequence[str]], told: Collection[str], now: Mapping[str, str]
) -> dict[str, str]:
    """Values known by the one word that no other value has: "Google" for "Google Assistant", "pet hair"."""
    found: dict[str, str] = {}
    every = [word for values in options.values() for value in values for word in set(_WORDS.findall(folded(value)))]
    for name, values in options.items():
        for value in values:
            words = [word for word in _WORDS.findall(folded(value)) if len(word) > 3 and every.count(word) == 1]
            if len(_WORDS.findall(value)) < 2 or value == now.get(name):
                continue
            for word in words:
                at = re.search(rf"\b{re.escape(word)}\b", lowered)
                if at and not _set_aside(lowered, Place(start=at.start(), end=at.end(), option=name, value=value)):
                    found.setdefault(name, value)
    return {name: value for name, value in found.items() if name not in told or _only_set_aside(lowered, options, name)}


def _only_set_aside(lowered: str, options: Mapping[str, Sequence[str]], name: str) -> bool:
    """ "Google Home instead of Apple HomeKit": the value said whole is the one not wanted."""
    named = places(lowered, {name: options[name]})
    return bool(named) and all(_set_aside(lowered, each) for each in named)


def options_of(product: Product) -> dict[str, tuple[str, ...]]:
    values: dict[str, dict[str, None]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            values.setdefault(name, {})[value] = None
    return {name: tuple(each) for name, each in values.items()}


def folded(text: str) -> str:
    """Lower case, of the same length, with one spelling of grey."""
    return text.lower().replace("gray", "grey").replace("’", "'")


def says_value(text: str, name: str, value: str) -> bool:
    return any(True for _ in _spans(text, name, value, alone=True))


def places(text: str, options: Mapping[str, Sequence[str]]) -> tuple[Place, ...]:
    """Every value that the words name, in their order; a word that is a value of several options goes to the one named beside it."""
    numbered = [name for name, values in options.items() if any(value.isdigit() for value in values)]
    found = [
        Place(start=start, end=end, option=name, value=value)
        for name, values in options.items()
        for value in values
        for start, end in _spans(text, name, value, alone=numbered == [name])
    ]
    names = [_named_at(text, name) for name in options]
    found = [each for each in found if not any(_within(each, spans) for spans in names)]
    longest = [each for each in found if not any(_covers(other, each) for other in found)]
    kept = [each for each in longest if _is_meant(each, longest, text)]
    return tuple(sorted(kept, key=lambda each: each.start))


def _named_at(text: str, name: str) -> list[tuple[int, int]]:
    """Where an option's own name of several words stands: "bagged/bagless" names neither value."""
    if "/" not in name and " " not in name:
        return []
    return [found.span() for found in re.finditer(_name(name), folded(text))]


def _within(each: Place, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= each.start and each.end <= end for start, end in spans)


def _covers(other: Place, each: Place) -> bool:
    inside = other.start <= each.start and each.end <= other.end
    return inside and (other.end - other.start) > (each.end - each.start)


def _is_meant(each: Place, found: Sequence[Place], text: str) -> bool:
    rivals = [other for other in found if other.option != each.option and _overlap(other, each)]
    if not rivals:
        return True
    lowered = folded(text)
    own = _distance(lowered, each, [other.option for other in rivals])
    others = [_distance(lowered, other, [each.option]) for other in rivals]
    return own is not None and all(other is None or own < other for other in others)


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def _distance(text: str, place: Place, rivals: Sequence[str]) -> int | None:
    """How far the option's own name stands from its value, within the same clause; None when it is not there."""
    left = max((found.end() for found in re.finditer(r"[,;.]|\band\b", text[: place.start])), default=0)
    right = re.search(r"[,;.]|\band\b", text[place.end :])
    end = place.end + right.start() if right else len(text)
    shared = {word for name in rivals for word in name.casefold().split()}
    words = [word for word in place.option.casefold().split() if word not in shared] or [place.option.casefold()]
    spans = [
        (left + found.start(), left + found.end())
        for word in words
        for found in re.finditer(rf"\b{_name_word(word)}", text[left:end])
    ]
    return min((min(abs(a - place.end), abs(place.start - b)) for a, b in spans), default=None)


def _set_aside(text: str, place: Place) -> bool:
    """ "Instead of red", "not the red one", "from red to …"."""
    before = _SET_ASIDE.search(text[: place.start])
    if before is None:
        return False
    return not before.group(0).startswith("from") or _TO.match(text, place.end) is not None


def _spans(text: str, name: str, value: str, *, alone: bool) -> Iterable[tuple[int, int]]:
    """Where the text says that value. `alone`: a bare number may be one."""
    lowered, plain = folded(text), folded(value)
    for pattern, where in _patterns(name, plain, alone=alone):
        for found in re.finditer(pattern, text if where == "as written" else lowered):
            yield found.span()


def _patterns(name: str, value: str, *, alone: bool) -> Iterable[tuple[str, str]]:
    named = _name(name)
    if value in ("yes", "true"):
        yield rf"\b{named}\W{{0,5}}(?:is |= ?)?(?:yes|true)\b", ""
        yield (
            rf"(?<!no )(?<!not )(?<!non )(?<!non-)(?<!n't )(?<!without )\b{named}\b(?!\W{{0,5}}(?:is |= ?)?(?:no|not|false|yes|none)\b)",
            "",
        )
        yield rf"\byes\W{{0,5}}{named}\b", ""
    elif value in ("no", "none", "false"):
        yield rf"\b{named}\W{{0,5}}(?:is |= ?)?{value}\b", ""
        yield rf"\b(?:no|not|non|none|without(?: any| an?)?|isn't|is not|doesn't have(?: any| an?)?)[ -]{named}\b", ""
    elif value in _SIZES:
        yield rf"(?<!extra )(?<!extra-)\b{_SIZES[value]}\b", ""
        yield rf"\bsizes?\W{{0,5}}(?:is |of |in )?{value}\b", ""
        yield rf"(?<!['\w-]){value.upper()}(?![\w'-])", "as written"
        if len(value) > 1:
            yield rf"\b{value}\b", ""
    elif value.isdigit():
        yield rf"\b{named}\W{{0,5}}(?:is |of |in |= ?)?{value}\b", ""
        yield rf"\b{value}[ -]?(?:piece )?{named}", ""
        if alone:
            yield rf"(?<![\w.,#$_-]){value}{_UNIT}", ""
    else:
        yield _written(value), ""


def _name(name: str) -> str:
    """The option's name, whole or by the word that tells: "waterproof", "water resistan(ce|t)"."""
    words = [_name_word(word) for word in re.findall(r"[^\W_]+", name.casefold())]
    return r"[\s/-]*".join(words)


def _name_word(word: str) -> str:
    plain = re.escape(word)
    if word in ("color", "colour"):
        return "colou?r"
    if word.endswith("ce"):
        return plain[:-2] + "(?:ce|t)"
    return re.sub(r"s$", "s?", plain) if len(word) > 3 else plain


def _written(value: str) -> str:
    words = [re.escape(word) for word in re.findall(r"[^\W_]+(?:\.\d+)?", value)]
    words = [re.sub(r"s$", "s?", word) if len(word) > 3 and word.isalpha() else word for word in words]
    if words and words[0] == "not":
        words[1:1] = [r"(?:\w+)?"]
    if words and words[-1] in ("inch", "liter", "litre", "inches"):
        words[-1] = {"inch": r"(?:inch(?:es)?|in\b|\")", "inches": r"(?:inch(?:es)?|in\b|\")"}.get(
            words[-1], words[-1] + "s?"
        )
    joined = r"[\s&+/-]*".join(_with_unit(word) for word in words)
    percent = "%" if value.endswith("%") else ""
    return rf"(?<![\w.]){joined}{percent}(?!\w)"


_UNITS = {
    "l": r"(?:l|lit(?:er|re)s?)",
    "ml": r"(?:ml|millilit(?:er|re)s?)",
    "ft": r"(?:ft|feet|foot)",
    "gb": r"(?:gb|gigs?|gigabytes?)",
    "tb": r"(?:tb|terabytes?)",
    "mp": r"(?:mp|megapixels?)",
    "mm": r"(?:mm|millimet(?:er|re)s?)",
    "lbs": r"(?:lbs?|pounds?)",
    "w": r"(?:w|watts?)",
}


def _with_unit(word: str) -> str:
    """ "50ft" as "50 feet"; a unit that stands alone ("30-50 lbs") by its other names."""
    found = re.fullmatch(r"(.*\d)([a-z]+)", word)
    if found:
        return rf"{found.group(1)}[\s-]*{_UNITS.get(found.group(2), found.group(2))}"
    return _UNITS.get(word.replace("s?", "s"), word)
