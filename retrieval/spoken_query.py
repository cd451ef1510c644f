"""What a need of another language says, as a query for the lexical leg: every way to say each thing, none above its own.

Above lies `retriever`; below, `interpreting`, `query` for synonyms, and `bridge` for what no table knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.interpreting import Unit, interpreted
from retrieval.lexical import Alternative, Query
from retrieval.needs import Need
from retrieval.query import lexical_query
from retrieval.synonyms import Synonyms
from retrieval.tokens import Token
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, stem, words

OTHER_WAY = 0.5
"""Weight of a glossary's further ways against the one that this shop uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    units: tuple[Unit, ...]
    """What names something, in the order in which it is read."""

    @property
    def strange(self) -> bool:
        """Whether something in it is known to no table."""
        return not all(unit.known for unit in self.units)


def heard(need: Need, vocabulary: Vocabulary, *, into: str, tables: bool) -> Heard | None:
    """None where the need is of the shop's own language; what flows have put into its text since counts as it stands."""
    if not need.said or not need.text:
        return None
    told = interpreted(need.said, vocabulary, need.language, into=into, tables=tables)
    left = dict.fromkeys(words(need.text))
    units = []
    for unit in told.ordered:
        own = {word for token in unit.tokens for word in words(token.word)}
        if (unit.ways or unit.kind == "figure") and own & left.keys():
            units.append(unit)
            left = dict.fromkeys(word for word in left if word not in own)
    more = [
        Unit(kind="name", said=word, tokens=(Token(word=word, shown=word),), ways=(word,))
        for word in left
        if word not in STOP_WORDS
    ]
    return Heard(units=(*more, *units))


def told_query(
    units: Sequence[Unit],
    wishes: Sequence[str],
    synonyms: Synonyms,
    frequency: Callable[[str], int],
    idf: Callable[[str], float],
) -> Query:
    """For units that are all known. The first way as in English, with its synonyms; the others beside it."""
    query: list[list[Alternative]] = []
    for unit in units:
        ways = unit.ways or tuple(token.word for token in unit.tokens)
        plain = [list(one) for one in lexical_query(ways[0], (), synonyms, frequency, idf)]
        if len(plain) == 1:
            plain[0] += [_weighed(way, plain[0][0][0], idf) for way in _others(unit, ways)]
        elif plain:
            whole = tuple(stem(word) for word in words(ways[0]))
            plain = [[(whole, 1.0), *(_weighed(way, whole, idf) for way in _others(unit, ways))]]
        query += plain
    return [*query, *lexical_query("", wishes, synonyms, frequency, idf)] if wishes else query


def _others(unit: Unit, ways: Sequence[str]) -> list[tuple[str, ...]]:
    """The word itself is one, where the shop uses it: a German "Notebook"."""
    told = [tuple(stem(word) for word in words(way)) for way in (*ways[1:], unit.said)]
    return [way for way in dict.fromkeys(told) if way]


def _weighed(way: tuple[str, ...], said: tuple[str, ...], idf: Callable[[str], float]) -> Alternative:
    own, other = sum(map(idf, said)), sum(map(idf, way))
    return way, OTHER_WAY * (min(1.0, own / other) if own and other else 1.0)
