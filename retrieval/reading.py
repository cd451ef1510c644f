"""Words read into filters, wishes and what is left to search by: one pass from left to right, longest reading first.

Above lies `constraints`; below, `amounts`, `phrasebook` and the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.amounts import Bound, bound_at
from retrieval.catalogue import StoreId
from retrieval.needs import Filter, Need, Sort
from retrieval.nouns import ends_noun
from retrieval.size_reading import REGIONS, sizes_at
from retrieval.tokens import Token
from retrieval.units import USUAL_ATTRIBUTES
from retrieval.vocabulary import Meaning, Vocabulary
from retrieval.words import STOP_WORDS, word_set, words

_UNIVERSAL_SIZES = word_set("xxs xs xl xxl xxxl 2xl 3xl 4xl")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    place: int
    shown: str
    thing: bool


class Reading:
    """One sentence while it is read. Each reader takes tokens from a place and tells how many; 0 for none."""

    def __init__(self, tokens: Sequence[Token], vocabulary: Vocabulary, stores: Mapping[str, StoreId]) -> None:
        self._tokens = tokens
        self._words = [token.word for token in tokens]
        self._vocabulary = vocabulary
        self._stores = {tuple(words(alias)): store for alias, store in stores.items() if words(alias)}
        self._filters: list[Filter] = []
        self._wishes: dict[str, None] = {}
        self._sort: Sort = "relevance"
        self._kept: list[_Kept] = []
        self._named_units: set[str] = set()
        self._named = ""
        self._measured = {name for fields in vocabulary.measures.values() for name in fields}

    def need(self) -> Need:
        readers = (
            self._measure_name,
            self._bound,
            self._people,
            self._sorting,
            self._rating,
            self._stock,
            self._negation,
            self._store,
            self._size,
            self._phrase,
            self._wish,
            self._audience,
            self._meaning,
            self._skip,
        )
        place = 0
        while place < len(self._tokens):
            if self._tokens[place].model:
                place += self._keep(place, thing=False)
                continue
            place += next((taken for reader in readers if (taken := reader(place))), 0) or self._word(place)
        self._settle_units()
        return Need(
            text=" ".join(kept.shown for kept in self._kept),
            filters=tuple(dict.fromkeys(self._filters)),
            wishes=tuple(self._wishes),
            sort=self._sort,
            thing=self._thing(),
        )

    def _thing(self) -> str:
        """The run of kept words that ends with the last one that names a kind of product."""
        last = max((number for number, kept in enumerate(self._kept) if kept.thing), default=None)
        if last is None:
            return ""
        first = last
        while first > 0 and self._kept[first - 1].place == self._kept[first].place - 1:
            first -= 1
        return " ".join(kept.shown for kept in self._kept[first : last + 1])

    def _bound(self, place: int) -> int:
        bound = bound_at(self._tokens, place)
        if bound is None:
            return 0
        before = self._kept[-1] if self._kept and self._kept[-1].place == place - 1 else None
        named = self._named or (before.shown.lower() if before is not None else "")
        self._named = ""
        after = self._field_at(place + bound.length)
        if after and bound.kind == "measure":
            named = after
            bound = replace(bound, length=bound.length + len(after.split()))
        if named in book.RATING_BEFORE and bound.kind == "plain":
            bound = Bound(kind="rating", least=bound.least, most=None, length=bound.length)
        filters = self._filters_of(bound, named)
        if not filters:
            return 0
        if filters[0].field == named:
            self._named_units.add(bound.unit)
        if before is not None and (named in book.RATING_BEFORE or filters[0].field in (named, f"{named}s")):
            self._kept.pop()
        self._filters = [one for one in self._filters if one.field != filters[0].field or one.number is None]
        self._filters += filters
        return bound.length

    def _measure_name(self, place: int) -> int:
        """ "weight" in "weight under 2 kg", "battery life" in "battery life of at least 10 hours"."""
        name = self._field_at(place)
        if not name:
            return 0
        length = len(name.split())
        at = place + length
        while self._at(at) in ("is", "of", "should", "be", "a"):
            at += 1
        if at >= len(self._tokens) or bound_at(self._tokens, at) is None:
            return 0
        self._named = name
        return at - place

    def _field_at(self, place: int) -> str:
        """The measured attribute that is named here."""
        two, one = " ".join(self._words[place : place + 2]), self._at(place)
        return next(
            (book.FIELDS.get(name, name) for name in (two, one) if book.FIELDS.get(name, name) in self._measured), ""
        )

    def _filters_of(self, bound: Bound, named: str) -> list[Filter]:
        if bound.kind in ("price", "plain"):
            return _numbers("price", "", bound)
        if bound.kind == "rating":
            sane = bound.least is not None and bound.least <= 5
            return _numbers("rating", "", bound) if sane else []
        field = self._measured_field(bound.unit, named)
        return _numbers(field, bound.unit, bound) if field else []

    def _measured_field(self, unit: str, named: str) -> str:
        fields = self._vocabulary.fields_measured_in(unit)
        preferred = (named, *USUAL_ATTRIBUTES.get(unit, ()))
        return next((name for name in preferred if name in fields), fields[0] if fields else "")

    def _people(self, place: int) -> int:
        """ "a tent for 4": a small number counts people where the thing is made for some, a large one is money."""
        if self._words[place] != "for" or not any(kept.thing for kept in self._kept) or place + 1 >= len(self._tokens):
            return 0
        token = self._tokens[place + 1]
        number = token.number if token.number is not None else book.NUMBER_WORDS.get(token.word)
        if number is None or (place + 2 < len(self._tokens) and bound_at(self._tokens, place + 1) is not None):
            return 0
        if not self._is_head(place, 2):
            return 0
        category = next((one.values[0] for one in self._filters if one.field == "category"), "")
        if number <= 12 and self._vocabulary.fields_measured_in("person", category):
            field = self._measured_field("person", "")
            self._filters += _numbers(field, "person", Bound(kind="measure", unit="person", least=number, most=number))
            return 2
        if number >= 15:
            about = Bound(kind="price", least=number * Decimal("0.8"), most=number * Decimal("1.2"))
            self._filters += _numbers("price", "", about)
            return 2
        return 0

    def _settle_units(self) -> None:
        """Once the category is known: inches are a backpack's "laptop size", but a television's "screen size"."""
        categories = [value for one in self._filters if one.field == "category" for value in one.values]
        for number, one in enumerate(self._filters):
            if one.unit and one.unit not in self._named_units:
                fields = [
                    name for category in categories for name in self._vocabulary.fields_measured_in(one.unit, category)
                ]
                preferred = (*USUAL_ATTRIBUTES.get(one.unit, ()), *fields)
                field = next((name for name in preferred if name in fields), one.field)
                self._filters[number] = replace(one, field=field)

    def _rating(self, place: int) -> int:
        """ "rated 4 or higher", "rating 4.5+"."""
        if self._words[place] not in book.RATING_BEFORE or place + 1 >= len(self._tokens):
            return 0
        number = self._tokens[place + 1].number
        if number is None or not 1 <= number <= 5:
            return 0
        self._filters.append(Filter(field="rating", operator=">=", number=number))
        return 2 + book.longest(self._words, place + 2, book.LOWER_AFTER) + (self._at(place + 2) in book.RATING_WORDS)

    def _sorting(self, place: int) -> int:
        length = book.longest(self._words, place, book.SORTS)
        if length:
            self._sort = book.SORTS[tuple(self._words[place : place + length])]
        return length

    def _stock(self, place: int) -> int:
        length = book.longest(self._words, place, book.IN_STOCK)
        if not length or (self._words[place] == "available" and length == 1 and self._at(place + 1) == "in"):
            return 0
        self._filters.append(Filter(field="in_stock", operator="=", values=("yes",)))
        return length

    def _store(self, place: int) -> int:
        for length in range(min(book.LONGEST, len(self._words) - place), 0, -1):
            store = self._stores.get(tuple(self._words[place : place + length]))
            if store is not None:
                self._add_values("store", (store,))
                return length + (self._at(place + length) in ("store", "shop", "branch"))
        return 0

    def _negation(self, place: int) -> int:
        length = book.longest(self._words, place, book.NEGATION)
        if not length:
            return self._free_of(place)
        at = place + length
        if self._at(at) in ("too", "so", "very") and self._at(at + 1) in book.TOO_MUCH:
            self._wishes[book.TOO_MUCH[self._at(at + 1)]] = None
            return length + 2
        while self._at(at) in book.AFTER_NEGATION:
            at += 1
        while at < len(self._tokens) and (taken := self._excluded(at)):
            at += taken
            if self._at(at) in book.CONNECTORS and at + 1 < len(self._tokens) and self._is_value(at + 1):
                at += 1
            elif not (at < len(self._tokens) and self._is_value(at) and self._tokens[at].word in book.AUDIENCES):
                break
        return at - place

    def _free_of(self, place: int) -> int:
        """ "leather-free"."""
        found = self._vocabulary.meaning(self._words, place)
        if found is None or self._at(place + found[0]) != "free" or found[1].field != "material":
            return 0
        self._exclude(found[1].field, found[1].values)
        return found[0] + 1

    def _is_value(self, place: int) -> bool:
        return self._vocabulary.meaning(self._words, place) is not None or self._words[place] in book.AUDIENCES

    def _excluded(self, place: int) -> int:
        token = self._tokens[place]
        if token.pause or token.number is not None:
            return 0
        if (found := self._vocabulary.meaning(self._words, place)) is not None:
            self._exclude(found[1].field, found[1].values)
            return found[0]
        if token.word in book.AUDIENCES:
            self._exclude("audience", (book.AUDIENCES[token.word],))
            return 1
        if token.word in STOP_WORDS or token.word in book.SMALL_TALK:
            return 0
        if self._vocabulary.knows(token.word):
            self._exclude("text", (token.word,))
        return 1

    def _exclude(self, field: str, values: Sequence[str]) -> None:
        self._filters.append(Filter(field=field, operator="not in", values=tuple(values)))

    def _size(self, place: int) -> int:
        word = self._words[place]
        start = place
        if word in ("size", "sizes"):
            start += 1
        elif word == "in" and len(self._at(place + 1)) > 2 and self._at(place + 1) not in ("small", "medium", "large"):
            return 0
        elif word == "in":
            start += 1
        elif word not in _UNIVERSAL_SIZES and word not in REGIONS and self._at(place + 1) not in REGIONS:
            return 0
        taken = self._sizes(start)
        return taken + start - place if taken else 0

    def _sizes(self, place: int) -> int:
        sizes, taken = sizes_at(self._words, place, self._vocabulary)
        if sizes:
            self._add_values("size", sizes)
        return taken

    def _phrase(self, place: int) -> int:
        """Names of several words come before single adjectives: "light bulbs", "under armour"."""
        found = self._vocabulary.meaning(self._words, place)
        return self._means(place, *found) if found is not None and found[0] > 1 else 0

    def _wish(self, place: int) -> int:
        length = book.longest(self._words, place, book.WISHES)
        if not length or (length == 1 and self._is_more_than_a_wish(place)):
            return 0
        self._wishes[" ".join(self._words[place : place + length])] = None
        return length

    def _is_more_than_a_wish(self, place: int) -> bool:
        """ "packable" where products say so, "light" where it is the thing itself."""
        found = self._vocabulary.meaning(self._words, place)
        thing = self._vocabulary.names_a_thing(self._words[place])
        if found is not None and found[1].values == ("yes",) and not thing:
            return True
        adjacent = bool(self._kept) and self._kept[-1].place == place - 1
        return thing and adjacent and self._is_head(place, 1)

    def _audience(self, place: int) -> int:
        word = self._words[place]
        audience = book.AUDIENCES.get(word)
        after_for = "for" in self._words[max(0, place - 2) : place]
        if audience is None or (word in book.ONLY_AFTER_FOR and not after_for):
            return 0
        offered = self._vocabulary.values.get("audience", {})
        if audience not in offered:
            return 0
        wanted = (audience,) if audience == "kids" else tuple(one for one in (audience, "unisex") if one in offered)
        self._filters = [one for one in self._filters if (one.field, one.operator) != ("audience", "in")]
        self._filters.append(Filter(field="audience", operator="in", values=wanted))
        return 1

    def _meaning(self, place: int) -> int:
        found = self._vocabulary.meaning(self._words, place)
        return self._means(place, *found) if found is not None else 0

    def _means(self, place: int, length: int, meaning: Meaning) -> int:
        """0 where the phrase is not meant so: "laptop" in "laptop bag", "fleece" where it is the thing itself."""
        if meaning.field == "category":
            return self._category(place, length, meaning)
        one_word = self._words[place] if length == 1 else ""
        if (
            one_word
            and self._vocabulary.names_a_thing(one_word)
            and self._is_head(place, 1)
            and meaning.field != "colour"
        ):
            return 0
        if meaning.values == ("yes",):
            self._filters.append(Filter(field=meaning.field, operator="=", values=("yes",)))
        else:
            self._add_values(meaning.field, meaning.values)
        return length

    def _category(self, place: int, length: int, meaning: Meaning) -> int:
        if not self._is_head(place, length) or (place and self._words[place - 1] in ("for", "to") and self._kept):
            return 0
        if meaning.loose and self._kept and self._kept[-1].place == place - 1 and self._words[place - 1].isalpha():
            return 0
        self._drop_count(place)
        self._add_values("category", meaning.values)
        for at in range(place, place + length):
            self._keep(at, thing=at == place + length - 1)
        return length

    def _is_head(self, place: int, length: int) -> bool:
        after = place + length
        return after >= len(self._tokens) or ends_noun(self._tokens, self._words, after, self._vocabulary)

    def _add_values(self, field: str, values: Sequence[str]) -> None:
        """ "black or white": values of one field widen it."""
        for number, one in enumerate(self._filters):
            if one.field == field and one.operator == "in":
                wider = tuple(dict.fromkeys((*one.values, *values)))
                self._filters[number] = Filter(field=field, operator="in", values=wider)
                return
        self._filters.append(Filter(field=field, operator="in", values=tuple(values)))

    def _skip(self, place: int) -> int:
        token = self._tokens[place]
        silent = token.pause or not token.word[0].isalnum() or token.word in STOP_WORDS or token.word in book.SMALL_TALK
        return 1 if silent else 0

    def _word(self, place: int) -> int:
        word = self._words[place]
        named = self._vocabulary.names_a_thing(word) and self._is_head(place, 1)
        if named:
            self._drop_count(place)
        return self._keep(
            place, thing=named and not (place and self._words[place - 1] in ("for", "with", "to") and self._kept)
        )

    def _drop_count(self, place: int) -> None:
        """ "2 tents" are tents, not 2-person tents."""
        if self._kept and self._kept[-1].place == place - 1 and self._kept[-1].shown.isdigit():
            self._kept.pop()

    def _keep(self, place: int, *, thing: bool) -> int:
        self._kept.append(_Kept(place=place, shown=self._tokens[place].shown, thing=thing))
        return 1

    def _at(self, place: int) -> str:
        return self._words[place] if place < len(self._words) else ""


def _numbers(field: str, unit: str, bound: Bound) -> list[Filter]:
    filters = []
    if bound.least is not None and bound.least > 0:
        filters.append(Filter(field=field, operator=">=", number=Decimal(bound.least), unit=unit))
    if bound.most is not None:
        filters.append(Filter(field=field, operator="<=", number=Decimal(bound.most), unit=unit))
    return filters
