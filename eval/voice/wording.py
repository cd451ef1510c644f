"""What was said against what was heard: words compared fairly, and what had to be understood of them (pure).

Numbers are compared by their digits, so that "W one double zero", "W100" and "w 1 0 0" are alike, and so are "one fifty"
and "150". Above: `voice_quality`. Below: nothing of the product, so that its own mending is judged by other rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

DIGITS = {
    word: str(at)
    for at, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
VALUES: Mapping[str, int] = {
    **{word: int(digit) for word, digit in DIGITS.items()},
    **{word: 10 + at for at, word in enumerate(TEENS)},
    **{word: 20 + 10 * at for at, word in enumerate(TENS)},
}
ORDINALS: Mapping[str, str] = {
    "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine", "twelfth": "twelve",
    **{f"{word}th": word for word in ("four", "six", "seven", "ten", *TEENS[1:2], *TEENS[3:])},
    **{f"{word[:-1]}ieth": word for word in TENS},
}  # fmt: skip
SCALES: Mapping[str, int] = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
REPEATS: Mapping[str, int] = {"double": 2, "triple": 3}
SPELLINGS: Mapping[str, str] = {
    "ok": "okay", "centimeters": "centimetres", "millimeters": "millimetres", "cm": "centimetres", "mm": "millimetres",
    "zipcode": "zip code", "backorder": "back order", "standup": "stand up", "cannot": "can not",
}  # fmt: skip
CONTRACTIONS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), whole)
    for pattern, whole in (
        (r"\bcan['’]t\b", "can not"), (r"\bwon['’]t\b", "will not"), (r"n['’]t\b", " not"), (r"['’]re\b", " are"),
        (r"['’]m\b", " am"), (r"['’]ll\b", " will"), (r"['’]ve\b", " have"), (r"['’]d\b", " would"),
        (r"\b(where|what|that|it|how|who|there|here)['’]s\b", r"\1 is"),
    )
)  # fmt: skip
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_MONEY = frozenset(("dollars", "dollar", "cents", "cent", "euros", "euro", "bucks"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Word errors of one utterance."""

    wrong: int
    words: int


def words_of(text: str, *, english: bool = True) -> list[str]:
    """Lower-case words without marks; every number as its single digits."""
    text = re.sub(r"(\d) ?1/2", r"\1.5", text.replace("½", " 1/2").lower())
    for pattern, whole in CONTRACTIONS if english else ():
        text = pattern.sub(whole, text)
    found = [re.sub(r"['’]", "", token) for token in _TOKEN.findall(re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text))]
    split = [part for token in found for part in SPELLINGS.get(token, token).split()]
    return (
        list(_numbers(split))
        if english
        else [part for token in split for part in (token if token[0].isdigit() else [token])]
    )


def _numbers(tokens: Sequence[str]) -> Iterator[str]:
    at = 0
    digits_before = False
    while at < len(tokens):
        token = ORDINALS.get(tokens[at], tokens[at])
        after = ORDINALS.get(tokens[at + 1], tokens[at + 1]) if at + 1 < len(tokens) else ""
        if token[0].isdigit():
            yield from (mark for mark in token if mark.isdigit())
            at, digits_before = at + 1, True
        elif token in REPEATS and (after in DIGITS or after in ("oh", "o")):
            yield from DIGITS.get(after, "0") * REPEATS[token]
            at, digits_before = at + 2, True
        elif token in VALUES:
            value, taken = _cardinal([ORDINALS.get(one, one) for one in tokens[at:]])
            yield from str(value)
            at, digits_before = at + taken, True
        elif digits_before and (token in ("oh", "o") or token in _MONEY):
            yield from "0" if token not in _MONEY else ""
            at += 1
        elif digits_before and token == "and" and (after in VALUES or after[:1].isdigit()):
            at += 1
        elif digits_before and tokens[at : at + 3] == ["and", "a", "half"]:
            yield "5"
            at, digits_before = at + 3, False
        else:
            yield tokens[at]
            at, digits_before = at + 1, len(token) == 1 and token != "a"


def _cardinal(tokens: Sequence[str]) -> tuple[int, int]:
    """The number that starts here, and how many tokens it takes: "one hundred and fifty four" whole, "one twenty" not."""
    total, part, at = 0, 0, 0
    room = 10**9
    while at < len(tokens):
        token = tokens[at]
        if token in VALUES and VALUES[token] < room and (VALUES[token] or not at):
            part += VALUES[token]
            room = 10 if VALUES[token] >= 20 else 0
        elif token == "hundred" and 0 < part < 100:
            part, room = part * 100, 100
        elif token in SCALES and 0 < part < 1000:
            total, part, room = total + part * SCALES[token], 0, 1000
        elif not (token == "and" and room in (100, 1000) and at + 1 < len(tokens) and tokens[at + 1] in VALUES):
            break
        at += 1
    return total + part, at


def errors(said: str, heard: str, *, english: bool = True) -> Errors:
    """Levenshtein over words."""
    reference, found = words_of(said, english=english), words_of(heard, english=english)
    row = list(range(len(found) + 1))
    for at, word in enumerate(reference, start=1):
        before, row[0] = row[0], at
        for to, other in enumerate(found, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return Errors(wrong=row[-1], words=len(reference))


def understood(kind: str, value: str, text: str) -> bool:
    """Whether the text, as the assistant's reader gets it, holds that value in the form that the reader reads."""
    if kind == "order":
        return value.lower() in re.sub(r"[^a-z0-9 ]", "", text.lower()).split()
    if kind == "price":
        return (
            re.search(
                rf"(?<![\d.]){re.escape(value).replace(r'.50', r'.50?')}(?:\.00)?(?![\d]|\.\d)", text.replace(",", "")
            )
            is not None
        )
    if kind == "answer":
        return text.lower().startswith(("yes", "yeah", "yep") if value == "yes" else ("no", "nope"))
    wanted, found = words_of(value), words_of(text)
    if kind == "size" and "." in value:
        return re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", text) is not None
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))
