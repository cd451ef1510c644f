"""Compounds as the shop writes them: "powerbank" where it says power bank, "head phones" where it says headphones. Pure.

Above lies `constraints`; below, the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.tokens import Token
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS

_SHORTEST = 6
_PART = 3


def compounds(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Token]:
    """Only a compound that names a kind of thing is written apart or together."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        joined = _joined(tokens[place : place + 2], vocabulary)
        found += [joined] if joined is not None else _apart(tokens[place], vocabulary)
        place += 1 if joined is None else 2
    return found


def _joined(pair: Sequence[Token], vocabulary: Vocabulary) -> Token | None:
    if len(pair) < 2 or not all(_is_word(token) for token in pair):
        return None
    left, right = pair
    word = left.word + right.word
    if not vocabulary.knows(word) or not vocabulary.names_a_thing(word) or vocabulary.beside(left.word, right.word):
        return None
    return replace(left, word=word, shown=word)


def _apart(token: Token, vocabulary: Vocabulary) -> list[Token]:
    word = token.word
    if not _is_word(token) or len(word) < _SHORTEST or vocabulary.understands(word):
        return [token]
    cut = next(_cuts(word, vocabulary), None)
    return [token] if cut is None else [replace(token, word=part, shown=part) for part in cut]


def _cuts(word: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    for place in range(_PART, len(word) - _PART + 1):
        left, right = word[:place], word[place:]
        if vocabulary.knows(left) and vocabulary.names_a_thing(right) and left not in STOP_WORDS:
            yield left, right


def _is_word(token: Token) -> bool:
    return token.word.isalpha() and not token.model and not token.pause and token.number is None
