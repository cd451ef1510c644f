"""Amounts in a sentence: prices, measures, ratings, with or without a bound. Pure; `reading` makes filters of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from retrieval import phrasebook as book
from retrieval.tokens import Token
from retrieval.units import EXACT_UNITS, plain, tolerance_of, unit_of
from retrieval.words import word_set

Kind = Literal["price", "measure", "rating", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    kind: Kind
    number: Decimal
    unit: str = ""
    scale: Decimal = Decimal(1)
    """From the unit that was said to the base unit."""
    length: int = 0
    """Tokens it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    kind: Kind
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    length: int = 0
    said: Decimal | None = None
    """The figure itself where it was said without a bound: both sides were widened around it."""


_FILLERS = word_set("a an of is my the about around approx like than to be")


def bound_at(tokens: Sequence[Token], start: int) -> Bound | None:
    """The bound that starts exactly here, if any."""
    if tokens[start].model:
        return None
    return _range(tokens, start) or _led(tokens, start) or _followed(tokens, start)


def amount_at(tokens: Sequence[Token], start: int) -> Amount | None:
    place = start
    currency = _word(tokens, place) in book.CURRENCIES
    place += currency
    number, length = _number(tokens, place)
    if number is None:
        return None
    place += length
    after = _word(tokens, place)
    if currency or after in book.CURRENCIES:
        place += after in book.CURRENCIES
        return Amount(kind="price", number=abs(number), length=place - start)
    if after in book.RATING_WORDS or (after == "+" and _word(tokens, place + 1) in book.RATING_WORDS):
        return Amount(kind="rating", number=number, length=place - start + (2 if after == "+" else 1))
    if (unit := unit_of(after)) is not None:
        scaled = plain(number * unit.factor)
        return Amount(kind="measure", number=scaled, unit=unit.base, scale=unit.factor, length=place + 1 - start)
    if number < 0:
        # Only temperatures are below zero.
        return Amount(kind="measure", number=number, unit="°c", length=place - start)
    return Amount(kind="plain", number=number, length=place - start)


def _number(tokens: Sequence[Token], place: int) -> tuple[Decimal | None, int]:
    if place >= len(tokens):
        return None, 0
    token = tokens[place]
    number = token.number if token.number is not None else book.NUMBER_WORDS.get(token.word)
    length = 1
    if number is None and token.word == "a" and _word(tokens, place + 1) in ("hundred", "thousand", "grand"):
        number = Decimal(1)
    if number is None and token.word in ("a", "an") and unit_of(_word(tokens, place + 1)) is not None:
        # "less than a kilo"; a lone letter after "a" is no unit.
        return (Decimal(1), 1) if len(_word(tokens, place + 1)) > 2 and place else (None, 0)
    if number is None and token.word in ("hundred", "thousand"):
        return book.MULTIPLIERS[token.word], 1
    if number is None:
        return None, 0
    if (factor := book.MULTIPLIERS.get(_word(tokens, place + 1))) is not None:
        number, length = number * factor, 2
    return number, length


def _range(tokens: Sequence[Token], start: int) -> Bound | None:
    """ "between 40 and 60", "50-80 euros", "2 to 3 kg"."""
    words = [token.word for token in tokens]
    led = book.longest(words, start, book.RANGE_START)
    first = amount_at(tokens, start + led)
    if first is None:
        return None
    joint = start + led + first.length
    if _word(tokens, joint) not in (("and", "to", "-") if led else ("to", "-")):
        return None
    second = amount_at(tokens, joint + 1)
    if second is None:
        return None
    first, second = _alike(first, second)
    if first.kind != second.kind or (first.unit != second.unit) or (not led and first.kind == "plain"):
        return None
    least, most = sorted((first.number, second.number))
    return Bound(kind=first.kind, unit=first.unit, least=least, most=most, length=joint + 1 + second.length - start)


def _alike(first: Amount, second: Amount) -> tuple[Amount, Amount]:
    """The unit that is said once holds for both: "40-60 l", "$50 to 80"."""
    if first.kind == "plain" and second.kind != "plain":
        return replace(first, kind=second.kind, unit=second.unit, number=plain(first.number * second.scale)), second
    if second.kind == "plain" and first.kind == "price":
        return first, replace(second, kind="price")
    return first, second


def _led(tokens: Sequence[Token], start: int) -> Bound | None:
    """ "under 50", "at least 2 litres", "around $40"."""
    words = [token.word for token in tokens]
    for phrases in (book.UPPER, book.LOWER, book.AROUND):
        length = book.longest(words, start, phrases)
        if not length:
            continue
        place = start + length
        while _word(tokens, place) in _FILLERS and amount_at(tokens, place) is None:
            place += 1
        amount = amount_at(tokens, place)
        if amount is None:
            continue
        if phrases is book.LOWER and amount.kind == "plain" and not _ends_here(tokens, place + amount.length):
            return None
        taken = place + amount.length - start
        return _bounded(amount, "<=" if phrases is book.UPPER else ">=" if phrases is book.LOWER else "~", taken)
    return None


def _followed(tokens: Sequence[Token], start: int) -> Bound | None:
    """ "50 euros or less", "4 stars and up", and bare ones: "a $50 tent", "3 person"."""
    amount = amount_at(tokens, start)
    if amount is None or amount.kind == "plain":
        return None
    words = [token.word for token in tokens]
    after = start + amount.length
    if upper := book.longest(words, after, book.UPPER_AFTER):
        return _bounded(amount, "<=", amount.length + upper)
    if lower := book.longest(words, after, book.LOWER_AFTER):
        return _bounded(amount, ">=", amount.length + lower)
    if amount.kind == "rating":
        return _bounded(amount, ">=", amount.length)
    return _bounded(amount, "=", amount.length)


def _bounded(amount: Amount, sign: Literal["<=", ">=", "~", "="], length: int) -> Bound:
    least: Decimal | None = amount.number
    most: Decimal | None = amount.number
    said = amount.number if sign in ("~", "=") else None
    if amount.unit == "°c" and amount.number < 0 and sign != "<=":
        # "good to at least minus 4" is good to minus 8.
        sign, said = "<=", None
    if sign == "<=":
        least = None
    elif sign == ">=" or amount.kind == "rating":
        most = None
    elif sign == "~" or amount.kind == "price":
        least, most = _within(amount.number, Decimal("0.2"))
    elif amount.unit not in EXACT_UNITS:
        least, most = _within(amount.number, tolerance_of(amount.unit))
    return Bound(kind=amount.kind, unit=amount.unit, least=least, most=most, length=length, said=said)


def _within(number: Decimal, share: Decimal) -> tuple[Decimal, Decimal]:
    return plain(number * (1 - share)), plain(number * (1 + share))


def _ends_here(tokens: Sequence[Token], place: int) -> bool:
    """Whether a bare number stands for itself: in "at least 2 pockets" it counts the next word."""
    if place >= len(tokens):
        return True
    token = tokens[place]
    words = [one.word for one in tokens[place : place + book.LONGEST + 1]]
    bounded = book.longest(words, 0, book.UPPER | book.LOWER)
    return token.pause or token.word in book.SMALL_TALK or token.word in _AFTER_PRICE or bool(bounded)


_AFTER_PRICE = word_set("for in with and or but that which on at to from of not no without please")


def _word(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].word if place < len(tokens) else ""
