"""Recognisers: what in a text is somebody's, by its form, each checked by its own rule (pure).

E-mail addresses (written and spoken), telephone numbers (libphonenumber), cards (Luhn, ISO/IEC 7812), IBANs (ISO 13616, mod
97), IP addresses that are somebody's, US social security numbers, tokens. The patterns of Presidio's recognisers that hold
without a model, without its 300 MB and its fetch of the public suffix list. Names and streets have no form: `known_words` has
those that are known. Every pattern is linear in the text's length. Above: `masked`. Below: phone numbers' tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import phonenumbers

REGIONS: Final = ("US", "DE", "GB", "FR", "ES", "AT", "CH", "CA", "IT", "NL")
"""Where a number written without its country is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = lambda text: True


def luhn(text: str) -> bool:
    """Of a card's 13 to 19 digits."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) == 1:
        return False
    doubled = (2 * digit - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616: moved by four, letters as numbers, 1 modulo 97."""
    plain = re.sub(r"\s", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def somebodys_address(text: str) -> bool:
    """A host of this machine or of a private network is an operator's matter, not a customer's."""
    try:
        return ip_address(text.strip("[]")).is_global
    except ValueError:
        return False


_DATE: Final = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_FRACTION: Final = re.compile(r"\d[.]\d+")


def telephone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15 or _DATE.search(text) or _FRACTION.fullmatch(text):
        return False
    international = text.lstrip("( ").startswith("+") or digits.startswith("00")
    plain = text.isdigit()
    if plain and not digits.startswith("0") and len(digits) != 10:
        return False  # a count, an amount, a time
    if international:
        return _possible("+" + digits.removeprefix("00"), None)
    return any(_valid(text, region) for region in REGIONS)


def _possible(text: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _valid(text: str, region: str) -> bool:
    """With its trunk prefix where the country has one: without it a German "1763870000" would be a mobile phone."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    if region not in ("US", "CA", "ES", "IT") and not text.lstrip("( ").startswith("0"):
        return False
    fictional = region == "US" and re.fullmatch(r"\d{3}55501\d\d", str(number.national_number)) is not None
    return fictional or phonenumbers.is_valid_number(number)


_SEP = r"[ \u00a0./()-]"
RECOGNISERS: Final[tuple[Recogniser, ...]] = (
    Recogniser(kind="token", pattern=re.compile(r"\beyJ[\w-]{8,}\.[\w-]{2,}(?:\.[\w-]{2,})?")),
    Recogniser(kind="token", pattern=re.compile(r"(?<=[Bb]earer )[\w.~+/-]{16,}=*")),
    Recogniser(
        kind="email",
        pattern=re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"),
    ),
    Recogniser(
        kind="email",
        pattern=re.compile(
            r"(?<!\w)[\w.+-]{1,40} (?:at|arroba|arobase|ät) [\w-]{2,40} (?:dot|punto|punkt|point) [a-z]{2,10}\b", re.I
        ),
    ),
    Recogniser(kind="iban", pattern=re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]){11,30}\b"), holds=iban),
    Recogniser(kind="card", pattern=re.compile(r"(?<![\w.])\d(?:[ \u00a0-]?\d){12,18}(?![\w])"), holds=luhn),
    Recogniser(kind="ssn", pattern=re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")),
    Recogniser(
        kind="ip", pattern=re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"), holds=somebodys_address
    ),
    Recogniser(
        kind="ip",
        pattern=re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:])"),
        holds=somebodys_address,
    ),
    Recogniser(
        kind="phone",
        pattern=re.compile(rf"(?<![\w.@-])(?:\+|00|\()?\d(?:{_SEP}{{0,3}}\d){{6,14}}(?![\w@]|[.-]\d)"),
        holds=telephone,
    ),
)


def found_in(text: str) -> Iterator[Found]:
    """What is somebody's, in the recognisers' order; stretches may overlap."""
    for one in RECOGNISERS:
        for match in one.pattern.finditer(text):
            stretch = _longest_that_holds(one, match[0])
            if stretch:
                yield Found(start=match.start(), end=match.start() + len(stretch), kind=one.kind)


def _longest_that_holds(one: Recogniser, text: str) -> str:
    """An IBAN or a card that words or figures follow is found without them."""
    if one.holds(text):
        return text
    shorter = text
    while one.kind in ("iban", "card", "phone") and " " in shorter:
        shorter = shorter.rpartition(" ")[0]
        if one.holds(shorter):
            return shorter
    return ""
