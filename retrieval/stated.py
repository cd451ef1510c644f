"""What products of one kind state about themselves, and where a sentence speaks of it: "4k", "winter", "four slot", "straw lid".

A value that a kind of product has filters; a word that merely occurs in texts ranks. Pure. Above lie `vocabulary`, which
counts, and `stated_reading`, which reads; below, `tokens` and `words`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.tokens import Token, tokens_of
from retrieval.units import unit_of
from retrieval.words import STOP_WORDS, listed, stem, word_set

OF = "\x1f"
"""Between field and value in a key; alone before a stem it counts titles that hold it, doubled what is called by it."""
ABOVE = OF * 3
"""Before the name of a wider category that a kind lies in."""
_MOST_VALUES = 60
"""Distinct values of a field in one kind of product: with more it is a text or a number, no choice."""
_LONGEST_VALUE = 40
_LONGEST_RUN = 4
_OTHERWISE_READ = word_set("brand category audience colour size material")
"""Fields with readers of their own; how many hold each value is counted all the same."""
_GENERIC = frozenset(map(stem, listed("type level category rating name kind class style")))
"""Words of a field's name that say nothing: the "switch" in "switch type" is enough."""
_NEVER = frozenset(
    {
        "brand",
        "category",
        "audience",
        "model number",
        "age range",
        "us sizes",
        "warranty",
        "care",
        "status",
        "ean",
        "gtin",
        "mpn",
        "sku",
    }
)
_NEGATIVE = word_set("no not none without non false n/a")
_PLAIN_YES = frozenset({"yes", "true"})
_JOINS = word_set("to and or of in on with for per x up from by at the a an")
_HOME = 0.8
"""Share of the things called by a name that one kind must hold to be where they belong."""
_FEWEST_AT_HOME = 3
_RESOLUTIONS: Mapping[tuple[str, ...], str] = {
    ("4", "k"): "2160", ("uhd",): "2160", ("ultra", "hd"): "2160", ("8", "k"): "4320", ("1440", "p"): "1440",
    ("qhd",): "1440", ("1080", "p"): "1080", ("full", "hd"): "1080", ("fhd",): "1080", ("720", "p"): "720",
}  # fmt: skip
"""What people call the lines of a picture."""

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    number: Decimal
    unit: str
    """The stem of the word behind the number; empty where the value is only a number."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One field of a kind of product."""

    name: Run
    counts: Mapping[str, int]
    positive: tuple[str, ...]
    """Values that do not say no."""
    figures: tuple[Figure, ...]

    @property
    def optional(self) -> bool:
        """Whether some have it and some say that they have not: "rain cover: not included"."""
        return 0 < len(self.positive) < len(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    total: int
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    runs: Mapping[Run, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Words of values, as stems, to the values that hold them, by field."""
    titled: Mapping[str, int] = field(default_factory=dict)
    """How many titles hold a stem."""
    named: Mapping[Run, tuple[str, ...]] = field(default_factory=dict)
    """Fields by the stems of their names."""
    kinds: frozenset[str] = frozenset()
    """The categories that it is of."""
    own: frozenset[str] = frozenset()
    """Stems of their names."""

    def values_at(self, forms: Sequence[str], place: int) -> tuple[int, str, tuple[str, ...]] | None:
        """The longest run of words from `place` on that names values of one field, the field and the values."""
        for length in range(min(_LONGEST_RUN, len(forms) - place), 0, -1):
            run = tuple(forms[place : place + length])
            found = self.runs.get(run) or self._resolution(run)
            if found and (chosen := self._chosen(found, forms, place, length)) is not None:
                return length, *chosen
        return None

    def beside_at(self, forms: Sequence[str], place: int) -> bool:
        """Whether a value stands here with its field's name: "slim fit", "foam grips"."""
        found = self.values_at(forms, place)
        return found is not None and self._named_beside(found[1], forms, place, found[0])

    def has(self, name: str, values: Iterable[str]) -> bool:
        """Whether some of them carry one of the values, as far as is known."""
        attribute = self.attributes.get(name)
        return attribute is None or any(value in attribute.counts for value in values)

    def core_of(self, name: str) -> frozenset[str]:
        """The telling stems of a field's name."""
        called = frozenset(self.attributes[name].name)
        return called - _GENERIC or called

    def name_at(self, forms: Sequence[str], place: int) -> tuple[int, tuple[str, ...]]:
        """How many words from `place` on name a field, and the fields; 0 where none is named."""
        for length in range(min(_LONGEST_RUN, len(forms) - place), 0, -1):
            if found := self.named.get(tuple(forms[place : place + length])):
                return length, found
        return 0, ()

    def _resolution(self, run: Run) -> Mapping[str, tuple[str, ...]]:
        lines = _RESOLUTIONS.get(run)
        if lines is None:
            return {}
        held = {
            name: tuple(value for value in attribute.positive if lines in forms_of(tokens_of(value)))
            for name, attribute in self.attributes.items()
        }
        return {name: values for name, values in held.items() if values}

    def _chosen(
        self, found: Mapping[str, tuple[str, ...]], forms: Sequence[str], place: int, length: int
    ) -> tuple[str, tuple[str, ...]] | None:
        """None where several fields may be meant, or where it tells nothing apart."""
        run = tuple(forms[place : place + length])
        # "rear" where some are "rear" and some "front and rear".
        whole = {name: tuple(v for v in values if forms_of(tokens_of(v)) == run) for name, values in found.items()}
        meant = {name: whole[name] or values for name, values in found.items()}
        telling = {name: meant[name] for name in found if not self._says_nothing(name, meant[name], found[name], run)}
        beside = {name: values for name, values in telling.items() if self._named_beside(name, forms, place, length)}
        exact = {name: values for name, values in telling.items() if whole[name]}
        if len(run) == 1 and len(run[0]) == 1 and not run[0].isdigit():
            telling = exact = beside
        for choice in (beside, telling, exact):
            if len(choice) == 1:
                return next(iter(choice.items()))
        return None

    def _says_nothing(self, name: str, meant: Sequence[str], holding: Sequence[str], run: Run) -> bool:
        """All have it, or more of them are titled so than state it: then the value is not how this shop says it."""
        counts = self.attributes[name].counts
        titled = self.titled.get(run[0], 0) if len(run) == 1 else 0
        return sum(counts[one] for one in meant) >= self.total or titled > sum(counts[one] for one in holding)

    def _named_beside(self, name: str, forms: Sequence[str], place: int, length: int) -> bool:
        called, core = self.attributes[name].name, self.core_of(name)
        near = (*forms[max(0, place - len(called) - 1) : place], *forms[place + length : place + length + len(called)])
        return core <= set(near)


def forms_of(tokens: Iterable[Token]) -> Run:
    """Words as stems and numbers as digits, whether typed or spelt out; a pause stays a pause."""
    return tuple(_form(token) for token in tokens)


def _form(token: Token) -> str:
    if token.number is not None:
        return f"{token.number.normalize():f}"
    if (number := book.NUMBER_WORDS.get(token.word)) is not None:
        return f"{number:f}"
    return token.word if token.model else stem(token.word)


def kinds_within(category: str, stated: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The category itself where products lie in it, else the narrowest ones below it."""
    if category in stated:
        return [category]
    return sorted(kind for kind, known in stated.items() if ABOVE + category in known)


def counted(facets: Iterable[tuple[str, str]], title: Iterable[str], things: Iterable[str]) -> Counter[str]:
    """What one product adds to its kind's counts."""
    keys = [f"{name}{OF}{value}" for name, value in facets if name not in _NEVER and len(value) <= _LONGEST_VALUE]
    return Counter(
        {"": 1, **dict.fromkeys([*keys, *(OF + one for one in title), *(OF + OF + one for one in things)], 1)}
    )


def pruned(counts: Mapping[str, int]) -> dict[str, int]:
    """Without fields of too many values, and titles' words that no value has."""
    fields = Counter(key.split(OF, 1)[0] for key in counts if _is_value(key))
    kept = {
        key: count for key, count in counts.items() if _is_value(key) and fields[key.split(OF, 1)[0]] <= _MOST_VALUES
    }
    spoken = {form for key in kept for form in forms_of(tokens_of(key.split(OF, 1)[1]))}
    told = {
        key: count for key, count in counts.items() if not _is_value(key) and (key[:2] == OF + OF or key[1:] in spoken)
    }
    return {**kept, **told, "": counts[""]}


def _is_value(key: str) -> bool:
    return bool(key) and not key.startswith(OF)


def stated_by(kinds: Iterable[tuple[str, Mapping[str, int]]]) -> Stated:
    """Of one kind of product or of several together."""
    counts: Counter[str] = Counter()
    own: set[str] = set()
    categories: list[str] = []
    for category, known in kinds:
        counts.update(known)
        categories.append(category)
        own.update(forms_of(tokens_of(category)))
    by_field: dict[str, dict[str, int]] = {}
    for key, count in counts.items():
        if _is_value(key):
            name, value = key.split(OF, 1)
            by_field.setdefault(name, {})[value] = count
    attributes = {name: _attribute(name, values) for name, values in by_field.items()}
    named: dict[Run, list[str]] = {}
    for name, attribute in attributes.items():
        if name not in _OTHERWISE_READ:
            named.setdefault(attribute.name, []).append(name)
    return Stated(
        total=counts[""],
        attributes=attributes,
        runs=_runs(attributes),
        titled={key[1:]: count for key, count in counts.items() if key[:1] == OF and key[:2] != OF + OF},
        named={run: tuple(names) for run, names in named.items() if run},
        kinds=frozenset(categories),
        own=frozenset(own),
    )


def _attribute(name: str, counts: Mapping[str, int]) -> Attribute:
    positive = tuple(value for value in counts if not _says_no(value))
    figures = [figure for value in positive if (figure := _figure(value)) is not None]
    return Attribute(
        name=tuple(form for form in forms_of(tokens_of(name)) if form != ","),
        counts=counts,
        positive=positive,
        figures=tuple(figures) if len(figures) >= 0.6 * len(positive) else (),
    )


def _says_no(value: str) -> bool:
    first = value.split()[0] if value.split() else ""
    return first in _NEGATIVE


def _figure(value: str) -> Figure | None:
    tokens = tokens_of(value)
    if not tokens or tokens[0].number is None:
        return None
    after = tokens[1] if len(tokens) > 1 else None
    unit = _form(after) if after is not None and not after.pause and after.number is None else ""
    return Figure(number=tokens[0].number, unit=unit, value=value)


def _runs(attributes: Mapping[str, Attribute]) -> Mapping[Run, Mapping[str, tuple[str, ...]]]:
    found: dict[Run, dict[str, dict[str, None]]] = {}
    for name, attribute in attributes.items():
        if name in _OTHERWISE_READ:
            continue
        for value in attribute.positive:
            if value in _PLAIN_YES:
                continue
            for run in _runs_in(tokens_of(value)):
                found.setdefault(run, {}).setdefault(name, {})[value] = None
    return {run: {name: tuple(values) for name, values in held.items()} for run, held in found.items()}


def _runs_in(tokens: Sequence[Token]) -> Iterator[Run]:
    """The value itself and the runs of words in it; a number only begins what is a whole value: "3-season"."""
    if len(tokens) <= _LONGEST_RUN and not (len(tokens) == 1 and tokens[0].number is not None):
        yield forms_of(tokens)
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST_RUN) + 1):
            part = tokens[start:end]
            # A letter ends a name: "usb-a".
            ends = _tells(part[-1]) or (len(part) > 1 and len(part[-1].word) == 1 and part[-1].word.isalpha())
            if any(one.pause or one.number is not None for one in part) or not (_tells(part[0]) and ends):
                continue
            yield forms_of(part)


def _tells(token: Token) -> bool:
    word = token.word
    if token.model:
        return True
    return (
        word.isalpha()
        and word not in STOP_WORDS
        and word not in _JOINS
        and word not in _NEGATIVE
        and word not in book.SMALL_TALK
        and unit_of(word) is None
    )


def home_of(things: Sequence[str], stated: Mapping[str, Mapping[str, int]]) -> str:
    """The kind of product that most things of the first such name are: "mittens" are gloves; "" where there is none."""
    return next((home for thing in things if (home := _home_of(thing, stated))), "")


def _home_of(thing: str, stated: Mapping[str, Mapping[str, int]]) -> str:
    counts = {category: known.get(OF + OF + thing, 0) for category, known in stated.items()}
    whole = sum(counts.values())
    best = max(counts, key=lambda category: counts[category], default="")
    return best if best and counts[best] >= max(_FEWEST_AT_HOME, _HOME * whole) else ""
