"""A need's words as a query for the lexical leg: synonyms and compounds as alternatives, wishes at less weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from retrieval.lexical import Alternative, Query
from retrieval.synonyms import Synonyms
from retrieval.words import stem, stems, telling

_SYNONYM = 0.8
_SYNONYM_OF_KNOWN = 0.25
"""Where the shop uses the word itself, its own products come first: at 0.8 NDCG@10 on electronics fell by 0.013."""
_KNOWN = 5
"""Products that mention a word from which on the shop uses it."""
_COMPOUND = 0.9
_WISH = 0.4
_MOST_WORDS = 32


def lexical_query(
    text: str, wishes: Sequence[str], synonyms: Synonyms, frequency: Callable[[str], int], idf: Callable[[str], float]
) -> Query:
    """`frequency` tells how many products hold a stem, `idf` how telling it is."""

    def holds(term: str) -> bool:
        return frequency(term) > 0

    spoken = list({stem(word): word for word in reversed(telling(text))}.values())[::-1][:_MOST_WORDS]
    words = [stem(word) for word in spoken]
    query: list[list[Alternative]] = []
    taken = 0
    for start, end in [*synonyms.phrases_in(words), (len(words), len(words))]:
        query += _plain(spoken[taken:start], holds)
        if end > start:
            query.append(_ways(tuple(words[start:end]), synonyms, frequency))
        taken = end
    for wish in list(dict.fromkeys(stems(" ".join(wishes))))[:_MOST_WORDS]:
        if wish not in words:
            query.append([((wish,), _WISH)])
    return [[_capped(way, alternatives[0][0], idf) for way in alternatives] for alternatives in query]


def _capped(way: Alternative, said: tuple[str, ...], idf: Callable[[str], float]) -> Alternative:
    """Another way to say a word never counts more than the word: a rare spelling would lead for its rarity."""
    terms, weight = way
    own, other = sum(map(idf, said)), sum(map(idf, terms))
    return (terms, weight * min(1.0, own / other)) if own and other else way


def _ways(phrase: tuple[str, ...], synonyms: Synonyms, frequency: Callable[[str], int]) -> list[Alternative]:
    weight = _SYNONYM_OF_KNOWN if min(map(frequency, phrase)) >= _KNOWN else _SYNONYM
    # A longer phrase sums more words: it must not outweigh the one that was said.
    others = [(other, weight / max(1.0, len(other) / len(phrase))) for other in synonyms.of(phrase)]
    return [(phrase, 1.0), *others]


def _plain(words: Sequence[str], holds: Callable[[str], bool]) -> list[list[Alternative]]:
    """Each word, with neighbours written together ("head set") and a compound written apart ("mousepad")."""
    query: list[list[Alternative]] = [[((stem(word),), 1.0), *_apart(word, holds)] for word in words]
    for place, (left, right) in enumerate(pairwise(words)):
        if holds(joined := stem(left + right)):
            query[place].append(((joined,), _COMPOUND))
            query[place + 1].append(((joined,), _COMPOUND))
    return query


def _apart(word: str, holds: Callable[[str], bool]) -> list[Alternative]:
    if len(word) < 6 or holds(stem(word)):
        return []
    cuts = [(stem(word[:cut]), stem(word[cut:])) for cut in range(3, len(word) - 2)]
    held: list[tuple[str, ...]] = [cut for cut in cuts if all(map(holds, cut))]
    return [(cut, _COMPOUND) for cut in held[:3]]
