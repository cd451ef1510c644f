"""Figures and identifiers in a text, found by their shape, each put into words once (pure).

One scan from left to right: the first shape that fits takes the place, so that no words are read a second time. Above: `aloud`.
Below: `spoken_numbers`, the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.shops.us_states import US_STATES
from channels.voice import spoken_numbers as say
from channels.voice.spoken_tables import CODES, SYMBOLS, tongue

Reader = Callable[[re.Match[str], str], str]
_N = r"(?:\d{1,3}(?:[\u00a0\u202f.,’'](?=\d{3}(?!\d))\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_TO = r"\s?[–—-]\s?"
_GAP = r"[ \u00a0\u202f]?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(SYMBOLS, key=len, reverse=True))
_CODE = "|".join(CODES)
_TIME = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_PART = r"(?:[ap](?:\.\s?m\b\.?|m\b))"
_MINUS = r"(?:(?<![\w-])[-−])?"
_PER = r"(?:/(?=[^\W\d_]))?"
_CARD = r"ending in|ends in|Endziffern|mit der Endung|finissant par|se terminant par|terminad[ao] en|que termina en"
_ZIP = r"zip(?: code)?|postal code|postcode|Postleitzahl|PLZ|code postal|código postal"
_SIZE = r"size|sizes|in"
_RANK = {"es": "número", "fr": "numéro", "de": "Nummer"}
_ENGLISH_SIZES = {"S": "small", "M": "medium", "L": "large"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The shapes of one language, as one pattern, and each by its name."""

    whole: re.Pattern[str]
    shapes: Mapping[str, tuple[re.Pattern[str], Reader]]


def put_in_words(text: str, language: str, *, spell: bool = False) -> str:
    """spell: identifiers character by character, slowly."""
    readers = _readers(language)

    def word(found: re.Match[str]) -> str:
        name = (found.lastgroup or "").removeprefix("shape_")
        pattern, reader = readers.shapes[name]
        again = pattern.match(text, found.start())
        if again is None:
            return found.group(0)
        if spell and name in ("order", "bare_order", "long", "zip_word", "card"):
            return say.grouped(re.sub(r"[^\w]", "", again.group(again.lastindex or 0)), spell=True)
        return reader(again, language)

    return readers.whole.sub(word, text)


@cache
def _readers(language: str) -> Readers:
    shapes = {
        name: (re.compile(pattern, flags), reader)
        for name, (pattern, reader, flags) in {**_SHARED, **_of_language(language)}.items()
    }
    ordered = sorted(shapes, key=_ORDER.index)
    flags = {name: "(?i:" if shapes[name][0].flags & re.IGNORECASE else "(?:" for name in ordered}
    whole = "|".join(f"(?P<shape_{name}>{flags[name]}{shapes[name][0].pattern}))" for name in ordered)
    return Readers(whole=re.compile(whole), shapes=shapes)


_ORDER = [
    "email",
    "link",
    "order",
    "bare_order",
    "iso_date",
    "figure_date",
    "written_date",
    "hours",
    "clock",
    "clock_part",
    "french_clock",
    "card",
    "zip_state",
    "zip_word",
    "phone",
    "around_the_clock",
    "area",
    "money_range",
    "money_before",
    "money_after",
    "percent",
    "degrees",
    "range_unit",
    "unit",
    "fraction_sign",
    "fraction",
    "count",
    "days",
    "day_alone",
    "short",
    "version",
    "capitals",
    "size",
    "compound",
    "long",
    "zeros",
    "range",
    "number",
    "rank",
]


def _date(match: re.Match[str], language: str) -> str:
    year, month, day = match.group(1, 2, 3)
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return " ".join(match.group(0))
    return say.date(int(day), int(month), year, language)


def _figure_date(match: re.Match[str], language: str) -> str:
    first, second, year = int(match.group(1)), int(match.group(2)), match.group(3)
    american = language == "en" and "/" in match.group(0) and first <= 12
    day, month = (second, first) if american else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return say.grouped(match.group(0))
    return say.date(day, month, year, language, dative=_after_preposition(match))


def _after_preposition(match: re.Match[str]) -> bool:
    """German: "am 24. November", "am Dienstag, 24. November"."""
    before = match.string[: match.start()].lower()
    return bool(
        re.search(
            r"\b(?:am|vom|zum|beim|den|dem|bis|ab|seit|im|nach dem|vor dem)(?: \w+tag,?| mittwoch,?)?\s+$", before
        )
    )


def _hours(match: re.Match[str], language: str) -> str:
    one, other = (part.split(":") for part in match.group(1, 2))
    bare = language in ("de", "es")
    first = say.time_of_day(int(one[0]), int(one[1]), language, bare=bare)
    last = say.time_of_day(int(other[0]), int(other[1]), language)
    return f"{first} {tongue(language).to} {last}"


def _clock(match: re.Match[str], language: str) -> str:
    hour, minute = match.group(1).split(":")
    part = (match.group(2) or "").lower().replace(".", "").replace(" ", "")
    return say.time_of_day(int(hour), int(minute), language, part=part if part in ("am", "pm") else "")


def _clock_part(match: re.Match[str], language: str) -> str:
    part = match.group(2).lower()[0] + "m"
    return say.time_of_day(int(match.group(1)), 0, language, part=part)


def _french_clock(match: re.Match[str], language: str) -> str:
    return say.time_of_day(int(match.group(1)), int(match.group(2)), language)


def _money(figure: str, sign: str, match: re.Match[str], language: str) -> str:
    said = say.money(figure, SYMBOLS.get(sign, sign), language, negative=match.group(0)[0] in "-−")
    return f"{said} {tongue(language).per} " if match.group(0).endswith("/") else said


def _money_range(match: re.Match[str], language: str) -> str:
    sign = match.group("sign") or match.group("before") or match.group("after")
    one, other = match.group("one"), match.group("other")
    return say.between(one, other, SYMBOLS.get(sign, sign), language)


def _area(match: re.Match[str], language: str) -> str:
    parts = [say.number(part, language) for part in re.findall(_N, match.group("sides"))]
    unit = match.group("unit")
    name = f" {tongue(language).units[unit][1]}" if unit else ""
    return f" {tongue(language).by} ".join(parts) + name


def _of_many(match: re.Match[str], name: str, language: str) -> str:
    """ "10 percent", "20 to 25 degrees"."""
    first = f"{say.number(match.group(1), language)} {tongue(language).to} " if match.group(1) else ""
    return f"{first}{say.number(match.group(2), language)} {name}"


def _range_unit(match: re.Match[str], language: str) -> str:
    last = say.measured(match.group(2), match.group(3), language)
    return f"{say.number(match.group(1), language)} {tongue(language).to} {last}"


def _range(match: re.Match[str], language: str) -> str:
    return f"{say.number(match.group(1), language)} {tongue(language).to} {say.number(match.group(2), language)}"


def _fraction_sign(match: re.Match[str], language: str) -> str:
    half = tongue(language).halves[match.group(2)]
    return f"{match.group(1)} {tongue(language).and_} {half}" if match.group(1) else half


def _fraction(match: re.Match[str], language: str) -> str:
    sign = {"1/2": "½", "1/4": "¼", "3/4": "¾", "1/3": "⅓", "2/3": "⅔"}[match.group(0)]
    return tongue(language).halves[sign]


def _count(match: re.Match[str], language: str) -> str:
    return match.group(1) if match.group(1) == "1" else f"{match.group(1)} {tongue(language).times}"


def _capitals(match: re.Match[str], language: str) -> str:
    return " ".join((*match.group(1), match.group(2)))


def _version(match: re.Match[str], language: str) -> str:
    return f" {tongue('en' if language == 'en' else language).marks['.']} ".join(match.group(0).split("."))


def _address(match: re.Match[str], language: str) -> str:
    return say.address(match.group(0), language)


def _link(match: re.Match[str], language: str) -> str:
    """The shop's name in the web; nobody types a path by ear."""
    written = re.sub(r"^(?:https?://)?(?:www\.)?", "", match.group(0))
    return say.address(written.split("/")[0].split("?")[0], language)


Shape = tuple[str, Reader, int]
_SHARED: Mapping[str, Shape] = {
    "email": (r"[\w.+%-]*[\w]@[\w-]+(?:\.[\w-]+)+", _address, 0),
    "link": (r"(?:https?://|www\.)[^\s)>\]]*[\w/]", _link, 0),
    "order": (r"#\s?([A-Za-z]{0,3}\d{3,})\b", lambda found, _: say.grouped(found.group(1)), 0),
    "bare_order": (r"\b(?:[A-Z]{1,2}-?\d{6,}|[A-Z]{2,4}-\d{4,})\b", lambda found, _: say.grouped(found.group(0)), 0),
    "iso_date": (r"\b(\d{4})-(\d{2})-(\d{2})\b", _date, 0),
    "figure_date": (r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", _figure_date, 0),
    "hours": (rf"\b({_TIME}){_TO}({_TIME})\b(?:\s?(?:Uhr|h\b))?", _hours, 0),
    "clock": (rf"\b({_TIME})\b(?:\s?({_PART}|Uhr|h\b))?", _clock, re.I),
    "card": (r"(?<=\s)((?<=ing in\s)|(?<=nds in\s)|(?<=Endziffern\s)|(?<=sant par\s)|(?<=nada en\s)|(?<=nado en\s))(\d{4})\b",
             lambda found, _: " ".join(found.group(2)), 0),
    "zip_state": (rf"\b({'|'.join(US_STATES)}),? (\d{{5}})(?:-\d{{4}})?\b",
                  lambda found, _: f"{US_STATES[found.group(1)]} {' '.join(found.group(2))}", 0),
    "zip_word": (rf"\b({_ZIP})(\W{{1,3}}(?:is |ist |est |es )?)(\d{{5}})\b",
                 lambda found, _: f"{found.group(1)}{found.group(2)}{' '.join(found.group(3))}", re.I),
    "phone": (
        r"(?<![\w#.,])(?=(?:[ .()\u00a0+/-]{0,2}\d){9})(?:\+\d{1,3}[ .\u00a0-]?)?(?:\(\d{1,5}\)[ \u00a0-]?)?\d{2,5}(?:[ .\u00a0/-]\d{2,8}){1,5}(?![\w€$])"
        r"|\b\d{3}-\d{4}\b(?!-)",
        lambda found, language: say.phone(found.group(0), language), 0),
    "around_the_clock": (r"\b24/7\b", lambda found, _: "24 7", 0),
    "percent": (rf"(?:({_N}){_TO})?({_N}){_GAP}%", lambda found, language: _of_many(found, tongue(language).percent, language), 0),
    "degrees": (rf"(?:({_N}){_TO})?({_N}){_GAP}°{_GAP}(?:[CF]\b)?",
                lambda found, language: f"{_of_many(found, tongue(language).degrees, language)} ", 0),
    "money_range": (
        rf"(?P<before>{_SIGN}){_GAP}(?P<one>{_N}){_TO}(?:(?P<sign>{_SIGN}){_GAP})?(?P<other>{_N})(?P<after>)(?![\w%])", _money_range, 0),
    "money_before": (rf"{_MINUS}({_SIGN}|\b(?:{_CODE})){_GAP}({_N})(?!\d){_PER}", lambda found, language: _money(found[2], found[1], found, language), 0),
    "money_after": (rf"{_MINUS}({_N}){_GAP}({_SIGN}|(?:{_CODE})\b){_PER}", lambda found, language: _money(found[1], found[2], found, language), 0),
    "fraction_sign": (r"(\d+)?\s?([½¼¾⅓⅔])", _fraction_sign, 0),
    "fraction": (r"(?<![\d/])(?:1/2|1/3|2/3|1/4|3/4)(?![\d/])", _fraction, 0),
    "count": (r"\b(\d+)\s?×(?=\s)", _count, 0),
    "version": (r"\b\d+(?:\.\d+){2,}\b", _version, 0),
    "capitals": (r"\b([A-Z]{2,4})(\d{1,3})\b", _capitals, 0),
    "compound": (r"\b(\d+)-(?=[^\W\d_])", lambda found, _: f"{found.group(1)} ", 0),
    "long": (r"(?<![\w.,])\d{7,}\b", lambda found, _: say.grouped(found.group(0)), 0),
    "zeros": (r"(?<![\w.,])0\d+\b(?![.,]\d)", lambda found, _: " ".join(found.group(0)), 0),
    "range": (rf"(?<![\w.,])({_N}){_TO}({_N})(?![\w-])", _range, 0),
    "number": (rf"(?<![\w]){_N}(?![\w])", lambda found, language: _number(found.group(0), language), 0),
    "rank": (r"#(\d{1,2})\b", lambda found, language: f"{_RANK.get(language, 'number')} {found.group(1)}", 0),
}  # fmt: skip


def _number(written: str, language: str) -> str:
    return written if written.isdigit() else say.number(written, language)


def _of_language(language: str) -> dict[str, Shape]:
    units = "|".join(re.escape(unit) for unit in sorted(tongue(language).units, key=len, reverse=True))
    unit = rf"(?:{units})(?![\w/])"
    days = tongue(language).days
    names = "|".join(re.escape(day) for day in days)
    abbreviations = [short for short in tongue(language).short if not short.isalpha() or language != "en"]
    found: dict[str, Shape] = {
        "area": (rf"(?P<sides>{_N}(?:\s?[x×]\s?{_N}){{1,2}})(?:{_GAP}(?P<unit>{unit}))?(?!\w)", _area, 0),
        "range_unit": (rf"({_N})(?:{_TO}| to | bis | a | à )({_N}){_GAP}({unit})", _range_unit, 0),
        "unit": (rf"({_N}){_GAP}({unit})", lambda match, spoken: say.measured(match[1], match[2], spoken), 0),
        "days": (rf"\b({names}){_TO}({names})(?!\w)", lambda match, _: f"{days[match[1]]} {tongue(language).to} {days[match[2]]}", 0),
        "day_alone": (rf"\b({names})(?=\s\d|:\s|, (?:{names})\b)", lambda match, _: days[match[1]], 0),
        "short": (
            rf"(?<!\w)(?:{'|'.join(map(_abbreviation, sorted(abbreviations, key=len, reverse=True)))})(?!\w)",
            lambda match, _: tongue(language).short[match[0].lower().replace("\u00a0", " ")], re.I,
        ),
        "written_date": (_written_date(language), _read_written_date, 0),
    }  # fmt: skip
    if language == "en":
        found["size"] = (
            r"\b(?:(XXS|XS|XL|XXL)|(?<=size\s)([SML]))\b",
            lambda match, _: _ENGLISH_SIZES[match[2]] if match[2] else tongue("en").short[match[1].lower()], 0,
        )  # fmt: skip
        found["clock_part"] = (rf"\b(\d{{1,2}})\s?({_PART})", _clock_part, re.I)
    if language == "fr":
        found["french_clock"] = (r"\b(\d{1,2})\s?h\s?(\d{2})\b", _french_clock, 0)
    return found


def _abbreviation(short: str) -> str:
    """Those that are words, too, are short only before a figure: "yes or no." ends a sentence."""
    return re.escape(short) + (r"(?=\s?\d)" if short in _BEFORE_FIGURES else "")


_BEFORE_FIGURES = frozenset(["no.", "nr.", "min.", "max.", "máx.", "mín.", "m."])


def _written_date(language: str) -> str:
    months = "|".join(tongue(language).months)
    match language:
        case "es":
            return rf"\b(?P<day>\d{{1,2}}) de (?P<month>{months})(?: de (?P<year>\d{{4}}))?\b"
        case "fr":
            return rf"\b(?P<day>\d{{1,2}})(?:er)? (?P<month>{months})(?: (?P<year>\d{{4}}))?\b"
        case "de":
            return rf"\b(?P<day>\d{{1,2}})\.\s(?P<month>{months})(?: (?P<year>\d{{4}}))?\b"
        case _:
            return rf"\b(?P<month>{months}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:, (?P<year>\d{{4}}))?\b"


def _read_written_date(match: re.Match[str], language: str) -> str:
    known = language if language in ("es", "fr", "de") else "en"
    month = tongue(known).months.index(match["month"]) + 1
    return say.date(int(match["day"]), month, match["year"] or "", known, dative=_after_preposition(match))
