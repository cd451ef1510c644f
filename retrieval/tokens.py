"""A shopper's sentence as tokens: words, numbers with their units apart, model numbers whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from retrieval.words import normal

_TOKEN = re.compile(
    r"""(?P<model>(?!(?:usd|eur|gbp|nok|us|uk|eu|size)\d)[^\W\d_]+-?\d[\w-]*|\d+-?[^\W\d_]+-?\d[\w-]*)
    |(?P<number>\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)
    |(?P<word>°c|[^\W\d_]+(?:['’][^\W\d_]+)*)
    |(?P<inch>["″]|'')
    |(?P<dash>[-–—])
    |(?P<sign><=|>=|=<|=>|[$€£¥<>~+&%])
    |(?P<pause>[,;.!?()/:\n])""",
    re.VERBOSE | re.IGNORECASE,
)
_MOST_TOKENS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    word: str
    """Normalised: lower case, no accents, no possessive."""
    shown: str
    number: Decimal | None = None
    pause: bool = False
    model: bool = False
    """A model number: never read as anything else."""
    glued: bool = False
    """A word right after a figure, without a space: the k of "4k"."""
    free: bool = False
    """A dash with a space before it and none behind."""


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    for token in _scan(text):
        if _is_minus(found) and token.number is not None:
            found[-1] = replace(token, number=-token.number, word=f"-{token.word}", shown=f"-{token.shown}")
            continue
        found.append(token)
        if len(found) == _MOST_TOKENS:
            break
    return [token for place, token in enumerate(found) if token.word != "-" or _between_numbers(found, place)]


def _is_minus(found: list[Token]) -> bool:
    """Whether the next number is below zero: "minus 4", and "to -4" but neither "2-4" nor "tent-4"."""
    if not found:
        return False
    before = found[-2] if len(found) > 1 else None
    if found[-1].word == "minus":
        return before is None or before.number is None
    return found[-1].word == "-" and found[-1].free and (before is None or before.number is None)


def _between_numbers(found: list[Token], place: int) -> bool:
    """A dash elsewhere joins a compound, and tokens stand apart anyway."""
    before, after = found[max(0, place - 2) : place], found[place + 1 : place + 3]
    return any(token.number is not None for token in before) and any(token.number is not None for token in after)


def _scan(text: str) -> Iterator[Token]:
    end, after_number = -1, False
    for match in _TOKEN.finditer(text):
        shown, kind = match[0], match.lastgroup
        glued, end, after_number = after_number and match.start() == end, match.end(), kind == "number"
        if kind == "model":
            yield Token(word=normal(shown), shown=shown, model=True)
        elif kind == "number":
            yield Token(word=shown, shown=shown, number=_number(shown))
        elif kind == "inch":
            yield Token(word="inch", shown=shown)
        elif kind == "dash":
            start, behind = match.start(), match.end()
            free = (start == 0 or text[start - 1].isspace()) and text[behind : behind + 1].isdigit()
            yield Token(word="-", shown=shown, free=free)
        elif kind == "pause":
            yield Token(word=",", shown=shown, pause=True)
        else:
            yield Token(word=normal(shown).replace("'s", "").replace("'", ""), shown=shown, glued=glued)


def _number(shown: str) -> Decimal | None:
    """Both "1,299.99" and "1.299,99"; a lone comma before other than three digits is a decimal one."""
    if re.fullmatch(r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?", shown):
        decimals = re.search(r"[.,](\d{1,2})$", shown)
        whole = shown[: decimals.start()] if decimals else shown
        shown = re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else "")
    try:
        return Decimal(shown.replace(",", "."))
    except InvalidOperation:
        return None
