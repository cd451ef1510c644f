"""Where a noun ends: in "laptop bag" the bag is meant, in "laptop under 500" the laptop. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval import phrasebook as book
from retrieval.tokens import Token
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, word_set

_CUES = (book.UPPER, book.LOWER, book.AROUND, book.RANGE_START, book.NEGATION, book.WISHES, book.IN_STOCK)
UNIVERSAL_SIZES = word_set("xxs xs xl xxl xxxl 2xl 3xl 4xl")
_ENDS = word_set("size sizes eu us uk rated rating reviews stars weighing costing priced")


_TRAILING = word_set(
    "first again then though tho next before earlier once back already thx ty cheers asap second instead now"
)


def trails(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word only rounds the sentence off: "the grills again", "vacuum cleaner first"; not "first aid kit"."""
    rest = tokens[place:]
    end = next((step for step, token in enumerate(rest) if token.pause), len(rest))
    return end > 0 and place > 0 and all(one.word in _TRAILING or one.word in book.SMALL_TALK for one in rest[:end])


def ends_noun(tokens: Sequence[Token], words: Sequence[str], after: int, vocabulary: Vocabulary) -> bool:
    """Whether the token at `after` is no other noun, which the one before it would only describe."""
    token, word = tokens[after], words[after]
    if trails(tokens, after):
        return True
    if token.pause or token.number is not None or not word.isalpha():
        return True
    if (
        word in UNIVERSAL_SIZES
        or token.shown in ("S", "M", "L")
        or word in _ENDS
        or word in STOP_WORDS
        or word in book.SMALL_TALK
        or word in book.AUDIENCES
    ):
        return True
    if any(book.longest(words, after, cues) for cues in _CUES) or book.longest(words, after, book.SORTS):
        return True
    found = vocabulary.meaning(words, after)
    return found is not None and found[1].field != "category" and not vocabulary.names_a_thing(word)
