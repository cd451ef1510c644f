"""Where a noun ends: in "laptop bag" the bag is meant, in "laptop under 500" the laptop. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval import phrasebook as book
from retrieval.tokens import Token
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, word_set

_CUES = (book.UPPER, book.LOWER, book.AROUND, book.RANGE_START, book.NEGATION, book.WISHES, book.IN_STOCK)
_ENDS = word_set("size sizes eu us uk rated rating reviews stars weighing costing priced")


def ends_noun(tokens: Sequence[Token], words: Sequence[str], after: int, vocabulary: Vocabulary) -> bool:
    """Whether the token at `after` is no other noun, which the one before it would only describe."""
    token, word = tokens[after], words[after]
    if token.pause or token.number is not None or not word.isalpha():
        return True
    if word in _ENDS or word in STOP_WORDS or word in book.SMALL_TALK or word in book.AUDIENCES:
        return True
    if any(book.longest(words, after, cues) for cues in _CUES) or book.longest(words, after, book.SORTS):
        return True
    found = vocabulary.meaning(words, after)
    return found is not None and found[1].field != "category" and not vocabulary.names_a_thing(word)
