"""A transcript as people write it: numbers in figures, identifiers in one piece, amounts, names of the shop (pure).

"number W one double oh four five" is what an ear gives and "W10045" what a reader of orders knows. Numbers in words are read
by text2num; what it does not know (digits one by one, amounts, halves, identifiers) is here. Above: `speech`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from text_to_num import alpha2digit

LANGUAGES = ("en", "es", "fr", "de")
LEAST_RUN = 3
"""Digits said one by one from which they are one number: "one two" may be a choice."""
LEAST_LISTED = 5
"""The same with commas between them: "5, 6, 7" is a list."""
LEAST_IDENTIFIER, MOST_IDENTIFIER = 3, 12


def _digit_words(text: str) -> Mapping[str, str]:
    return {word: str(at) for at, words in enumerate(text.split()) for word in words.split("|")}


DIGITS: Mapping[str, Mapping[str, str]] = {
    "en": _digit_words("zero|oh|o|nought one two three four five six seven eight nine|niner"),
    "es": _digit_words("cero uno|un|una dos tres cuatro cinco seis siete ocho nueve"),
    "fr": _digit_words("zéro|zero un|une deux trois quatre cinq six sept huit neuf"),
    "de": _digit_words("null eins|ein zwei|zwo drei vier fünf sechs sieben acht neun"),
}
REPEATS: Mapping[str, Mapping[str, int]] = {
    "en": {"double": 2, "triple": 3},
    "es": {"doble": 2, "triple": 3},
    "fr": {"double": 2, "triple": 3},
    "de": {"doppel": 2, "dreimal": 3},
}
_W: Mapping[str, str] = {
    "en": r"double[ -]?(?:u|you)(?!\w)",
    "es": r"(?:uve doble|doble uve|doble u|doble ve)(?!\w)",
    "fr": r"double[ -]?v(?:é|e)?(?!\w)",
    "de": r"weh?(?!\w)",
}
"""The letter as it may be written when it is said, before digits."""
_NUMBER_OF: Mapping[str, str] = {
    "en": r"order|number|reference|tracking",
    "es": r"pedido|número|numero|referencia",
    "fr": r"commande|numéro|numero|référence",
    "de": r"bestellung|bestellnummer|nummer|auftrag",
}
_COSTS = re.compile(r"\b(?:cost|costs|price|priced|for|charged|paid|pay|than|under|over|is|was|about|around)\b", re.I)
_IDENTIFIER = re.compile(r"(?<![\w'’])(?P<letter>[^\W\d_])[ .\-–]{0,2}(?P<digits>\d+(?:[ ,.\-–]{1,2}\d+)*)(?!\w)")
_WORDS_OF_A_LETTER = frozenset("aAiIyYàÀoOeEuU")
_AMOUNTS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\$?(\d+) dollars?(?:(?: and|,)? (\d{1,2}) cents?| and (\d{2})\b| (\d{2})\b(?! \w+s\b))?", re.I),
    "es": re.compile(r"(\d+) euros?(?: con| y)? (\d{1,2})(?: céntimos?)?(?!\w)", re.I),
    "fr": re.compile(r"(\d+) euros?(?: et)? (\d{1,2})(?: centimes?)?(?!\w)", re.I),
    "de": re.compile(r"(\d+) euro(?: und)? (\d{1,2})(?: cents?)?(?!\w)", re.I),
}
_HALVES: Mapping[str, str] = {
    "en": r"(?: and a half| and one half| 1/2| ?½)",
    "es": r"(?: y medi[oa]| 1/2| ?½)",
    "fr": r"(?: et demie?| 1/2| ?½)",
    "de": r"(?: ?einhalb| und ein halb| 1/2| ?½)",
}
_POINT: Mapping[str, str] = {"en": ".", "es": ",", "fr": ",", "de": ","}


def written(text: str, *, language: str = "en") -> str:
    """The text with its figures as figures. A language without rules comes back as it is."""
    if language not in LANGUAGES or not text:
        return text
    text = alpha2digit(_digits_in_one(_letter(text, language), language), language)
    for step in (_halves, _identifiers, _numbers_of, _amounts):
        text = step(text, language)
    return _prices(text) if language == "en" else text


def _letter(text: str, language: str) -> str:
    """W where its name was written, before digits."""
    digit = "|".join((*DIGITS[language], *REPEATS[language], r"\d"))
    return re.sub(rf"\b{_W[language]}[ ,\-]+(?=(?:{digit}))", "W ", text, flags=re.I)


def _digits_in_one(text: str, language: str) -> str:
    """Digits that were said one by one."""
    digit = "|".join(sorted(DIGITS[language], key=len, reverse=True))
    repeat = "|".join(REPEATS[language])
    one = rf"(?:(?:{repeat})[ -])?(?:{digit}|\d)"
    run = re.compile(rf"\b{one}(?:[ ,\-]{{1,2}}{one})+\b", re.I)
    return run.sub(lambda found: _joined(found.group(0), language), text)


def _joined(run: str, language: str) -> str:
    found, times = "", 1
    for word in re.findall(r"\w+", run.lower()):
        if word in REPEATS[language]:
            times = REPEATS[language][word]
        else:
            found += DIGITS[language].get(word, word) * times
            times = 1
    plain = set(re.findall(r"[^\W\d_]+", run.lower())) <= {"oh", "o", "a", "un", "una", "une", "ein"}
    least = LEAST_LISTED if "," in run else LEAST_RUN
    return run if len(found) < least or (plain and not re.search(r"\d", run)) else found


def _halves(text: str, language: str) -> str:
    point = _POINT[language]
    text = re.sub(rf"\b(\d+){_HALVES[language]}(?!\w)", rf"\g<1>{point}5", text, flags=re.I)
    numbers = re.compile(rf"\b([^\W\d_]+){_HALVES[language]}(?!\w)", re.I)

    def half(found: re.Match[str]) -> str:
        whole = DIGITS[language].get(found.group(1).lower()) or alpha2digit(found.group(1), language)
        return f"{whole}{point}5" if whole.isdigit() else found.group(0)

    return numbers.sub(half, text)


def _identifiers(text: str, language: str) -> str:
    """A letter and its digits, however they were set apart: "W 100-45 17", "w1,004,517"."""
    return _IDENTIFIER.sub(_identifier, text)


def _identifier(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["digits"])
    article = found.group(0)[1:2].isspace() and found["letter"] in _WORDS_OF_A_LETTER
    if article or not LEAST_IDENTIFIER <= len(digits) <= MOST_IDENTIFIER or re.search(r"\d\.\d{1,2}$", found["digits"]):
        return found.group(0)
    return found["letter"].upper() + digits


def _numbers_of(text: str, language: str) -> str:
    """Digits after "order", "number": "order 100-29-88"."""
    pattern = rf"\b((?:{_NUMBER_OF[language]})\b[^\d.?!;]{{0,16}})(\d+(?:[ ,\-–]{{1,2}}\d+)+)(?![\w])"

    def one(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[2])
        return found[1] + digits if LEAST_IDENTIFIER < len(digits) <= MOST_IDENTIFIER else found.group(0)

    return re.sub(pattern, one, text, flags=re.I)


def _amounts(text: str, language: str) -> str:
    """Dollars, and euros with their cents."""

    def dollars(found: re.Match[str]) -> str:
        cents = next((part for part in found.groups()[1:] if part), "")
        return f"${found[1]}" + (f".{cents:0>2}" if cents else "")

    if language == "en":
        return _AMOUNTS["en"].sub(dollars, text)
    return _AMOUNTS[language].sub(lambda found: f"{found[1]},{found[2]:0>2} €", text)


def _prices(text: str) -> str:
    """ "it costs 49 99", "for 1 29 99": dollars and cents where a price is talked of."""

    def price(found: re.Match[str]) -> str:
        before = text[: found.start()].split()[-3:]
        return f"${found[1] or ''}{found[2]}.{found[3]}" if _COSTS.search(" ".join(before)) else found.group(0)

    return re.sub(
        r"(?<![\d$.,])\$?(?:([1-9]) )?([1-9]\d) (\d{2})(?![\d.,]\d|\d|(?: \d)| (?:[A-Z]|people|pairs))", price, text
    )


# -- names -----------------------------------------------------------------------------------------------------------

NEAREST = 0.62
"""Share of letters in common from which a word that sounds alike is the name."""
LEAST_NAME = 5
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ALIKE = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "d": "t", "b": "p", "g": "k", "j": "k", "x": "k"})


def named(text: str, names: Mapping[str, str]) -> str:
    """The text with words that sound like a name of the shop put right. names: as `sounds` gives them."""
    if not names:
        return text
    for count in (2, 1):
        text = _replaced(text, names, count)
    return text


def sounds(names: Iterable[str]) -> Mapping[str, str]:
    """Names of one word and five letters or more, each under itself in small letters."""
    return {name.lower(): name for name in names if len(name) >= LEAST_NAME and _WORD.fullmatch(name)}


def _replaced(text: str, names: Mapping[str, str], count: int) -> str:
    words = list(_WORD.finditer(text))
    found, end = [], 0
    at = 0
    while at + count <= len(words):
        first, last = words[at], words[at + count - 1]
        between = text[first.start() : last.end()]
        meant = _meant(between, names, opening=_opens(text, first.start()), several=count > 1)
        if meant and meant != between:
            found += [text[end : first.start()], meant]
            end = last.end()
            at += count
        else:
            at += 1
    return "".join([*found, text[end:]])


def _opens(text: str, at: int) -> bool:
    return not text[:at].strip() or text[:at].rstrip()[-1] in ".!?"


def _meant(heard: str, names: Mapping[str, str], *, opening: bool, several: bool) -> str:
    """The one name that was meant; "" for none. A word in small letters is a word of the language, unless it is the name itself."""
    bare = re.sub(r"[^\w]", "", heard).lower()
    if bare in names:
        return names[bare]
    if several or opening or not heard[0].isupper() or len(bare) < LEAST_NAME:
        return ""
    near = [name for low, name in names.items() if _skeleton(low) == _skeleton(bare) and _alike(low, bare) >= NEAREST]
    return near[0] if len(near) == 1 else ""


def _skeleton(word: str) -> str:
    """Its consonants, as an ear tells them apart, doubled ones once."""
    bare = re.sub(r"[aeiouyhw]", "", word.replace("ph", "f").translate(_ALIKE))
    return re.sub(r"(.)\1+", r"\1", bare)


def _alike(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(one, other))
