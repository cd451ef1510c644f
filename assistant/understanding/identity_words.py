"""Who a customer says they are, amid whatever else they say: e-mail, or name and zip in any order (pure).

Above: `service_requests`. Below: entities.
"""

from __future__ import annotations

import re

from assistant.understanding import entities
from assistant.understanding.commands import FillSlot

_NAME = r"([A-Za-z][\w'’-]+)"
_FIRST = re.compile(rf"\b(?:first|given) name(?:'s| is|:)?\s+{_NAME}", re.I)
_LAST = re.compile(rf"\b(?:last|family|sur)[ -]?name(?:'s| is|:)?\s+{_NAME}", re.I)
_LED = re.compile(
    rf"(?:\bmy (?:full )?name(?:'s| is)|\bname(?:'s| is|:)|\bi am|\bi'?m|\bthis is|\bit'?s|\bit is|\bcalled|\bhere is|\bhere's|\byou can call me"
    rf"|\b(?:account|registered|file|under)(?: is| of| for| to)?(?: the name)?(?: of)?)[ ,:]+{_NAME}\s+{_NAME}",
    re.I,
)
_BESIDE = re.compile(
    rf"\b{_NAME}\s+{_NAME}\s*[,;/(-]*\s*(?:\w+\s+){{0,6}}?(?:zip|postal|post)?(?:\s?code)?\W{{0,4}}(?:is\s)?(\d{{5}})(?!\d)",
    re.I,
)
_AFTER = re.compile(rf"(?<!\d)(\d{{5}})\s*[,;/(-]*\s*(?:and\s)?{_NAME}\s+{_NAME}", re.I)
_ZIP = re.compile(
    r"\b(?:zip(?:code)?|zip code|postal code|post ?code|live in|living in|based in|from|in)\b\W{0,4}(?:is\s|code\s|at\s|the\s){0,2}\W{0,2}(\d{5})(?!\d)",
    re.I,
)
_ANY_ZIP = re.compile(
    r"(?<![\w#])(\d{5})(?:-\d{4})?(?![\w@])(?! ?(?:mah|mm|m|lm|lumens?|rpm|btu|steps|dollars?|bucks|euros?)\b)", re.I
)
_NO_NAME_WORDS = """
    a an the my your our their his her its it is am are was were be been and or but of in on at to for from with
    by via i me we you not no yes yeah sure ok okay hi hello hey please thanks thank looking trying going
    calling writing having hoping wondering sorry zip code name first last email mail address order orders
    number account customer user card gift credit paypal street avenue road suite apt city state usa just here
    there that this would like want need so very really afraid not interested unhappy happy return exchange
    cancel cancelled change modify swap refund item items wrong correct good right also well get find using
    oops typo mistyped misspelled meant actually try again
    store stores shop shops branch location nearest closest near nearby close far how which what where who when does do did
    ship shipping deliver delivery delivered send pickup miles open opening hours
"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())


def identity_in(text: str) -> FillSlot | None:
    """What the words tell of who they are; None when that is nothing."""
    plain = _without_orders(text)
    first, last = _name(plain)
    slot = FillSlot(
        email=entities.email(text),
        order=entities.order_number(text),
        first_name=first,
        last_name=last,
        zip_code=_zip_code(plain),
    )
    return slot if slot.email or slot.zip_code or (slot.first_name and slot.last_name) else None


def suffices(slot: FillSlot | None) -> bool:
    return slot is not None and bool(slot.email or (slot.first_name and slot.last_name and slot.zip_code))


def without_identity(text: str) -> str:
    """The rest of what was said: "Ava Brown" is no colour."""
    rest = re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", " ", text)
    first, last = _name(_without_orders(text))
    if first and last:
        name = rf"\b{re.escape(first)}\s+{re.escape(last)}\b"
        rest = re.sub(rf"(?:\b(?:my (?:full )?name is|i am|i'm|this is|name:|it's)\s+)?{name}", " ", rest, flags=re.I)
        rest = re.sub(
            rf"\b(?:first|last) name(?: is|:)?\s+(?:{re.escape(first)}|{re.escape(last)})\b", " ", rest, flags=re.I
        )
    return re.sub(r"\b(?:my )?zip(?: ?code)?(?: is|:)?\s*\d{5}\b", " ", rest, flags=re.I)


def _without_orders(text: str) -> str:
    plain = re.sub(r"#?\b[A-Za-z]?\d{6,}\b", " ", text)
    return re.sub(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", " ", plain)


def _name(text: str) -> tuple[str, str]:
    first, last = _FIRST.search(text), _LAST.search(text)
    if first and last:
        return first.group(1), last.group(1)
    for pattern, skip in ((_LED, 0), (_BESIDE, 0), (_AFTER, 1)):
        for found in pattern.finditer(text):
            one, other = found.group(1 + skip), found.group(2 + skip)
            if one.lower() not in _NO_NAME and other.lower() not in _NO_NAME:
                return one, other
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if word.lower() not in _NO_NAME]
    alone = len(words) == 2 and len(text.split()) <= 8 and all(word[0].isupper() for word in words)
    return (words[0], words[1]) if alone else ("", "")


def _zip_code(text: str) -> str:
    found = _ZIP.search(text) or _BESIDE.search(text)
    if found is not None:
        return found.group(found.lastindex or 1)
    bare = _ANY_ZIP.search(text)
    return bare.group(1) if bare else ""
