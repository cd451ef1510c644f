"""Ages in a sentence: "a 7 year old", "aged 7", "who is 9". Whom it is for, never how long a thing lasts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from retrieval import phrasebook as book
from retrieval.tokens import Token
from retrieval.words import word_set

OLDEST_CHILD = 13
"""Years up to which the kids' range is meant."""
_YEARS = word_set("year years yr yrs")
_MONTHS = word_set("month months mo")
_OLD = word_set("old olds")
_SHORT = word_set("yo yos")
_LED = word_set("aged age turning turned turns")
_OLDEST = Decimal(110)


def age_at(tokens: Sequence[Token], start: int) -> tuple[Decimal, int] | None:
    """Years, and the tokens they take; None where no age is told."""
    words = [token.word for token in tokens]
    lead = _lead(words, start)
    at = start + lead
    years = _number(tokens, at)
    if years is None or not 0 < years <= _OLDEST:
        return None
    at += 1
    at += _word(words, at) == "-"
    if _word(words, at) in _MONTHS and _word(words, at + 1) in (*_OLD, "-"):
        return Decimal(0), at + 2 - start
    if _word(words, at) in _YEARS:
        old = at + 1 + (_word(words, at + 1) == "-")
        if _word(words, old) in _OLD:
            return years, old + 1 - start
        return (years, at + 1 - start) if lead else None
    if _word(words, at) in _SHORT:
        return years, at + 1 - start
    if _word(words, at) == "y" and _word(words, at + 1) in ("o", ","):
        return years, at + (2 if _word(words, at + 1) == "o" else 3) - start
    return (years, at - start) if lead and _ends(tokens, at) else None


def _lead(words: Sequence[str], start: int) -> int:
    """ "aged 7", "age of 7", "who is 9": words that say that an age follows."""
    if words[start] in _LED:
        return 1 + (_word(words, start + 1) in ("of", "is", "are"))
    if words[start] in ("who", "whos", "hes", "shes", "he", "she"):
        return 1 + (_word(words, start + 1) in ("is", "turns", "turned", "just"))
    return 0


def _ends(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number stands for itself: in "who is 180 cm" it does not."""
    if place >= len(tokens):
        return True
    token = tokens[place]
    return token.pause or token.word in ("and", "so", "but", "who", "or")


def _number(tokens: Sequence[Token], place: int) -> Decimal | None:
    if place >= len(tokens):
        return None
    token = tokens[place]
    return token.number if token.number is not None else book.NUMBER_WORDS.get(token.word)


def _word(words: Sequence[str], place: int) -> str:
    return words[place] if place < len(words) else ""
