"""Figures: every number of a text with what it counts, in English, Spanish, French and German (pure).

Above: `evidence` and `grounding`. Below: `number_words`. A number is read in each way that its separators allow ("1.234"), a
measure in its smallest unit, so that 1.8 kg equals 1800 g. "About" and "under" before it are kept: they make it less exact.
Customers and models write these texts, so nothing is repeated without a bound where two repetitions could share a run of blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal

from assistant.answering.number_words import first_words, in_order, joined, read_words

Kind = Literal["number", "money", "percent", "measure", "rating", "stock", "times", "date", "weekday", "time", "code"]
Bound = Literal["", "about", "below", "above"]

_MONTHS: Final[Mapping[str, int]] = {
    word: place // 4 + 1
    for place, word in enumerate(
        in_order(
            "january enero janvier januar february febrero février februar march marzo mars märz april abril avril april "
            "may mayo mai mai june junio juin juni july julio juillet juli august agosto août august september septiembre "
            "septembre september october octubre octobre oktober november noviembre novembre november december diciembre "
            "décembre dezember"
        )
    )
} | {"jan": 1, "feb": 2, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_WEEKDAYS: Final[Mapping[str, int]] = {
    word: place // 4
    for place, word in enumerate(
        in_order(
            "monday lunes lundi montag tuesday martes mardi dienstag wednesday miércoles mercredi mittwoch thursday jueves "
            "jeudi donnerstag friday viernes vendredi freitag saturday sábado samedi samstag sunday domingo dimanche sonntag"
        )
    )
} | {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    word: (unit, factor)
    for unit, factor, words in (
        ("g", "1", "g gr gram grams gramos grammes gramm"),
        ("g", "1000", "kg kgs kilo kilos kilogram kilograms kilogramos kilogrammes kilogramm"),
        ("lb", "1", "lb lbs pound pounds"),
        ("oz", "1", "oz ounce ounces"),
        ("mm", "1", "mm"),
        ("mm", "10", "cm centimetre centimetres centimeters"),
        ("mm", "1000", "m metre metres meters meter metros mètres"),
        ("km", "1", "km kilometres kilometers kilómetros kilomètres kilometer"),
        ("in", "1", 'inch inches pulgadas pouces zoll "'),
        ("ml", "1", "ml"),
        ("ml", "1000", "l litre litres liter liters litros"),
        ("w", "1", "w watt watts vatios"),
        ("wh", "1", "wh"), ("mah", "1", "mah"), ("v", "1", "v volt volts"), ("db", "1", "db"), ("hz", "1", "hz"),
        ("lm", "1", "lm lumen lumens lúmenes"), ("bar", "1", "bar"), ("dpi", "1", "dpi"), ("c", "1", "°c"),
        ("gb", "1", "gb"), ("gb", "1000", "tb"), ("mb", "1", "mb"),
        ("min", "1", "min mins minute minutes minutos minuten"),
        ("min", "60", "h hr hrs hour hours hora horas heure heures stunde stunden"),
        ("day", "1", "day days día días jour jours tag tage tagen werktag werktage werktagen"),
        ("day", "7", "week weeks semana semanas semaine semaines woche wochen"),
        ("month", "1", "month months mes meses mois monat monate monaten"),
        ("month", "12", "year years año años an ans année années jahr jahre jahren"),
    )
    for word in words.split()
}  # fmt: skip
_CURRENCY = r"US\$|CA\$|A\$|\$(?:US|CA|AU)|[$€£¥]|USD|EUR|GBP"
_CURRENCY_WORDS = r"dollars?|dólar(?:es)?|euros?|bucks"
_NUMBER = r"\d{1,3}(?:[.,\u202f\u00a0']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_DIGITS = re.compile(
    rf"(?P<before>(?:{_CURRENCY})[ \u00a0]?)?(?P<number>{_NUMBER})(?P<after>[ \u00a0\u202f]?(?:{_CURRENCY})(?!\w)"
    rf"|[ \u00a0](?:{_CURRENCY_WORDS})\b|[ \u00a0\u202f]?(?:%|percent|por ciento|pour cent|Prozent))?",
    re.I,
)
_CODE = re.compile(r"#?(?=[A-Za-z-]{0,40}\d)(?=[\d-]{0,40}[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*|#\d+")
_UNIT_WORD = re.compile(
    rf"[ -]{{1,9}}(?P<unit>{_CURRENCY_WORDS}|percent|por ciento|pour cent|prozent|stars?|estrellas|étoiles|sterne[n]?|left|pieces|units"
    rf"|unidades|exemplaires|pièces|stück|(?:business |working |calendar )?(?:{'|'.join(w for w in _UNITS if len(w) > 1 and w[0] != '°')}))\b",
    re.I,
)  # fmt: skip
_UNIT = re.compile(r"[ \u00a0-]?(?:(?:business|working|calendar)[ -])?(°c|\"|[^\W\d_]+)(?!\w)", re.I)
_WORDS = re.compile(r"[^\W\d_]+")
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|nearly|almost|some|~|ca\.|circa|unos|unas|aproximadamente|alrededor de|casi|cerca de"
    r"|environ|à peu près|d'à peu près|presque|autour de|etwa|rund|ungefähr|knapp|fast)\s{0,9}(?:\w{2,3}\s)?\s{0,9}$", re.I,
)  # fmt: skip
_BELOW = re.compile(
    r"(?:under|below|less than|no more than|cheaper than|menos de|por debajo de|moins de|en dessous de|unter|weniger als)\s{0,9}$", re.I
)  # fmt: skip
_ABOVE = re.compile(
    r"(?:over|above|more than|at least|más de|al menos|plus de|au moins|über|mehr als|mindestens)\s{0,9}$", re.I
)  # fmt: skip
_RATED = re.compile(
    r"(?:rated|rates|rating|averages?|★|valorado con|puntuación de|noté|note de|note moyenne de|nota media de|bewertung(?: von)?|bewertet mit|im schnitt)\s{0,9}(?:it |of |at )?$", re.I
)  # fmt: skip
_STARS = re.compile(
    r"\s{0,9}(?:out of|of|/|sobre|sur|von) ?(?:5|five|cinco|cinq|fünf)\b|\s{0,9}(?:stars?|estrellas?|étoiles?|sternen?)\b|\s{0,9}bewertet", re.I
)  # fmt: skip
_OUT_OF = re.compile(r"(?:out of|\d of|/|sobre|sur|von)\s{0,9}$", re.I)
_LEFT = re.compile(
    r"\s{0,9}(?:pieces?|units?|unidades|exemplaires|pièces|stück|items?)?\s{0,9}(?:(?:is |are )?(?:left|remain\w*|in stock|in all|en stock|vorrätig|auf lager)\b"
    r"|(?:pieces|units|unidades|exemplaires|pièces|stück)\b|(?:of (?:it|them|the|these)\b)|(?:del|du|von|de la|des|de los)\b)", re.I,
)  # fmt: skip
_STOCKED = re.compile(
    r"(?:only|just|noch|plus que|quedan(?: solo)?|solo quedan|reste(?: que)?|have|has|count|there are|are|hay|sind|il y (?:en )?a|gibt es|haben wir)"
    r"\s{0,9}(?:noch|just|only|que|solo|still)?\s{0,9}$", re.I,
)  # fmt: skip
_ALONE = re.compile(
    r"\s{0,9}(?:$|[.,;:!?)*]|(?:at|in|en|à|au|bei|of|del|du|von|de|there|left|pour|for|online|da)\b)", re.I
)
_ITEMS = re.compile(r"\s{0,9}(?:items?|articles?|artículos?|artikeln?)\b", re.I)
_TIMES = re.compile(
    r"\s{0,9}(?:×|x\b|times\b|veces\b|fois\b|mal\b)"
    r"(?!\s{0,2}\d{1,5}(?:[.,]\d{1,3})?\s{0,2}(?:[×x]\s{0,2}\d{1,5}(?:[.,]\d{1,3})?\s{0,2})?(?:mm|cm|m|kg|g|l|ml|inch)\b)",
    re.I,
)
"""A number of pieces; "51 x 66 cm" is a size and "2 x 1 kg" what a pair weighs."""
_SUN_OF = re.compile(r"\s{1,3}(?!(?:to|and|or|until|till|at|from|through|is|we)\b)[a-z]")
_CLOCK = re.compile(r"\b(\d{1,2})(?::(\d{2}))?\s{0,9}(a\.?m\.?|p\.?m\.?|uhr)?(?!\w)", re.I)
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?\s{1,9}(?:de\s{1,9}|of\s{1,9})?([^\W\d_]{3,})", re.I)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,})\.?\s{1,9}(\d{1,2})(?:st|nd|rd|th)?(?!\d|[.,]\d)")
_YEAR = re.compile(r"\s{0,9},?\s{0,9}(?:de\s{1,9})?(?:19|20)\d\d\b")
_ONE_UNIT = re.compile(
    r"\b(?:an?|one|un|una|une|ein|eine|einem|einen|einer)\s{1,9}(?P<unit>year|month|week|day|año|mes|semana|día|an|mois|semaine|jour|jahr"
    r"|monat|woche|tag)\b(?! (?:to|of) (?!months))", re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    kind: Kind
    values: tuple[Decimal | str, ...]
    """Each way to read it; a date is "11-24", a weekday "1", a code lower case without signs."""
    unit: str = ""
    start: int
    end: int
    text: str
    bound: Bound = ""

    @property
    def value(self) -> Decimal | str:
        return self.values[0]


@lru_cache(maxsize=4096)
def figures(text: str, language: str = "en") -> tuple[Figure, ...]:
    """In order. Parts of dates and codes are not told again as numbers."""
    found: list[Figure] = []
    taken = bytearray(len(text))
    for figure in (*_dates(text, language), *_clocks(text), *_codes(text), *_digits(text), *_worded(text, language)):
        if taken.find(1, figure.start, figure.end) < 0:
            found.append(figure)
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _dates(text: str, language: str) -> Iterator[Figure]:
    for pattern, day, month in ((_MONTH_DAY, 2, 1), (_DAY_MONTH, 1, 2)):
        for match in pattern.finditer(text):
            number = _MONTHS.get(match.group(month).lower())
            if number is not None and 1 <= int(match.group(day)) <= 31:
                year = _YEAR.match(text, match.end())
                end = year.end() if year else match.end()
                value = f"{number:02d}-{int(match.group(day)):02d}"
                yield Figure(kind="date", values=(value,), start=match.start(), end=end, text=text[match.start() : end])
    for match in _WORDS.finditer(text):
        lowered = match.group().lower()
        weekday = _WEEKDAYS.get(lowered)
        if lowered == "sun" and _SUN_OF.match(text, match.end()):
            continue  # "Sun protection"
        short = len(lowered) < 5  # "Mon" is French for "my"
        if weekday is not None and not (short and language != "en") and (not short or match.group()[0].isupper()):
            yield Figure(
                kind="weekday", values=(str(weekday),), start=match.start(), end=match.end(), text=match.group()
            )


def _clocks(text: str) -> Iterator[Figure]:
    for match in _CLOCK.finditer(text):
        hour, minutes, half = match.groups()
        if minutes is None and half is None:
            continue
        late = 12 if (half or "").lower().startswith("p") and int(hour) < 12 else 0
        value = f"{int(hour) + late:02d}:{minutes or '00'}"
        yield Figure(kind="time", values=(value,), start=match.start(), end=match.end(), text=match.group())


def _codes(text: str) -> Iterator[Figure]:
    """Model, order and tracking numbers: letters and digits in one word. "250g" is a measure, "3-Season" a number."""
    for match in _CODE.finditer(text):
        word = match.group()
        measured = re.fullmatch(r"(\d+(?:[.,]\d+)?)-?([^\W\d_]+)", word)
        ordinal = re.fullmatch(r"\d+(?:st|nd|rd|th)", word)
        if (measured and (measured.group(2).lower() in _UNITS or "-" in word)) or ordinal:
            continue
        if match.start() and text[match.start() - 1] in ".,":
            continue
        yield Figure(kind="code", values=(code(word),), start=match.start(), end=match.end(), text=word)


def code(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def _digits(text: str) -> Iterator[Figure]:
    for match in _DIGITS.finditer(text):
        values = readings(match.group("number"))
        if values:
            start, end = match.span()
            after = (match.group("after") or "").strip().lower()
            plain = Figure(kind="number", values=values, start=start, end=end, text=match.group().strip())
            yield _with_kind(text, plain, money=bool(match.group("before")), after=after)


def _with_kind(text: str, figure: Figure, *, money: bool, after: str) -> Figure:
    before, behind = text[max(0, figure.start - 28) : figure.start], text[figure.end : figure.end + 32]
    bound = _bound(before)
    if money or (after and after not in ("%", "percent", "por ciento", "pour cent", "prozent")):
        return replace(figure, kind="money", bound=bound)
    if after:
        return replace(figure, kind="percent", bound=bound)
    if _OUT_OF.search(before) and figure.value == 5:
        return replace(figure, kind="rating", values=(Decimal(5), "of"))
    if (unit := _UNIT.match(behind)) and unit.group(1).lower() in _UNITS:
        end = figure.end + unit.end()
        measured = replace(figure, bound=bound, end=end, text=text[figure.start : end])
        return _measured(measured, unit.group(1).lower())
    if _ITEMS.match(behind):
        return figure
    if _TIMES.match(behind):
        return replace(figure, kind="times")
    if _STARS.match(behind) or (_RATED.search(before) and figure.value <= 5):  # type: ignore[operator]
        return replace(figure, kind="rating")
    if _LEFT.match(behind) or (_STOCKED.search(before) and _ALONE.match(behind)):
        return replace(figure, kind="stock", bound=bound)
    return replace(figure, bound=bound)


def _bound(before: str) -> Bound:
    if _ABOUT.search(before):
        return "about"
    if _BELOW.search(before):
        return "below"
    return "above" if _ABOVE.search(before) else ""


def _measured(figure: Figure, unit: str) -> Figure:
    base, factor = _UNITS[unit]
    values = tuple(value * Decimal(factor) for value in figure.values if isinstance(value, Decimal))
    return replace(figure, kind="measure", values=values, unit=base)


@lru_cache(maxsize=4096)
def readings(number: str) -> tuple[Decimal, ...]:
    """ "1.234" is 1234 in one language and 1.234 in another; "89,95" is 89.95."""
    bare = re.sub(r"[\u202f\u00a0']", "", number)
    found: list[Decimal] = []
    for thousands, point in ((",", "."), (".", ",")):
        written = bare.replace(thousands, "")
        grouped = thousands not in bare or re.fullmatch(rf"\d{{1,3}}(?:[{thousands}]\d{{3}})+(?:[{point}]\d+)?", bare)
        try:
            value = Decimal(written.replace(point, "."))
        except InvalidOperation:
            continue
        if grouped and value not in found:
            found.append(value)
    return tuple(found)


def _worded(text: str, language: str) -> Iterator[Figure]:
    """Numbers in words, where what they count stands behind them: "thirty days", "eighty-nine dollars and five cents"."""
    for match in _ONE_UNIT.finditer(text):
        one = Figure(kind="measure", values=(Decimal(1),), start=match.start(), end=match.end(), text=match.group())
        yield _measured(one, match.group("unit").lower())
    table, firsts = read_words(language), first_words(language)
    words = list(_WORDS.finditer(text))
    for place, word in enumerate(words):
        if word.group().lower() not in firsts:
            continue
        for last in range(min(place + 6, len(words)) - 1, place - 1, -1):
            value = table.get(joined("".join(each.group() for each in words[place : last + 1])))
            unit = _UNIT_WORD.match(text, words[last].end()) if value is not None and value > 1 else None
            if unit and value:
                yield _with_unit(text, word.start(), unit, value, table)
                break


def _with_unit(text: str, start: int, unit: re.Match[str], value: int, table: Mapping[str, int]) -> Figure:
    word, amount, end = unit.group("unit").lower(), Decimal(value), unit.end()
    figure = Figure(
        kind="number",
        values=(amount,),
        start=start,
        end=end,
        text=text[start:end],
        bound=_bound(text[max(0, start - 28) : start]),
    )
    if re.fullmatch(_CURRENCY_WORDS, word):
        for length in (6, 5, 4, 3, 2, 1):
            rest = re.match(rf"(?:\s+(?:and|con|et|und))?((?:[\s-]+[^\W\d_]+){{{length}}})", text[end:])
            cents = table.get(joined("".join(_WORDS.findall(rest.group(1))))) if rest else None
            if rest and cents is not None and cents < 100:
                end += rest.end()
                amount += Decimal(cents) / 100
                break
        return replace(figure, kind="money", values=(amount,), end=end, text=text[start:end])
    last = word.split()[-1]
    if last in _UNITS:
        return _measured(figure, last)
    if last in ("percent", "ciento", "cent", "prozent"):
        return replace(figure, kind="percent")
    return replace(figure, kind="rating" if last.startswith(("star", "estrella", "étoile", "stern")) else "stock")
