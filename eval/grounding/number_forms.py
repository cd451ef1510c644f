"""A reply in Spanish, French or German with its figures in English form, so that one reader of figures serves all (pure).

Written apart from the assistant's own formats on purpose, as `figures` is. Policies are quoted in the shop's English and
stay as they are. Above: `grounded`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MONTHS: Mapping[str, Sequence[str]] = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),  # noqa: SIM905
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),  # noqa: SIM905
}
_ENGLISH = "January February March April May June July August September October November December".split()  # noqa: SIM905
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DECIMAL = re.compile(r"\b(\d{1,3}(?:[. ]\d{3})+|\d+),(\d{1,2})(?![\d,])")
_MONEY = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(?:US\$|\$US|\$|USD\b)")
_RATED = re.compile(r"\b(?:Bewertung|valoración|noté|note) (\d(?:\.\d)?)\b", re.IGNORECASE)


def english_form(text: str, language: str) -> str:
    """The same words, numbers and dates as English writes them; a text in English comes back as it is."""
    if language not in MONTHS:
        return text
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    plain = _DECIMAL.sub(lambda found: f"{re.sub('[. ]', '', found[1])}.{found[2]}", plain)
    plain = _MONEY.sub(r"$\1", plain)
    plain = _RATED.sub(r"rated \1", plain)
    return _days(_dates(plain, language), language)


def _dates(text: str, language: str) -> str:
    names = "|".join(MONTHS[language])
    day = re.compile(rf"\b(\d{{1,2}})(?:er|º)?\.?(?: de)? ({names})\b(?:(?: de)? (\d{{4}})\b)?", re.IGNORECASE)
    known = {name.lower(): english for name, english in zip(MONTHS[language], _ENGLISH, strict=True)}

    def english(found: re.Match[str]) -> str:
        year = f", {found[3]}" if found[3] else ""
        return f"{known[found[2].lower()]} {found[1]}{year}"

    return day.sub(english, text)


def _days(text: str, language: str) -> str:
    known = {name.lower(): english for name, english in zip(WEEKDAYS[language], _ENGLISH_DAYS, strict=True)}
    names = re.compile(rf"\b({'|'.join(WEEKDAYS[language])})s?\b", re.IGNORECASE)
    return names.sub(lambda found: known[found[1].lower()], text)
