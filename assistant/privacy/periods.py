"""Periods as people write them: "30 days", "6 months", "2 years", "forever" (pure)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_WRITTEN: Final = re.compile(r"\s*(\d{1,5})\s*(day|week|month|year)s?\s*", re.I)
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
FOREVER: Final = "forever"


def period(text: str) -> timedelta | None:
    """None: for ever. A month is 30 days, a year 365. Raises ValueError."""
    if text.strip().lower() == FOREVER:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f'{text!r} is no period: write "30 days", "6 months", "2 years" or "forever"')
    days = int(found[1]) * _DAYS[found[2].lower()]
    if not days:
        raise ValueError(f'{text!r} would keep nothing at all: "1 day" is the shortest')
    return timedelta(days=days)
