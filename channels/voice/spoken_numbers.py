"""Amounts, times, days and identifiers in words: what `aloud` puts for a figure. Pure.

Above: `aloud`. Below: the tables, the answers' formats (which read figures as each language writes them).
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.answering.formats import read_figures
from assistant.answering.number_words import spelled
from channels.voice.spoken_tables import Coin, tongue

_ORDINALS_EN = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_ORDINALS_DE = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
SPELLED_GROUP = 3


def value_of(figure: str, language: str) -> Decimal:
    """ "1.234,50" in German is 1234.5."""
    found = read_figures(figure, language)
    return found[0].value if len(found) == 1 else Decimal(re.sub(r"\D", "", figure) or 0)


def number(figure: str, language: str) -> str:
    """ "2 point 2", "2 Komma 2", "1299"."""
    return _plain(value_of(figure, language), language)


def _plain(value: Decimal, language: str) -> str:
    whole, _, part = f"{value:f}".partition(".")
    if not part:
        return whole
    decimals = part if len(part) <= 2 and not part.startswith("0") else " ".join(part)
    if language == "en":
        decimals = " ".join(part)
    return f"{whole} {tongue(language).point} {decimals}"


def money(figure: str, currency: str, language: str, *, negative: bool = False) -> str:
    """ "154 dollars 95", "5 dollars and 5 cents", "154 Euro 95", "154 euros con 95"."""
    value = value_of(figure, language)
    said = _amount(value, currency, language)
    return f"{tongue(language).minus} {said}" if negative else said


def _amount(value: Decimal, currency: str, language: str) -> str:
    coin = tongue(language).coins.get(currency) or _other_coin(currency, language)
    whole = int(value)
    rest = int(((value - whole) * 100).to_integral_value())
    units = f"{whole} {coin.unit[whole != 1]}"
    if language == "de" and whole == 1:
        units = f"ein {coin.unit[0]}"
    if not rest:
        return units
    small = f"{rest} {coin.hundredth[rest != 1]}".strip()
    if language == "de" and rest == 1:
        small = f"ein {coin.hundredth[0]}"
    if not whole and coin.hundredth[0]:
        return small
    joining = {"es": "con"}.get(language, tongue(language).and_)
    if rest < 10:
        return f"{units} {joining} {small}"
    return f"{units} con {rest}" if language == "es" else f"{units} {rest}"


def _other_coin(currency: str, language: str) -> Coin:
    from babel.core import UnknownLocaleError
    from babel.numbers import get_currency_name

    try:
        one, many = (get_currency_name(currency, count, locale=language) for count in (1, 5))
    except UnknownLocaleError:
        return Coin(unit=(currency, currency))
    return Coin(unit=(str(one), str(many)))


def between(one: str, other: str, currency: str, language: str) -> str:
    """ "20 to 30 euros"."""
    last = _amount(value_of(other, language), currency, language)
    return f"{number(one, language)} {tongue(language).to} {last}"


def measured(figure: str, unit: str, language: str) -> str:
    one, many = tongue(language).units[unit]
    value = value_of(figure, language)
    single = 0 < value < 2 if language == "fr" else value == 1
    return f"{number(figure, language)} {one if single else many}"


def time_of_day(hour: int, minute: int, language: str, *, part: str = "", bare: bool = False) -> str:
    """ "8 P M" (whose letters a voice reads), "20 Uhr 30", "20 heures 30", "20 y 30".

    part: "am" or "pm" as it was written; bare: where the word for hours stands beside it."""
    if language == "en":
        return _english_time(hour, minute, part)
    if language == "es":
        return f"{hour} horas" if not minute and not bare else str(hour) if not minute else f"{hour} y {minute}"
    word = {"de": "Uhr", "fr": "heure" if hour == 1 else "heures"}[language] if language in ("de", "fr") else ""
    if bare:
        return f"{hour} {word} {minute}".strip() if minute else str(hour)
    return f"{hour} {word} {minute}" if minute else f"{hour} {word}"


def _english_time(hour: int, minute: int, part: str) -> str:
    if part:
        hour = hour % 12 + (12 if part == "pm" else 0)
    if (hour, minute) in ((12, 0), (0, 0)):
        return "noon" if hour else "midnight"
    shown = f"{hour % 12 or 12}" + (f" {'oh ' if minute < 10 else ''}{minute}" if minute else "")
    return f"{shown} {'A M' if hour < 12 else 'P M'}"


def day_of_month(day: int, language: str, *, dative: bool = False) -> str:
    """ "24th", "1er" as "premier", "vierundzwanzigsten" behind "am", "vierundzwanzigster" alone."""
    if language == "en":
        return f"{day}{_ORDINALS_EN.get(day, 'th')}"
    if language == "fr":
        return "premier" if day == 1 else str(day)
    if language == "de":
        stem = _ORDINALS_DE.get(day) or spelled(day, "de") + ("t" if day < 20 else "st")
        return f"{stem}{'en' if dative else 'er'}"
    return str(day)


def year(value: str, language: str) -> str:
    """ "2026" as "20 26" in English; other languages say it as a number."""
    century, rest = value[:2], value[2:]
    if language != "en" or rest.startswith("0"):
        return value
    return f"{century} {rest}"


def date(day: int, month: int, written_year: str, language: str, *, dative: bool = False) -> str:
    name = tongue(language).months[month - 1]
    said = day_of_month(day, language, dative=dative)
    shown = {"en": f"{name} {said}", "es": f"{said} de {name}"}.get(language, f"{said} {name}")
    if not written_year:
        return shown
    link = {"en": ", ", "es": " de "}.get(language, " ")
    return f"{shown}{link}{year(written_year, language)}"


def grouped(characters: str, *, spell: bool = False) -> str:
    """An identifier: letters one by one, digits in groups with a breath between: "W, 5 7 7, 7 2 7 6".

    spell: slowly, a stop behind each.
    """
    parts = re.findall(r"[^\W\d_]|\d+", characters.upper())
    if spell:
        return ". ".join(character for part in parts for character in part)
    letters = " ".join(part for part in parts if not part.isdigit())
    if len(parts) > 1 and letters and all(part.isdigit() for part in parts[len(letters.split()) :]):
        return f"{letters}, {_digits(''.join(parts[len(letters.split()) :]))}"
    return ", ".join(_digits(part) if part.isdigit() else part for part in parts)


def _digits(run: str) -> str:
    """In threes, the last group up to four."""
    groups: list[str] = []
    while len(run) > SPELLED_GROUP + 1:
        groups.append(run[:SPELLED_GROUP])
        run = run[SPELLED_GROUP:]
    return ", ".join(" ".join(group) for group in (*groups, run) if group)


def phone(written: str, language: str) -> str:
    """By the groups in which it is written; in French by twos, as people there say it."""
    digits = re.sub(r"\D", "", written)
    plus = f"{tongue(language).marks['+']} " if written.lstrip().startswith("+") else ""
    if language == "fr" and len(digits) == 10 and digits[0] == "0":
        pairs = [digits[at : at + 2] for at in range(0, 10, 2)]
        return ", ".join(" ".join(pair) if pair[0] == "0" else pair for pair in pairs)
    groups = re.findall(r"\d+", written)
    return plus + ", ".join(_digits(group) for group in groups)


def address(written: str, language: str) -> str:
    """An e-mail address or a web address: "maya dot lindqvist at example dot com"."""
    marks = tongue(language).marks
    said = "".join(f" {marks[mark]} " if mark in marks else mark for mark in written)
    said = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", said)
    return re.sub(r"\s+", " ", re.sub(r"\d{3,}", lambda run: " ".join(run.group(0)), said)).strip()
