"""The shop's words, from its catalogue and its stores: the adapter from retrieval's vocabulary to `situation.Lexicon`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from assistant.understanding.plain_words import plain
from retrieval.catalogue import StoreId
from retrieval.constraints import Filter, Need, parse_need
from retrieval.facets import SAME_FIELD
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, stem, words

ENGLISH = "en"
_CACHED = 2048
_CHILD = re.compile(
    r"\b(?:[1-9]|1[0-3]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[- ]?(?:yrs?|years?)[- ]?olds?\b",
    re.I,
)
"""An age that buys from the kids' range."""


_PAIRS = re.compile(
    r"\b(?:(?:un|dos|tres|cuatro|une|deux|trois|quatre|ein|zwei|drei|vier|\d+) )?(?:par(?:es)? de|paires? de|paar)\b",
    re.I,
)
"""Of what is sold in pairs, and is no measure of it."""
_ADULT = re.compile(r"\b(?:grown[- ]?ups?|adults?)\b(?! (?:and|or) (?:kids|children))", re.I)
_GROWN = ("unisex", "men", "women")
_SEARCHED = frozenset(["brand", "category", "audience", "colour", "size", "material", "title"])
"""Fields whose values narrow a search rather than answer a question."""
_LIGHT_AFTER = re.compile(r"\b(\w+) light(?=[,.?!]|$)", re.I)


class ShopLexicon:
    """Answers for one generation of the catalogue; `vocabulary` is asked anew, so a rebuilt index is picked up."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], stores: Mapping[str, StoreId]) -> None:
        """stores: every name of a place, lower case, to the store there."""
        self._vocabulary = vocabulary
        self._stores = stores
        names = sorted((re.escape(name) for name in stores), key=len, reverse=True)
        self._places = re.compile(rf"\b({'|'.join(names)})\b") if names else None
        self._parsed = lru_cache(maxsize=_CACHED)(self._parse)

    def _parse(self, text: str, _: int, language: str = ENGLISH) -> Need:
        if language != ENGLISH:
            return parse_need(_PAIRS.sub(" ", text), self._vocabulary(), stores=self._stores, language=language)
        need = self._with_head(parse_need(self._weighed(plain(text)), self._vocabulary(), stores=self._stores))
        young = _CHILD.search(text) and not any(f.field == "audience" for f in need.filters)
        if _ADULT.search(text) and not any(f.field == "audience" for f in need.filters):
            return replace(need, filters=(*need.filters, Filter(field="audience", operator="in", values=_GROWN)))
        if young and "kids" in self._vocabulary().values.get("audience", {}):
            return replace(need, filters=(*need.filters, Filter(field="audience", operator="in", values=("kids",))))
        return need

    def _weighed(self, text: str) -> str:
        """ "Gas stove light": a quality said after its thing, unless the two together name another thing ("bike light")."""
        found = _LIGHT_AFTER.search(text)
        if found is None or not self._vocabulary().names_a_thing(found.group(1)):
            return text
        pair = self._vocabulary().kind((found.group(1).lower(), "light"))
        return text if pair is not None else f"light {text[: found.end(1)]}{text[found.end() :]}"

    def _with_head(self, need: Need) -> Need:
        """ "Bluetooth speakers" are speakers: the last word of a thing's name gives its category where the whole gives none."""
        head = words(need.thing)[-1:]
        if not head or any(f.field == "category" for f in need.filters):
            return need
        named = tuple(
            c for c in self._vocabulary().values.get("category", {}) if [stem(w) for w in words(c)] == [stem(head[0])]
        )
        return (
            replace(need, filters=(*need.filters, Filter(field="category", operator="in", values=named)))
            if named
            else need
        )

    def need(self, text: str, language: str = ENGLISH) -> Need:
        return self._parsed(text, id(self._vocabulary()), language)

    def sells(self, text: str) -> bool:
        need = self.need(text)
        return bool(need.thing) or any(f.field in ("category", "brand") for f in need.filters)

    def kinds(self, text: str) -> tuple[str, ...]:
        need = self.need(text)
        categories = tuple(
            value for f in need.filters if f.field == "category" and f.operator != "not in" for value in f.values
        )
        return categories or ((need.thing,) if need.thing else ())

    def knows(self, text: str) -> bool:
        vocabulary = self._vocabulary()
        said = [word for word in words(text) if word not in STOP_WORDS]
        return bool(said) and all(vocabulary.knows(word) for word in said)

    def field(self, text: str) -> str:
        vocabulary, name = self._vocabulary(), " ".join(words(text))
        stated = name in vocabulary.values or any(name in fields for fields in vocabulary.measures.values())
        return name if stated or name in SAME_FIELD else ""

    def attribute(self, text: str) -> str:
        said = words(text)
        vocabulary = self._vocabulary()
        names = {*vocabulary.values, *(name for fields in vocabulary.measures.values() for name in fields)}
        named = next((name for name in sorted(names) if said and _abbreviates(said, name)), "")
        return named if named or not text.endswith("?") else self._attribute_of(said, names)

    def _attribute_of(self, said: list[str], names: set[str]) -> str:
        """ "Bpa?" is part of a name, "piezo?" a value: asked by itself, what it stands for is meant."""
        stems = {stem(word) for word in said}
        plain_names = sorted(name for name in names if name not in _SEARCHED)
        in_name = next((n for n in plain_names if stems and stems <= {stem(w) for w in words(n)}), "")
        values = self._vocabulary().values
        return in_name or next((n for n in plain_names if " ".join(said) in values.get(n, {})), "")

    def place(self, text: str) -> str:
        found = self._places.search(text.lower()) if self._places else None
        return self._stores[found.group(1)] if found else ""

    def names_one(self, word: str) -> bool:
        """Whether a single word is a place or a brand of this shop."""
        return bool(self.place(word)) or word.lower() in self._vocabulary().values.get("brand", {})

    def names_product(self, text: str) -> bool:
        return any(f.field == "brand" and f.operator != "not in" for f in self.need(text).filters)


def _abbreviates(said: list[str], name: str) -> bool:
    """ "comfort temp" for "comfort temperature": each word said begins a word of the name, and none of it is left out."""
    parts = name.split()
    return len(said) == len(parts) and all(len(w) > 2 and p.startswith(w) for w, p in zip(said, parts, strict=True))
