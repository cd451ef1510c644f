"""An address in words: written out, or known already by its town or by where it is kept (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.shops.records import Address
from assistant.shops.us_states import US_STATES

_ROAD = r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|place|pl|terrace|trail|circle|parkway|square)"
_WRITTEN = re.compile(
    rf"(?P<address1>(?<!\d)\d[\w-]* (?:[a-z.'-]+ ){{1,4}}?{_ROAD})\b\.?[, ]*(?P<address2>(?:suite|apt\.?|apartment|unit|floor|#) ?[\w-]+)?[, ]*"
    r"(?:(?P<city>[a-z][a-z .'-]{1,40}?)[, ]+(?P<state>[a-z]{2}|[a-z]+(?: [a-z]+)?)[, ]+(?:usa,? )?(?P<zip>\d{5}(?:-\d{4})?))?",
    re.I,
)
_PROFILE = re.compile(
    r"\b(?:default|profile|account|user)\b[^.?!]{0,20}\baddress\b|\b(?:my|user) profile\b|\bas (?:my|the) default\b|\bset (?:it|that) as\b"
)
_OWN = re.compile(
    r"\b(?:to|use) (?:my|the) (?:own |home |default |profile |usual )?address\b|\bmy (?:home|own|default|profile) address\b|\bmy address instead\b"
)


def of_profile(text: str) -> bool:
    """Whether it is the profile's address that is to change."""
    return bool(_PROFILE.search(text.casefold()))


def read_address(text: str, *, profile: Address, known: Sequence[Address], now: Address | None) -> Address | None:
    """The address meant. `known`: all on the customer's account; `now`: the one that is to be replaced."""
    written = _WRITTEN.search(text)
    if written and written["zip"]:
        state = _state(written["state"])
        if state:
            return Address(
                address1=_titled(written["address1"]),
                address2=_titled(written["address2"] or ""),
                city=_titled(written["city"]),
                state=state,
                zip=written["zip"],
                country="USA",
            )
    if written and now is not None and not written["zip"]:
        same_road = written["address1"].casefold().split(" ", 1)[1] in now.address1.casefold()
        if same_road:
            return replace(now, address1=_titled(written["address1"]))
    named = _by_town(text, [one for one in known if one != now])
    if named is not None:
        return named
    return profile if _OWN.search(text.casefold()) and profile != now else None


def _by_town(text: str, known: Sequence[Address]) -> Address | None:
    """The one address whose town, state or street the text names."""
    lowered = text.casefold()
    fits = [
        one
        for one in dict.fromkeys(known)
        if re.search(rf"\b{re.escape(one.city.casefold())}\b", lowered)
        or (one.address1 and one.address1.casefold() in lowered)
        or (one.zip and one.zip in lowered)
    ]
    return fits[0] if len(fits) == 1 else None


def _state(text: str) -> str:
    short = text.strip().upper()
    if short in US_STATES:
        return short
    return next((key for key, name in US_STATES.items() if name.casefold() == text.strip().casefold()), "")


def _titled(text: str) -> str:
    return " ".join(word if word[:1].isupper() or word[:1].isdigit() else word.capitalize() for word in text.split())
