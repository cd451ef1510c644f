"""Telephone numbers as E.164 has them ("+15035550150"), so that one number is written one way. Pure.

Below: libphonenumber's tables. Above: the shop's records, customers who sign in, and messages that go out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import phonenumbers
from babel import Locale

LONGEST: Final = 32
REGIONS: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)
_USUAL: Final = {"USA": "US", "U.S.A.": "US", "U.S.": "US", "UK": "GB", "GREAT BRITAIN": "GB", "ENGLAND": "GB"}
_WRITTEN: Final = re.compile(r"\+?[\d\s()./\-\u00a0\u2010-\u2015]{5,}")


def e164(text: str, *, region: str = "") -> str:
    """region: ISO 3166 ("US"), for numbers that are written without their country. Empty for what is no number."""
    written = text.strip()
    if len(written) > LONGEST or not _WRITTEN.fullmatch(written):
        return ""
    if written.startswith("00"):
        written = f"+{written[2:]}"
    try:
        number = phonenumbers.parse(written, region.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def region_of(country: str) -> str:
    """ISO 3166 of a country as an address has it: "US", "USA", "Germany"; empty for an unknown one."""
    named = country.strip().upper()
    if named in _USUAL:
        return _USUAL[named]
    return named if named in REGIONS else _regions().get(named, "")


@cache
def _regions() -> dict[str, str]:
    """By the countries' names in English and in their own languages as far as replies speak them."""
    return {
        str(name).upper(): code
        for language in ("fr", "es", "de", "en")
        for code, name in Locale(language).territories.items()
        if code in REGIONS
    }
