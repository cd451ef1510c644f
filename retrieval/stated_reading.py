"""What a sentence says of the kind it asks for: "four slot toaster", "tent with a rain cover", "r value of 4 or more".

Above lies `reading`; below, `sentence` and what the kind's products state (`stated`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from retrieval import phrasebook as book
from retrieval.sentence import Sentence
from retrieval.stated import Attribute, Figure, Stated, forms_of
from retrieval.tokens import tokens_of
from retrieval.units import unit_of
from retrieval.vocabulary import Meaning
from retrieval.words import STOP_WORDS, stem, word_set

Sign = Literal["<=", ">=", "="]
_ARTICLES = word_set("a an the its one some")
_LEADING = word_set("for with in of from has have at by on using and or uses takes needs runs burns that")
"""Words after which a value may stand apart from the thing."""
_INCLUDED = word_set("included incl inclusive")
_BOUNDING = frozenset(word for phrases in (book.UPPER, book.LOWER) for phrase in phrases for word in phrase)
_IS = word_set("of is a about at with rating")
_PASSES: dict[Sign, Callable[[Decimal, Decimal], bool]] = {
    "<=": lambda number, bound: number <= bound,
    ">=": lambda number, bound: number >= bound,
    "=": lambda number, bound: number == bound,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A number in the sentence, with what bounds it."""

    number: Decimal
    sign: Sign
    unit: str
    start: int
    end: int


class StatedReading(Sentence):
    """Reads only once the kind of product is known; each reader tells how many tokens it takes, 0 for none."""

    def _stated_figure(self, place: int) -> int:
        """ "four slot", "at least 2 pockets", "fill power over 700", "800 cuin and up": no unit that all shops share."""
        stated = self._stated
        if stated is None:
            return 0
        if taken := self._pieces(place, stated):
            return taken
        named, fields = stated.name_at(self._forms, place)
        count = self._count(place + named, after_name=bool(named), stated=stated)
        if count is None:
            return 0
        end = count.end
        if not fields:
            fields = self._measured_in(stated, count.unit) if count.unit else ()
            behind, after = stated.name_at(self._forms, end)
            if behind and (not fields or after[0] in fields):
                fields, end = after, end + behind
        elif count.unit and not any(self._has_unit(stated, name, count.unit) for name in fields):
            end -= 1
        if len(fields) != 1 or not (figures := stated.attributes[fields[0]].figures):
            return 0
        sign, end = self._bounded_behind(count.sign, end)
        self._add_figures(fields[0], count, sign, figures)
        return self._told(place, end - place)

    def _pieces(self, place: int, stated: Stated) -> int:
        """ "set of six"."""
        name = next((one for one in book.PIECES if one in stated.attributes), "")
        if not name or self._words[place] not in book.SETS or self._at(place + 1) != "of":
            return 0
        count = self._count(place + 2, after_name=True, stated=stated)
        if count is None:
            return 0
        self._add_figures(name, count, count.sign, stated.attributes[name].figures)
        return self._told(place, count.end - place)

    def _add_figures(self, name: str, count: _Count, sign: Sign, figures: Sequence[Figure]) -> None:
        values = [one.value for one in figures if _PASSES[sign](one.number, count.number)]
        # What nobody offers is asked for all the same: nothing meets it, and that is said.
        self._add_stated(name, values or [f"{count.number.normalize():f} {count.unit}".strip()])

    def _count(self, place: int, *, after_name: bool, stated: Stated) -> _Count | None:
        at, sign = place, "="
        while after_name and self._at(at) in _IS and not book.longest(self._words, at, book.LOWER | book.UPPER):
            at += 1
        for phrases, bound in ((book.UPPER, "<="), (book.LOWER, ">=")):
            if length := book.longest(self._words, at, phrases):
                at, sign = at + length, bound
                break
        if at >= len(self._tokens):
            return None
        token = self._tokens[at]
        number = token.number if token.number is not None else book.NUMBER_WORDS.get(token.word)
        if number is None:
            return None
        behind = self._at(at + 1)
        known = unit_of(behind) is not None or behind in book.CURRENCIES or behind in book.RATING_WORDS
        if known and not after_name:
            return None
        unit = stem(behind) if behind and self._measured_in(stated, stem(behind)) else ""
        return _Count(number=number, sign=sign, unit=unit, start=place, end=at + 1 + bool(unit))  # type: ignore[arg-type]

    def _bounded_behind(self, sign: Sign, end: int) -> tuple[Sign, int]:
        if sign == "=":
            if upper := book.longest(self._words, end, book.UPPER_AFTER):
                return "<=", end + upper
            if lower := book.longest(self._words, end, book.LOWER_AFTER):
                return ">=", end + lower
        return sign, end

    def _measured_in(self, stated: Stated, unit: str) -> tuple[str, ...]:
        return tuple(name for name in stated.attributes if self._has_unit(stated, name, unit)) if unit else ()

    def _has_unit(self, stated: Stated, name: str, unit: str) -> bool:
        return any(one.unit == unit for one in stated.attributes[name].figures)

    def _stated_value(self, place: int) -> int:
        """ "winter", "straw lid", "4k"; "with a rain cover" where some have one and some have not."""
        if self._stated is None:
            return 0
        found = self._stated.values_at(self._forms, place)
        if found is None or self._says_too_little(place, *found):
            return self._having(place)
        length, name, values = found
        self._add_stated(name, values)
        core = self._stated.core_of(name) - self._stated.own
        while place + length < len(self._forms) and self._forms[place + length] in core:
            length += 1
        return self._told(place, length)

    def _stated_beside(self, place: int) -> int:
        """A value with its field's name comes before all other readings: the "slim" of "slim fit" is no wish."""
        stated = self._stated
        return self._stated_value(place) if stated is not None and stated.beside_at(self._forms, place) else 0

    def _stated_whole(self, place: int) -> int:
        """A whole value of several words: "full size" of a keyboard is no size of a bed."""
        found = self._stated.values_at(self._forms, place) if self._stated is not None else None
        if found is None or found[0] < 2 or not any(len(forms_of(tokens_of(value))) == found[0] for value in found[2]):
            return 0
        return self._stated_value(place)

    def _stated_wish(self, place: int) -> int:
        """ "compact" where it is a layout, "portable" where it is a type; what comes in degrees stays a wish."""
        word = self._words[place]
        if self._stated is None or (word,) not in book.WISHES or word in book.DEGREES:
            return 0
        found = self._stated.values_at(self._forms, place)
        exact = found is not None and any(forms_of(tokens_of(value)) == (self._forms[place],) for value in found[2])
        return self._stated_value(place) if exact else 0

    def _measured_beside(self, unit: str, place: int, length: int) -> str:
        """The attribute whose name is half said beside a figure: "9 m cable" is the cable length; "" where none is."""
        if self._stated is None:
            return ""
        near = {*self._forms[max(0, place - 3) : place], *self._forms[place + length : place + length + 2]}
        fields = [
            name for kind in sorted(self._stated.kinds) for name in self._vocabulary.fields_measured_in(unit, kind)
        ]
        half = [name for name in fields if name in self._stated.attributes and near & self._stated.core_of(name)]
        return half[0] if len(set(half)) == 1 else ""

    def _stated_phrase(self, place: int) -> int:
        """Values of several words before single ones: "closed cell foam" is more than foam."""
        found = self._stated.values_at(self._forms, place) if self._stated is not None else None
        return self._stated_value(place) if found is not None and found[0] > 1 else 0

    def _says_too_little(self, place: int, length: int, name: str, values: Sequence[str]) -> bool:
        """One word of a longer value tells only beside the thing or after "for" and the like; and never is the thing itself."""
        if length > 1 or any(len(forms_of(tokens_of(value))) == 1 for value in values):
            return False
        word = self._words[place]
        if self._vocabulary.names_a_thing(word) and all(
            forms_of(tokens_of(v))[-1] == self._forms[place] for v in values
        ):
            return True
        before = self._words[max(0, place - 3) : place]
        if any(one in _LEADING for one in before):
            return False
        ahead = range(place + 1, min(place + 4, len(self._tokens)))
        noun = next(
            (at for at in ahead if self._tokens[at].pause or self._vocabulary.names_a_thing(self._words[at])), 0
        )
        return not noun or self._tokens[noun].pause

    def _having(self, place: int) -> int:
        assert self._stated is not None
        length, attribute = self._optional(place)
        if attribute is None:
            return 0
        at = place - 1
        while at > 0 and self._words[at] in _ARTICLES:
            at -= 1
        had = at >= 0 and self._words[at] in book.HAVING
        included = self._at(place + length) in _INCLUDED
        if not (had or included or length > 1) or set(attribute.name) <= self._stated.own:
            return 0
        self._add_stated(self._field(attribute), attribute.positive)
        return self._told(place, length) + included

    def _stated_excluded(self, place: int) -> int:
        """After "without": the values named, or whatever says that it has it."""
        if self._stated is None:
            return 0
        length, attribute = self._optional(place)
        if attribute is not None:
            self._exclude(self._field(attribute), attribute.positive)
            return length
        found = self._stated.values_at(self._forms, place)
        if found is None:
            return 0
        self._exclude(found[1], found[2])
        return found[0]

    def _optional(self, place: int) -> tuple[int, Attribute | None]:
        assert self._stated is not None
        length, names = self._stated.name_at(self._forms, place)
        attributes = [self._stated.attributes[name] for name in names]
        chosen = next((one for one in attributes if one.optional), None)
        return (length, chosen) if chosen is not None else (0, None)

    def _field(self, attribute: Attribute) -> str:
        assert self._stated is not None
        return next(name for name, one in self._stated.attributes.items() if one is attribute)

    def _add_stated(self, name: str, values: Sequence[str]) -> None:
        if not any(one.field == name and one.operator in ("=", ">=", "<=") for one in self._filters):
            self._add_values(name, values)

    def _is_stated_otherwise(self, place: int, meaning: Meaning) -> bool:
        """ "wood" where no grill is made of it and some burn it."""
        stated = self._stated
        return (
            stated is not None
            and not stated.has(meaning.field, meaning.values)
            and stated.values_at(self._forms, place) is not None
        )

    def _is_own_kind(self, meaning: Meaning) -> bool:
        return meaning.field == "category" and self._stated is not None and set(meaning.values) <= self._stated.kinds

    def _is_head(self, place: int, length: int) -> bool:
        """A kind's name also ends where its attributes begin: "sleeping mat r value 5"."""
        if super()._is_head(place, length) or self._stated is None:
            return super()._is_head(place, length)
        if self._stated.values_at(self._forms, place + length) is not None:
            return not self._vocabulary.names_a_thing(self._at(place + length))
        named, _ = self._stated.name_at(self._forms, place + length)
        return named > 0 and not set(self._forms[place + length : place + length + named]) <= self._stated.own

    def _told(self, place: int, length: int) -> int:
        """The words stay to search by: they name the thing as well ("mountain bike"); only kinds are still read in them."""
        end, at = place + length, place
        while at < end:
            found = self._vocabulary.meaning(self._words, at)
            taken = self._category(at, *found) if found is not None and self._is_own_kind(found[1]) else 0
            word = self._words[at]
            silent = self._tokens[at].pause or word in STOP_WORDS or word in book.SMALL_TALK or word in _BOUNDING
            at += taken or (1 if silent else self._word(at))
        return at - place

    def _category(self, place: int, length: int, meaning: Meaning) -> int:
        beside = self._must_fit(place)
        beside = beside or self._at(place - 1 - (self._at(place - 1) in ("a", "an", "the", "my"))) in (
            "for",
            "to",
            "with",
        )
        head = self._is_head(place, length) or (not meaning.loose and self._is_plural_before_a_verb(place + length))
        if not head or (beside and self._kept):
            return 0
        if meaning.loose and self._kept and self._kept[-1].place == place - 1 and self._words[place - 1].isalpha():
            return 0
        self._drop_count(place)
        self._add_values("category", meaning.values)
        for at in range(place, place + length):
            self._keep(at, thing=at == place + length - 1)
        return length

    def _word(self, place: int) -> int:
        word = self._words[place]
        named = self._vocabulary.names_a_thing(word) and self._is_head(place, 1)
        if named:
            self._drop_count(place)
        return self._keep(
            place, thing=named and not (place and self._words[place - 1] in ("for", "with", "to") and self._kept)
        )
