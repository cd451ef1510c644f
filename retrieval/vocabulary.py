"""The shop's own words, from its products: what may become a filter, what is a kind of thing, what is a typing error.

Above lie `constraints` and `retriever`; below, `facets` and `words`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval import facets
from retrieval.catalogue import Product
from retrieval.colours import SHADES, SPELLINGS, shades_of
from retrieval.common_words import common_words
from retrieval.materials import material_phrases
from retrieval.passages import body_text, title_of
from retrieval.size_forms import forms_of_size, size_forms
from retrieval.stated import ABOVE, Stated, counted, home_of, kinds_within, pruned, stated_by
from retrieval.synonyms import Synonyms
from retrieval.words import STOP_WORDS, stem, stemmed, word_set, words

_LONGEST_PHRASE = 5
_YES = frozenset({"yes", "true"})
_NO = frozenset({"no", "false", "none", "partly", "partial", "partially"})
_PARTS = re.compile(r"[&,/]|\band\b")
_TITLE_HEAD = re.compile(r"[^,(|–—]+?(?=\s{1,9}-\s|[,(|–—]|$)")
_OF = "\x1f"
_MOST_VALUES = 5000
_MOST_TABLES = 256
"""Kinds of product whose statements are kept ready."""
_COVERED = 0.34
"""Share of the products called by a category's head noun that it must hold to be a filter."""
_LINKS = word_set("over on the my with in a")
SET_WORDS = word_set("set sets kit kits pack packs pair pairs bundle")
"""Words after which a title's thing still is the one before: "duvet cover set"."""
_SINGLE = re.compile(r"([a-z]*[aeiou])([bdgklmnprt])(ing|ed|er|ers)")
_MIXED = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a phrase stands for in this shop."""

    field: str
    values: tuple[str, ...]
    """The catalogue's own spelling, lower case; several where the phrase is wider than a value: "shoes"."""
    loose: bool = False
    """Only the last word of a category's name: "bag" for "sleeping bags"."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Counts as stored; what look-ups need is derived once, on first use."""

    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many products carry each value, by field."""
    measures: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many products state a measured attribute, by unit, or category and unit, and by field."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many products mention each word."""
    things: Mapping[str, int] = field(default_factory=dict)
    """Stems of the words that name kinds of product."""
    stated: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """What products state, by narrowest category: see `retrieval.stated`."""

    @classmethod
    def of(cls, products: Iterable[Product]) -> Vocabulary:
        return cls().extended(products)

    def extended(self, products: Iterable[Product]) -> Vocabulary:
        """With more products; words of those taken out of the shop stay until the next build."""
        values = defaultdict(Counter, {name: Counter(known) for name, known in self.values.items()})
        measures = defaultdict(Counter, {unit: Counter(known) for unit, known in self.measures.items()})
        counts, things = Counter(self.counts), Counter(self.things)
        stated = {category: Counter(known) for category, known in self.stated.items()}
        for product in products:
            facets_here = list(_facets(product))
            for name, value in facets_here:
                values[name][value] += 1
            for level in product.category[-1:]:
                told = {stem(word) for word in words(product.title)}
                counts_here = stated.setdefault(level.lower(), Counter())
                counts_here.update(counted(facets_here, told, _called(product)))
                counts_here.update(ABOVE + wider.lower() for wider in product.category[:-1])
            for name, unit in _measured(product):
                for key in (unit, *(f"{level.lower()}{_OF}{unit}" for level in product.category[-1:])):
                    measures[key][name] += 1
            counts.update({*words(title_of(product)), *words(body_text(product))})
            things.update(_things(product))
        return Vocabulary(
            values=values,
            measures=measures,
            counts=counts,
            things=things,
            stated={category: pruned(known) for category, known in stated.items()},
        )

    def stated_by(self, categories: Sequence[str]) -> Stated | None:
        """What products of those kinds state; None where nothing is known of them."""
        key = tuple(dict.fromkeys(kind for one in categories for kind in kinds_within(one, self.stated)))
        if not key:
            return None
        if (made := self._stated_tables.get(key)) is not None:
            return made
        if len(self._stated_tables) >= _MOST_TABLES:
            self._stated_tables.clear()
        return self._stated_tables.setdefault(key, stated_by((one, self.stated[one]) for one in key))

    def home_of(self, *named: str) -> str:
        """The one kind of product that things of that name are: "mittens" are gloves; "" where there is none."""
        stems = [stem(word) for word in named]
        return home_of([" ".join(stems), stems[-1]], self.stated)

    @cached_property
    def _stated_tables(self) -> dict[tuple[str, ...], Stated]:
        return {}

    def knows(self, word: str) -> bool:
        return word in self.counts

    def kind(self, tokens: Sequence[str]) -> Meaning | None:
        """The categories that exactly these words name."""
        return self._categories.get(" ".join(map(stem, tokens)))

    def measured_by_category(self, categories: Iterable[str]) -> set[str]:
        """Attributes that products of those categories state as figures; of any, where none is named."""
        prefixes = tuple(f"{category}{_OF}" for category in categories)
        return {
            name
            for key, fields in self.measures.items()
            if (key.startswith(prefixes) if prefixes else _OF not in key)
            for name in fields
        }

    def names_a_brand(self, word: str) -> bool:
        """Whether it is a word of a brand's name, as normalised."""
        return word in self._brand_words

    def understands(self, word: str) -> bool:
        """Whether it is a word of the shop or of the table of synonyms, in any form."""
        return self.knows(word) or self._knows_stem(stem(word))

    def beside(self, left: str, right: str) -> bool:
        """Whether the shop itself writes the two words apart, in the name of a category."""
        return self.kind((left, right)) is not None

    def names_a_thing(self, word: str) -> bool:
        if stem(word) not in self.things:
            return False
        # "who loves biking" names no bike; "cycling" is what this shop calls a category.
        return not word.endswith("ing") or not self.values.get("category") or word in self._category_words

    def meaning(self, tokens: Sequence[str], start: int) -> tuple[int, Meaning] | None:
        """The longest phrase from `start` on that stands for a value, and how many words it takes."""
        for length in range(min(_LONGEST_PHRASE, len(tokens) - start), 0, -1):
            phrase = tokens[start : start + length]
            found = self._phrases.get(" ".join(phrase)) or self._kind_named(phrase) or self._flag(phrase)
            if found is not None:
                return length, found
        return None

    def _flag(self, phrase: Sequence[str]) -> Meaning | None:
        """ "fit over glasses" for the attribute "fits glasses"."""
        if len(phrase) < 2 or phrase[0] in STOP_WORDS | _LINKS or phrase[-1] in STOP_WORDS | _LINKS:
            return None
        return self._flags.get(" ".join(stem(word) for word in phrase if word not in _LINKS))

    def _kind_named(self, phrase: Sequence[str]) -> Meaning | None:
        found = self.kind(phrase)
        if found is None or len(phrase) > 1:
            return found
        named = {word for value in found.values for word in words(value) if stem(word) == stem(phrase[0])}
        # Who loves biking wants no bike, and "that fit" is no fitness: such a form counts only where the shop uses it.
        other = phrase[0].endswith("ing") or (named and all(abs(len(phrase[0]) - len(word)) > 2 for word in named))
        return found if not other or phrase[0] in named else None

    def sizes(self, word: str) -> Sequence[str]:
        """The shop's sizes that a word means: "m" is "m", "s/m" and "m (55-59 cm)", "40" is "40" and "39-41"."""
        return next((found for form in size_forms(word) if (found := self._sizes.get(form))), ())

    def fields_measured_in(self, unit: str, category: str = "") -> Sequence[str]:
        """Attributes with that unit, the most frequent first; those of a category, where one is given."""
        known = self.measures.get(f"{category}{_OF}{unit}" if category else unit, {})
        return sorted(known, key=lambda name: (-known[name], name))

    def corrected(self, word: str, also: Iterable[str] = ()) -> str:
        """The known word that a typing error stands for; the word itself where none is near enough."""
        if len(word) < 4 or word in common_words() or self.knows(word) or _MIXED.search(word):
            return word
        if (doubled := self._doubled(word)) or self._knows_stem(stem(word)):
            return doubled or word
        allowed = 1 if len(word) < 8 else 2
        near = [candidate for length in range(-allowed, allowed + 1) for candidate in self._near(word, length)]
        best: tuple[int, int, str] | None = None
        choices = [*near, *also]
        for candidate, _, _ in process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=8):
            # "charger" is no error of "charge".
            if word.startswith(candidate) or (len(word) == 4 and not self._may_be_short_for(word, candidate)):
                continue
            rank = (OSA.distance(word, candidate), -self.counts.get(candidate, 1000), candidate)
            best = rank if best is None else min(best, rank)
        return best[2] if best is not None else word

    def _doubled(self, word: str) -> str:
        """ "running" for "runing", which has the stem of a word of its own: "rune"."""
        found = _SINGLE.fullmatch(word)
        right = f"{found[1]}{found[2]}{found[2]}{found[3]}" if found is not None else ""
        return right if right in self.counts else ""

    def _may_be_short_for(self, word: str, candidate: str) -> bool:
        """Short words have many neighbours: only one of swapped letters that names a thing is taken."""
        return sorted(word) == sorted(candidate) and self.names_a_thing(candidate)

    def prepared(self) -> Vocabulary:
        """With the derived tables made, so that the first customer does not wait for them."""
        self.meaning(["prepared"], 0)
        self.corrected("preparedd")
        return self

    def _near(self, word: str, longer: int) -> Sequence[str]:
        return self._by_shape.get((word[0], len(word) + longer), ())

    @cached_property
    def _sizes(self) -> Mapping[str, Sequence[str]]:
        table: dict[str, list[str]] = {}
        for value in self.values.get("size", {}):
            for form in dict.fromkeys(forms_of_size(value)):
                table.setdefault(form, []).append(value)
        return table

    @cached_property
    def _brand_words(self) -> frozenset[str]:
        return frozenset(word for brand in self.values.get("brand", ()) for word in words(brand))

    def _knows_stem(self, word: str) -> bool:
        return word in self.counts or word in self._other_stems

    @cached_property
    def _other_stems(self) -> frozenset[str]:
        """Those that are no word themselves: most words are their own stem, and 10⁶ products have 350,000."""
        return frozenset(one for one in stemmed(self.counts) if one not in self.counts) | Synonyms().stems

    @cached_property
    def _by_shape(self) -> Mapping[tuple[str, int], Sequence[str]]:
        """Words by first letter and length: typing errors seldom hit the first letter."""
        shapes: dict[tuple[str, int], list[str]] = {}
        for word in self.counts:
            if len(word) > 3 and word.isalpha():
                shapes.setdefault((word[0], len(word)), []).append(word)
        return shapes

    @cached_property
    def _category_words(self) -> frozenset[str]:
        return frozenset(word for category in self.values.get("category", {}) for word in words(category))

    @cached_property
    def _flags(self) -> Mapping[str, Meaning]:
        """Yes-or-no attributes of several words, by stems."""
        return {
            " ".join(map(stem, words(name))): Meaning(
                field=name, values=tuple(value for value in known if value in _YES)
            )
            for name, known in self.values.items()
            if " " in name and _is_yes_or_no(known)
        }

    @cached_property
    def _phrases(self) -> Mapping[str, Meaning]:
        """By normalised words. The later entries win where one phrase has several meanings."""
        table: dict[str, Meaning] = {}
        for name, known in self.values.items():
            if _is_yes_or_no(known):
                _enter(table, name, Meaning(field=name, values=tuple(value for value in known if value in _YES)))
        _enter_values(table, "material", self._values_by_phrase("material"))
        materials = set(table)
        colours = {
            name: meant
            for name, meant in self._colours().items()
            # A lamp in brass is made of it; one in silver need not be.
            if name in SHADES or name in SPELLINGS or " ".join(words(name)) not in materials
        }
        _enter_values(table, "colour", colours)
        for brand in self.values.get("brand", {}):
            if not brand.isdigit():
                _enter(table, brand, Meaning(field="brand", values=(brand,)))
        return table

    def _values_by_phrase(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """ "wool" means "merino wool" too, "steel" means "stainless steel"."""
        offered = list(self.values.get(name, {}))[:_MOST_VALUES]
        return material_phrases(offered, {value: words(value) for value in offered})

    def _colours(self) -> Mapping[str, tuple[str, ...]]:
        offered = self.values.get("colour", {})
        plain = {name for name in (*SHADES, *SPELLINGS) if shades_of(name, offered)}
        whole = {" ".join(words(value)): (value,) for value in list(offered)[:_MOST_VALUES] if words(value)}
        return {**whole, **{name: shades_of(name, offered) for name in plain}}

    @cached_property
    def _categories(self) -> Mapping[str, Meaning]:
        """By stems: a category's name, the names it joins ("Tents & Shelters"), its head noun, and their synonyms."""
        table: dict[str, dict[str, None]] = {}
        called: dict[str, dict[str, None]] = {}
        heads: dict[str, dict[str, None]] = {}
        synonyms = Synonyms()
        for value in self.values.get("category", {}):
            for name in (value, *_PARTS.split(value)):
                stems = tuple(map(stem, words(name)))
                if not stems or not self._covers(value, stems[-1]):
                    continue
                table.setdefault(" ".join(stems), {})[value] = None
                for form in synonyms.of(stems):
                    called.setdefault(" ".join(form), {})[value] = None
                heads.setdefault(stems[-1], {})[value] = None
        loose = {form: Meaning(field="category", values=tuple(values), loose=True) for form, values in heads.items()}
        exact = {form: Meaning(field="category", values=tuple(values)) for form, values in {**called, **table}.items()}
        return {**loose, **exact}

    def _covers(self, category: str, head: str) -> bool:
        """Whether most products that are called so lie there: "case" is no filter where most cases lie elsewhere."""
        return self.values["category"][category] >= _COVERED * self.things.get(head, 0)

    def to_json(self) -> bytes:
        return msgspec.json.encode(
            {
                "values": self.values,
                "measures": self.measures,
                "counts": self.counts,
                "things": self.things,
                "stated": self.stated,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> Vocabulary:
        return cls(**msgspec.json.decode(data, type=dict[str, dict[str, object]]))  # type: ignore[arg-type]


def _facets(product: Product) -> Iterator[tuple[str, str]]:
    found = {*facets.product_facets(product)}
    for variant in product.variants:
        found.update(facets.variant_facets(variant))
    return iter(found)


def _measured(product: Product) -> Iterator[tuple[str, str]]:
    found = {(name, measure.unit) for name, measure in facets.product_measures(product)}
    for variant in product.variants:
        found.update((name, measure.unit) for name, measure in facets.variant_measures(variant))
    return iter(found)


def _things(product: Product) -> set[str]:
    """The last word of the title's first part, and those of the categories' names."""
    found = {one for one in _called(product) if " " not in one}
    for level in product.category:
        for name in _PARTS.split(level):
            found.update(_last_words(name))
    return found


def _called(product: Product) -> set[str]:
    """By the title's first part."""
    head = _TITLE_HEAD.match(product.title)
    if head is None:
        return set()
    last = [stem(word) for word in words(head[0]) if word not in STOP_WORDS][-2:]
    return {*_last_words(head[0]), " ".join(last)}


def _last_words(text: str) -> Iterator[str]:
    telling = [word for word in words(text) if word.isalpha() and word not in STOP_WORDS and len(word) > 2]
    last = next((place for place in reversed(range(len(telling))) if telling[place] not in SET_WORDS), -1)
    return iter({stem(word) for word in telling[last:]})


def _is_yes_or_no(known: Mapping[str, int]) -> bool:
    whole = sum(known.values())
    plain = sum(count for value, count in known.items() if value in _YES or value in _NO)
    return plain >= 0.6 * whole and any(value in _YES for value in known)


def _enter(table: dict[str, Meaning], name: str, meaning: Meaning) -> None:
    key = " ".join(words(name))
    if key and key not in STOP_WORDS:
        table[key] = meaning


def _enter_values(table: dict[str, Meaning], name: str, values: Mapping[str, tuple[str, ...]]) -> None:
    for phrase, meant in values.items():
        # "bpa free" is the yes-or-no attribute of that name rather than a "bpa-free plastic".
        if not phrase.isdigit() and (" " not in phrase or phrase not in table):
            _enter(table, phrase, Meaning(field=name, values=meant))
