"""Text to the words that are compared: lower case, without accents, stemmed. Below everything that searches by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from Stemmer import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LONGEST = 40
"""Characters of a word that count: longer ones are noise, such as encoded data."""


def listed(text: str) -> list[str]:
    """The words of a table that is written as running text."""
    return text.split()


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS = word_set(
    "a an and are as at be but by can could do does for from get give had has have how i id ill im in into is it its "
    "ive just like looking me my need of on one ones or please show some something than that the their them then there "
    "these they this those to us want was we what when where which will with would you your any find buy"
)


def normal(text: str) -> str:
    """Lower case, accents and typographic variants folded: "Crème Brûlée" -> "creme brulee"."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return _BEYOND_ASCII.sub(_without_accents, folded)


def _without_accents(letters: re.Match[str]) -> str:
    return "".join(letter for letter in letters[0] if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The words in order, normalised: "The Mud-Runner 2" -> ["the", "mud", "runner", "2"]."""
    plain = normal(text)
    found = _WORD.findall(plain)
    if "'" in plain or "’" in plain:
        found = [word.replace("'s", "").replace("'", "") for word in found]
    return [word[:_LONGEST] for word in found]


@lru_cache(maxsize=16_384)
def words_of_name(name: str) -> tuple[str, ...]:
    """`words` of what is asked again and again: a shop's names of stores, with every sentence that is read."""
    return tuple(words(name))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The English (Snowball) stem of a normalised word."""
    # A stemmer keeps state between calls, so threads must not share one; making one costs a microsecond.
    stemmed: str = Stemmer("english").stemWord(word)
    return stemmed


def stemmed(words: Iterable[str]) -> list[str]:
    """Stems of many words at once; none is kept, as `stem` keeps those of queries."""
    stems: list[str] = Stemmer("english", 0).stemWords(list(words))
    return stems


def telling(text: str) -> list[str]:
    """All words that carry meaning; all words where none does ("the who")."""
    found = words(text)
    return [word for word in found if word not in STOP_WORDS] or found


def stems(text: str) -> list[str]:
    """Stems of all words that carry meaning."""
    return [stem(word) for word in telling(text)]
