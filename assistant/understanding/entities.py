"""Facts that stand in a message by their own shape: e-mail, order number, zip, names, quantities (pure)."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_ORDER = re.compile(r"#\s?([A-Za-z]{0,2}\d{5,12})\b|\b([A-Z]\d{7,10})\b")
_ORDER_AFTER_WORD = re.compile(r"\border\s*(?:number|no\.?|nr\.?|id|#)?\s*(?:is|:)?\s*#?([a-z]{0,2}\d{5,12})\b", re.I)
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\b")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "dozen": 12, "couple": 2, "pair": 1,
}  # fmt: skip
_NAME_STOP = frozenset(
    [
        "my",
        "name",
        "is",
        "i",
        "am",
        "i'm",
        "it's",
        "its",
        "this",
        "zip",
        "code",
        "and",
        "the",
        "email",
        "e-mail",
        "address",
        "at",
        "in",
        "from",
        "postal",
        "postcode",
        "hi",
        "hello",
        "hey",
        "here",
        "sure",
        "yes",
        "ok",
        "okay",
        "order",
        "number",
        "no",
        "please",
        "thanks",
        "zipcode",
        "live",
        "under",
        "last",
        "first",
        "oops",
        "typo",
        "wrong",
        "mistake",
    ]
)
_NAME_LEAD = re.compile(
    r"(?:my name is|name's|name is|i am|i'm|im|this is|it's|name:)\s+([a-z][a-z'-]+)\s+([a-z][a-z'-]+)", re.I
)


def email(text: str) -> str:
    found = _EMAIL.search(text)
    return found.group(0).rstrip(".").lower() if found else ""


def order_number(text: str) -> str:
    """As the shop writes it, with its "#"; "" when there is none."""
    found = _ORDER.search(text) or _ORDER_AFTER_WORD.search(text)
    return "#" + next(group for group in found.groups() if group).upper() if found else ""


def zip_code(text: str) -> str:
    found = _ZIP.search(_ORDER.sub(" ", text))
    return found.group(1) if found else ""


def full_name(text: str) -> tuple[str, str]:
    """First and last name: after "my name is", or the two words that stand beside a zip code."""
    led = _NAME_LEAD.search(text)
    if led and led.group(1).lower() not in _NAME_STOP and led.group(2).lower() not in _NAME_STOP:
        return led.group(1), led.group(2)
    words = [w for w in re.findall(r"[^\W\d_][\w'-]*", _EMAIL.sub(" ", text)) if w.lower() not in _NAME_STOP]
    return (words[0], words[1]) if len(words) == 2 else ("", "")


_QUANTITY = re.compile(
    r"\b(\d{1,3})\s*(?:x|of|pcs|pieces|units|times)\b|\bx\s?(\d{1,3})\b"
    r"|\b(?:add|take|buy|get|want|need|make (?:it|that)|order|to|have|put|just|only|quantity(?: of)?|change (?:it|that) to)"
    r"\s+(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s*(?:person|people|l\b|litre|liter|kg|g\b|cm|inch|mm|lb|man\b|season))"
    r"|\b(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten) (?:of|more|instead|pairs|units|pieces)\b|\ba (couple|dozen)\b"
)


def quantity(text: str) -> int | None:
    """How many pieces: "2x", "two of them", "make it 3". None when the message names no number of pieces."""
    found = _QUANTITY.search(text)
    if not found:
        return None
    word = next(group for group in found.groups() if group)
    return int(word) if word.isdigit() else _NUMBERS[word]


def more(text: str) -> bool:
    """Whether the quantity comes on top: "two more", "another one"."""
    return bool(re.search(r"\b(?:more|another|extra|additional)\b", text))
