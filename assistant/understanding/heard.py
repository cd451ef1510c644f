"""What was heard -> what would have been typed: numbers said digit by digit, identifiers in pieces, addresses in words (pure).

A transcript writes "W 5 double 7, 72 76", "maya dot lindqvist at example dot com", "eight and a half"; the rules read
"#W57772 76", "maya.lindqvist@example.com", "8.5". Above: `flows.hearing_right`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_DIGITS: Mapping[str, tuple[str, ...]] = {
    "en": ("zero oh o nought", "one", "two", "three", "four for", "five", "six", "seven", "eight", "nine niner"),
    "de": ("null", "eins ein", "zwei zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    "fr": ("zéro", "un une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    "es": ("cero", "uno un una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
}
_TWICE = {
    "double": 2,
    "triple": 3,
    "doppel": 2,
    "zweimal": 2,
    "dreimal": 3,
    "doble": 2,
    "deux fois": 2,
    "trois fois": 3,
}
_ABOUT_ORDERS = re.compile(r"order|bestell|auftrag|commande|pedido|\bw\b|#", re.IGNORECASE)
_ABOUT_NUMBERS = re.compile(
    r"number|\bno\b|\bid\b|code|zip|postal|digit|nummer|\bplz\b|postleitzahl|numéro|número|ending|hash|#|phone|telefon|téléphone|teléfono|card",
    re.IGNORECASE,
)
_NOT_IDS = re.compile(
    r"^\s*(?:dollars?|euros?|bucks|pounds?|cents?|percent|[$€£%]|kilo|gram|cm\b|mm\b|litre|liter|inch|people|persons?)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"#|\d+|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_DOUBLE_U = re.compile(
    r"\bdouble[- ]?(?:u|you)\b(?=[\s,.-]+(?:\d|zero|one|two|three|four|five|six|seven|eight|nine|double))",
    re.IGNORECASE,
)
_MISHEARD = (
    (re.compile(r"\b(first|last|family) (?:main|made|named)\b", re.IGNORECASE), r"\1 name"),
    (
        re.compile(
            r"\b((?:first|given) name(?: is|,)? [^\W\d_]+)\. (?=(?:and )?(?:my )?(?:last|family|sur))", re.IGNORECASE
        ),
        r"\1, ",
    ),
    (
        re.compile(r"\b(zip(?: code)?(?: is|,)? \d{5})\. (?=(?:and )?(?:my )?(?:first|last|name))", re.IGNORECASE),
        r"\1, ",
    ),
    (re.compile(r"\bzipp?a\b(?=\W+\d)", re.IGNORECASE), "zip"),
)
"""What ears make of the words with which people say who they are."""
_GROUPED_ZIP = re.compile(r"\b(\d{2}),(\d{3})\b(?!,| ?(?:dollars?|euros?|[$€]))")
"""A zip code that was written like a number: "60,651"."""
_BETWEEN = re.compile(r"[\s,.?!\-–/]*$")
_LEAD = 28
"""Characters before a number in which the word stands that says what it is."""
LEAST, MOST = 4, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """letter: a letter said alone; digits: of a figure or a word; again: how often the next comes."""

    kind: str
    value: str
    start: int
    end: int


def as_written(text: str, language: str = "en", *, expecting: str = "") -> str:
    """expecting: "order", "zip" or "identity" where that is the open question, so that a bare number is one."""
    for pattern, word in _MISHEARD:
        text = pattern.sub(word, text)
    if expecting == "identity":
        text = _GROUPED_ZIP.sub(r"\1\2", text)
    text = _halves(_addresses(_LABEL.sub(r"\1 ", _DOUBLE_U.sub("W", text))))
    return _identifiers(text, language, expecting)


# -- numbers and identifiers -------------------------------------------------------------------------------------------


def _identifiers(text: str, language: str, expecting: str) -> str:
    written, at = "", 0
    for run in _runs(text, language):
        sure = _sure(text, run)
        value = _identifier(text, sure, expecting) if sure else ""
        if value:
            written += text[at : sure[0].start] + value
            at = sure[-1].end
    return written + text[at:]


def _runs(text: str, language: str) -> Iterator[list[_Piece]]:
    """Digits and single letters that follow each other with nothing but signs between."""
    run: list[_Piece] = []
    for piece in _pieces(text, language):
        follows = run and _BETWEEN.fullmatch(text[run[-1].end : piece.start]) and piece.kind != "word"
        if not follows and run:
            yield run
            run = []
        if piece.kind != "word":
            run.append(piece)
    if run:
        yield run


def _pieces(text: str, language: str) -> Iterator[_Piece]:
    words = {
        word: str(digit)
        for table in ("en", language)
        for digit, row in enumerate(_DIGITS.get(table, ()))
        for word in row.split()
    }
    for token in _TOKEN.finditer(text):
        said = token.group(0)
        kind, value = _kind(said, words)
        yield _Piece(kind=kind, value=value, start=token.start(), end=token.end())


def _kind(said: str, words: Mapping[str, str]) -> tuple[str, str]:
    lowered = said.lower()
    if said == "#" or lowered in ("hash", "hashtag"):
        return "hash", "#"
    if said.isdigit():
        return "digits", said
    if lowered in _TWICE:
        return "again", str(_TWICE[lowered])
    if len(said) == 1 and (said.isupper() or lowered not in "aioyeu") and said not in "AI":
        return ("digits", "0") if said == "O" else ("letter", said.upper())
    return ("spoken", words[lowered]) if lowered in words else ("word", said)


def _identifier(text: str, run: list[_Piece], expecting: str) -> str:
    """The run as one identifier; "" where it is none."""
    value = _value(run)
    found = re.fullmatch(r"(#?)([A-Z]{0,3})(\d+)", value)
    if found is None or not LEAST <= len(found[3]) <= MOST or _NOT_IDS.match(text[run[-1].end :]):
        return ""
    before = text[max(0, run[0].start - _LEAD) : run[0].start]
    order = bool(_ABOUT_ORDERS.search(before)) or expecting == "order"
    single = all(piece.kind == "spoken" or len(piece.value) == 1 for piece in run) and len(run) > 3
    if len(run) == 1 and not (order and expecting) and not (found[2] and len(found[3]) >= 5):
        return ""
    if not (found[1] or found[2] or order or single or expecting or _ABOUT_NUMBERS.search(before)):
        return ""
    whole = len(found[3]) >= 5 and not re.search(
        r"\b(?:zip|postal|plz|postleitzahl|phone|telefon|card|ending)\b", before, re.IGNORECASE
    )
    marked = whole and (
        found[1] or (found[2] and len(found[3]) >= 5) or (order and expecting not in ("zip", "identity"))
    )
    return f"{'#' if marked else ''}{found[2]}{found[3]}"


_WORDS_TOO = frozenset(["for", "un", "une", "una", "ein", "oh", "o"])
"""Digits that are words of their own, too: only between other digits, and not behind a number that is whole."""
WHOLE = 5


def _sure(text: str, run: list[_Piece]) -> list[_Piece]:
    """The run up to the first word that may be no digit."""
    doubtful = [piece.kind == "spoken" and text[piece.start : piece.end].lower() in _WORDS_TOO for piece in run]
    first = next((at for at, word in enumerate(doubtful) if not word), len(run))
    last = len(run) - next((at for at, word in enumerate(reversed(doubtful)) if not word), len(run))
    for at in range(first, last):
        if doubtful[at] and max(len(run[at - 1].value), len(run[at + 1].value)) >= WHOLE:
            return run[first:at]
    return run[first:last]


def _value(run: list[_Piece]) -> str:
    value, times = "", 1
    for piece in run:
        if piece.kind == "again":
            times = int(piece.value)
            continue
        value += piece.value[:1] * times + piece.value[1:] if piece.kind != "hash" else piece.value
        times = 1
    return value


# -- addresses and sizes -----------------------------------------------------------------------------------------------

_DOT, _AT = r"(?:dot|point|punkt|punto)", r"(?:at|ät|et|arobase|arroba|@)"
_MARKS = {
    "underscore": "_", "unterstrich": "_", "dash": "-", "hyphen": "-", "minus": "-", "bindestrich": "-", "tiret": "-", "guion": "-",
    "plus": "+", "más": "+", "dot": ".", "point": ".", "punkt": ".", "punto": ".", ".": ".", "_": "_", "-": "-", "+": "+",
}  # fmt: skip
_WHERE = re.compile(
    rf"(?:[\s-]*\b{_AT}[\s-]+|\s*@\s?)(?P<where>[\w-]+(?:(?:\s?\.(?:\s(?=(?-i:[a-z0-9])))?|[\s,]+{_DOT}[\s,]+)[\w-]+)+)",
    re.IGNORECASE,
)
"""A full stop before a capital ends the sentence, not the address's name."""
_ENDINGS = re.compile(r"\.(?:[a-z]{2}|com|org|net|edu|info|shop|example|store|biz)$")
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[._+-]")
_NO_NAMES = frozenset(
    [
        "is",
        "it",
        "its",
        "it's",
        "email",
        "mail",
        "address",
        "my",
        "under",
        "me",
        "and",
        "the",
        "to",
        "adresse",
        "correo",
        "ist",
        "est",
        "es",
        "s",
    ]
)
_LABEL = re.compile(
    r"\b((?:first|last|given|family|sur)[ -]?name|zip(?: code)?|e-?mail(?: address)?|order(?: number)?),\s",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(\d{1,2}|[a-z]+|fünf|zwölf)(?:,)?(?: and a half| ½| 1/2| et demie?| y medi[oa]|einhalb| einhalb)\b",
    re.IGNORECASE,
)
_SIZES = {
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "once": 11,
}  # fmt: skip


def _addresses(text: str) -> str:
    found = _WHERE.search(text)
    while found is not None:
        where = re.sub(rf"\s?\.\s?|[\s,]+{_DOT}[\s,]+", ".", found["where"], flags=re.IGNORECASE).lower()
        start, who = _before_at(text[: found.start()])
        end = found.end()
        if who and _ENDINGS.search(where):
            text, end = f"{text[:start]}{who}@{where}{text[end:]}", start + len(who) + 1 + len(where)
        found = _WHERE.search(text, end)
    return text


def _before_at(text: str) -> tuple[int, str]:
    """The part before the "at", and where it starts: a word or letters said one by one, digits, and marks between them."""
    start, who, word, single = len(text), "", True, False
    for part in reversed(list(_PART.finditer(text))):
        said = part.group(0).lower()
        if text[part.end() : start].strip(" ,"):
            break
        if said in _MARKS:
            if not (single and said in ".-" and re.search(r"(?:^|[\W\d_])[^\W\d_]$", text[: part.start()])):
                who, word = _MARKS[said] + who, True
        elif said.isdigit():
            who, word = said + who, True
        elif len(said) == 1 and (word or single):
            who, word, single = said + who, False, True
        elif (
            word
            and said not in _NO_NAMES
            and not (single and text[part.end() : start].strip(".-") != text[part.end() : start])
        ):
            who, word, single = said + who, False, False
        else:
            break
        start = part.start()
    return start, who.strip("._-+")


def _halves(text: str) -> str:
    def write(found: re.Match[str]) -> str:
        word = found.group(1).lower()
        size = word if word.isdigit() else str(_SIZES.get(word, ""))
        return f"{size}.5" if size else found.group(0)

    return _HALF.sub(write, text)


_RANGE = re.compile(
    r"\b(\d+) ?(?:to|through|bis|à|a) ?(\d+) ?(pounds?|lbs?|inch(?:es)?|ounces?|hours?|mm|cm|litres?|liters?)\b",
    re.IGNORECASE,
)
_WEIGHT = re.compile(r"\b(\d+) ?pounds?\b", re.IGNORECASE)


def options_as_written(text: str) -> str:
    """Of an item's options: "5 to 25 pounds" as shops write it, "5-25 lbs". Not for amounts: pounds may be money there."""
    return _WEIGHT.sub(r"\1 lbs", _RANGE.sub(r"\1-\2 \3", text))


# -- what may have been meant ------------------------------------------------------------------------------------------

_ALIKE = (
    ("59", 0.4), ("19", 0.6), ("0O", 0.0), ("BDPETVGCZ3", 0.5), ("MN", 0.4), ("FSX", 0.5), ("AH8JK", 0.6), ("IY", 0.5), ("QU2", 0.6), ("67", 0.8),
)  # fmt: skip
_TEENS = re.compile(r"1([3-9])|([3-9])0")
CLEAR, MARGIN = 0.95, 0.35
"""Of the distance: what is near enough to be meant, and by how much the next must be farther."""


def alternatives(heard: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Of the identifiers that there are, those that this one may be a mishearing of, nearest first; one where it is clear."""
    said = _bare(heard)
    ranked = sorted((_distance(said, _bare(one)), one) for one in known)
    near = [(far, one) for far, one in ranked if far <= CLEAR]
    if not near:
        return ()
    best = near[0][0]
    return tuple(one for far, one in near if far < best + MARGIN)[:3]


def _bare(identifier: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", identifier.upper())


def _distance(heard: str, meant: str) -> float:
    """Between characters as they sound: "5" is near "9", "15" near "50", a digit said twice near one, a letter left out near
    one that was said."""
    variants = {heard} | {heard[: at.start()] + _swapped(at) + heard[at.end() :] for at in _TEENS.finditer(heard)}
    return min(_edit(one, meant) + (0.4 if one != heard else 0.0) for one in variants)


def _swapped(at: re.Match[str]) -> str:
    return f"{at.group(1)}0" if at.group(1) else f"1{at.group(2)}"


def _edit(one: str, other: str) -> float:
    row = [0.0]
    for at, character in enumerate(other):
        row.append(row[-1] + _lost(other, at, character))
    for at, character in enumerate(one):
        before, row[0] = row[0], row[0] + _lost(one, at, character)
        for to, meant in enumerate(other, start=1):
            kept = before + _swap(character, meant)
            before = row[to]
            row[to] = min(kept, row[to] + _lost(one, at, character), row[to - 1] + _lost(other, to - 1, meant))
    return row[-1]


def _lost(word: str, at: int, character: str) -> float:
    if character.isalpha() and at == 0:
        return 0.3
    return 0.4 if at and word[at - 1] == character else 0.8


def _swap(one: str, other: str) -> float:
    if one == other:
        return 0.0
    unlike = 0.6 if one.isalpha() and other.isalpha() else 1.0
    return next((cost for group, cost in _ALIKE if one in group and other in group), unlike)
