"""Words read into filters, wishes and what is left to search by: one pass from left to right, longest reading first.

Above lies `constraints`; below, `amounts`, `phrasebook` and the shop's `Vocabulary`.
"""

from __future__ import annotations

from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.ages import OLDEST_CHILD, age_at
from retrieval.amounts import Bound, bound_at
from retrieval.bound_reading import BoundReading
from retrieval.measure_reading import bounds, measured_field, ordering, settled
from retrieval.needs import Filter, Need
from retrieval.nouns import UNIVERSAL_SIZES, trails
from retrieval.size_reading import REGIONS, sizes_at
from retrieval.superlatives import superlative_at
from retrieval.vocabulary import SET_WORDS, Meaning
from retrieval.words import STOP_WORDS, words


class Reading(BoundReading):
    """Each reader takes tokens from a place and tells how many; 0 for none."""

    def need(self) -> Need:
        """Read once to know the kind of product, and again by what that kind states."""
        stated = self._vocabulary.stated_by(self._kinds(first := self._read()))
        return first if stated is None else Reading(self._tokens, self._vocabulary, self._aliases, stated)._read()

    def _kinds(self, first: Need) -> list[str]:
        """The kinds asked for; else the one named somewhere, else the one that such things belong to."""
        asked = [
            one for each in first.filters if (each.field, each.operator) == ("category", "in") for one in each.values
        ]
        if asked:
            return asked
        for place in range(len(self._words)):
            found = self._vocabulary.meaning(self._words, place)
            if (
                found is not None
                and found[1].field == "category"
                and not found[1].loose
                and set(found[1].values) <= self._vocabulary.stated.keys()
                and self._at(place - 1) != "for"
            ):
                return list(found[1].values)
        named = [word for word in words(first.thing)[-2:] if word not in SET_WORDS]
        if not named:
            return []
        if home := self._vocabulary.home_of(*named):
            return [home]
        called = self._vocabulary.kind(named[-1:])
        return [] if called is None else list(called.values)

    def _read(self) -> Need:
        readers = (
            self._measure_name,
            self._age,
            self._usage,
            self._stated_figure,
            self._bound,
            self._people,
            self._sorting,
            self._extreme,
            self._rating,
            self._stock,
            self._negation,
            self._store,
            self._stated_beside,
            self._stated_whole,
            self._size,
            self._phrase,
            self._stated_wish,
            self._wish,
            self._audience,
            self._stated_phrase,
            self._meaning,
            self._stated_value,
            self._skip,
        )
        place = 0
        while place < len(self._tokens):
            if self._tokens[place].model:
                place += self._stated_value(place) or self._keep(place, thing=False)
                continue
            place += next((taken for reader in readers if (taken := reader(place))), 0) or self._word(place)
        self._filters = settled(self._filters, self._named_units, self._vocabulary)
        self._order()
        return Need(
            text=self._said(self._kept),
            filters=tuple(dict.fromkeys(self._filters)),
            wishes=tuple(self._wishes),
            sort=self._sort,
            sort_by=self._sort_by,
            thing=self._thing(),
        )

    def _people(self, place: int) -> int:
        """ "a tent for 4": a small number counts people where the thing is made for some, a large one is money."""
        if (
            self._words[place] not in ("for", "sleeps", "sleeping")
            or not any(kept.thing for kept in self._kept)
            or place + 1 >= len(self._tokens)
        ):
            return 0
        token = self._tokens[place + 1]
        number = token.number if token.number is not None else book.NUMBER_WORDS.get(token.word)
        if number is None or (place + 2 < len(self._tokens) and bound_at(self._tokens, place + 1) is not None):
            return 0
        if not self._is_head(place, 2):
            return 0
        category = next((one.values[0] for one in self._filters if one.field == "category"), "")
        if number <= 12 and self._vocabulary.fields_measured_in("person", category):
            field = measured_field("person", "", self._vocabulary)
            self._filters += bounds(field, "person", Bound(kind="measure", unit="person", least=number, most=number))
            return 2
        if number >= 15:
            about = Bound(kind="price", least=number * Decimal("0.8"), most=number * Decimal("1.2"))
            self._filters += bounds("price", "", about)
            return 2
        return 0

    def _age(self, place: int) -> int:
        """A child's age asks for the kids' range; an adult's says nothing about the thing."""
        found = age_at(self._tokens, place)
        if found is None:
            return 0
        years, length = found
        if years <= OLDEST_CHILD:
            self._for_audience("kids")
        return length

    def _extreme(self, place: int) -> int:
        """ "biggest", "longest battery": settled once the category is known."""
        found = superlative_at(self._words, place)
        if found is None:
            return 0
        self._superlative = found[0]
        return found[1]

    def _order(self) -> None:
        if self._superlative is None:
            return
        self._sort_by = (
            ordering(self._superlative, self._filters, self._vocabulary) if self._sort == "relevance" else ""
        )
        if self._sort_by:
            self._sort = "descending" if self._superlative.most else "ascending"
        elif self._superlative.wish:
            self._wishes[self._superlative.wish] = None

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
        at = self._after_built_in(at)
        while at < len(self._tokens) and (taken := self._excluded(at)):
            at += taken
            if self._at(at) in book.CONNECTORS and at + 1 < len(self._tokens) and self._is_value(at + 1):
                at += 1
            elif not (at < len(self._tokens) and self._is_value(at) and self._tokens[at].word in book.AUDIENCES):
                break
        return at - place

    def _after_built_in(self, place: int) -> int:
        """Where "grinder" stands in "nothing with a built in grinder"."""
        at = place
        while self._at(at) in book.BUILT_IN:
            at += 1
        return at if at < len(self._tokens) and self._is_value(at) else place

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
        if taken := self._stated_excluded(place):
            return taken
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

    def _size(self, place: int) -> int:
        word = self._words[place]
        start = place
        named = word in book.BED_SIZES or self._at(place + 1) in ("size", "sized")
        if named and word.isalpha() and self._sizes(place):
            return 1 + (self._at(place + 1) in ("size", "sized"))
        if self._tokens[place].shown in ("S", "M", "L") and self._sizes(place):
            return 1
        if word in ("size", "sizes"):
            start += 1
        elif word == "in" and len(self._at(place + 1)) > 2 and self._at(place + 1) not in ("small", "medium", "large"):
            return 0
        elif word == "in":
            start += 1
        elif word not in UNIVERSAL_SIZES and word not in REGIONS and self._at(place + 1) not in REGIONS:
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
        if self._words[place] == "new" and place and self._words[place - 1] in ("a", "some", "brand", "my"):
            return 1  # what is bought is new anyway
        if not length or (length == 1 and self._is_more_than_a_wish(place)):
            return 0
        self._wishes[" ".join(self._words[place : place + length])] = None
        return length

    def _is_more_than_a_wish(self, place: int) -> bool:
        """ "packable" where products say so, "light" where it is the thing itself."""
        found = self._vocabulary.meaning(self._words, place)
        thing = self._vocabulary.names_a_thing(self._words[place])
        if found is not None and found[1].values == ("yes",) and place and self._words[place - 1] in book.HAVING:
            return True
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
        return int(self._for_audience(audience))

    def _meaning(self, place: int) -> int:
        found = self._vocabulary.meaning(self._words, place)
        return self._means(place, *found) if found is not None else 0

    def _means(self, place: int, length: int, meaning: Meaning) -> int:
        """0 where the phrase is not meant so: "laptop" in "laptop bag", "fleece" where it is the thing itself."""
        if meaning.field == "category":
            return self._category(place, length, meaning)
        if self._stated is not None and self._is_stated_otherwise(place, meaning):
            return 0
        had = place > 0 and self._words[place - 1] in book.HAVING
        if meaning.values == ("yes",) and not had:
            kind = self._vocabulary.kind(self._words[place : place + length])
            if kind is not None and (taken := self._category(place, length, kind)):
                return taken
        one_word = self._words[place] if length == 1 else ""
        if (
            one_word
            and not (had and meaning.values == ("yes",))
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

    def _skip(self, place: int) -> int:
        token = self._tokens[place]
        silent = token.pause or not token.word[0].isalnum() or token.word in STOP_WORDS or token.word in book.SMALL_TALK
        return 1 if silent or trails(self._tokens, place) else 0
