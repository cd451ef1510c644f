"""A sentence while it is read: what has become a filter, a wish or an order so far, and which words are kept to search by.

Above lies `reading`, which decides; below, the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval import phrasebook as book
from retrieval.catalogue import StoreId
from retrieval.needs import Filter, Sort
from retrieval.nouns import ends_noun
from retrieval.stated import Stated, forms_of
from retrieval.superlatives import Superlative
from retrieval.tokens import Token
from retrieval.vocabulary import Vocabulary
from retrieval.words import word_set, words_of_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    place: int
    shown: str
    thing: bool


_MOST_PERSONS = 12
_MAY = word_set("that to can will would should must which they")


def _with_persons(tokens: Sequence[Token]) -> list[Token]:
    """The p of "2p tent" where the shop counts persons; "1440p" stays what it is."""
    return [
        replace(token, word="person")
        if token.glued and token.word == "p" and (tokens[place - 1].number or 0) <= _MOST_PERSONS
        else token
        for place, token in enumerate(tokens)
    ]


class Sentence:
    def __init__(
        self,
        tokens: Sequence[Token],
        vocabulary: Vocabulary,
        stores: Mapping[str, StoreId],
        stated: Stated | None = None,
    ) -> None:
        """`stated`: what products of the kind asked for state, once the kind is known."""
        self._tokens = tokens = _with_persons(tokens) if "person" in vocabulary.measures else tokens
        self._aliases = stores
        self._stated = stated
        self._forms = forms_of(tokens)
        self._words = [token.word for token in tokens]
        self._vocabulary = vocabulary
        self._stores = {name: store for alias, store in stores.items() if (name := words_of_name(alias))}
        self._filters: list[Filter] = []
        self._wishes: dict[str, None] = {}
        self._sort: Sort = "relevance"
        self._sort_by = ""
        self._superlative: Superlative | None = None
        self._kept: list[Kept] = []
        self._named_units: set[str] = set()
        self._named = ""
        self._measured = {name for fields in vocabulary.measures.values() for name in fields}

    def _thing(self) -> str:
        """The run of kept words that ends with the last one that names a kind of product."""
        last = max((number for number, kept in enumerate(self._kept) if kept.thing), default=None)
        if last is None:
            return ""
        first = last
        while first > 0 and self._kept[first - 1].place == self._kept[first].place - 1:
            first -= 1
        return self._said(self._kept[first : last + 1])

    def _said(self, kept: Sequence[Kept]) -> str:
        """Apart as it was typed: "4k" stays one word."""
        text = ""
        for number, one in enumerate(kept):
            glued = number and self._tokens[one.place].glued and kept[number - 1].place == one.place - 1
            text += one.shown if glued or not text else f" {one.shown}"
        return text

    def _exclude(self, field: str, values: Sequence[str]) -> None:
        self._filters.append(Filter(field=field, operator="not in", values=tuple(values)))

    def _for_audience(self, audience: str) -> bool:
        offered = self._vocabulary.values.get("audience", {})
        if audience not in offered:
            return False
        wanted = (audience,) if audience == "kids" else tuple(one for one in (audience, "unisex") if one in offered)
        self._filters = [one for one in self._filters if (one.field, one.operator) != ("audience", "in")]
        self._filters.append(Filter(field="audience", operator="in", values=wanted))
        return True

    def _must_fit(self, place: int) -> bool:
        """Whether what stands here is what the thing is to hold or to go with; a "slim fit" fits nothing."""
        before = self._words[max(0, place - 5) : place]
        return any(
            word in book.FITTING or (word == "fit" and number > 0 and before[number - 1] in _MAY)
            for number, word in enumerate(before)
            if number or place < 5
        )

    def _is_head(self, place: int, length: int) -> bool:
        after = place + length
        return after >= len(self._tokens) or ends_noun(self._tokens, self._words, after, self._vocabulary)

    def _is_plural_before_a_verb(self, after: int) -> bool:
        """ "tents pitch": who names two things together says "tent pegs"."""
        noun, word = self._tokens[after - 1].shown, self._at(after)
        return (
            noun.endswith("s")
            and not noun.endswith("ss")
            and word.isalpha()
            and not self._vocabulary.names_a_thing(word)
            and self._vocabulary.meaning(self._words, after) is None
        )

    def _add_values(self, field: str, values: Sequence[str]) -> None:
        """ "black or white": values of one field widen it."""
        for number, one in enumerate(self._filters):
            if one.field == field and one.operator == "in":
                wider = tuple(dict.fromkeys((*one.values, *values)))
                self._filters[number] = Filter(field=field, operator="in", values=wider)
                return
        self._filters.append(Filter(field=field, operator="in", values=tuple(values)))

    def _drop_count(self, place: int) -> None:
        """ "2 tents" are tents, not 2-person tents."""
        if not self._kept or self._kept[-1].place != place - 1 or not self._kept[-1].shown.isdigit():
            return
        # The 4 of "iphone 4 case" is no count.
        if len(self._kept) < 2 or self._kept[-2].place != place - 2:
            self._kept.pop()

    def _keep(self, place: int, *, thing: bool) -> int:
        self._kept.append(Kept(place=place, shown=self._tokens[place].shown, thing=thing))
        return 1

    def _at(self, place: int) -> str:
        return self._words[place] if 0 <= place < len(self._words) else ""
