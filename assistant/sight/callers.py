"""Who asked, as W3C's `traceparent` of a request or a socket says: the turn's trace links to it. Its own trace is a new one, since
what strangers send must not choose what is traced, nor mix with others.

Above: `assistant`; channels set it. Below: nothing.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

caller: ContextVar[str] = ContextVar("caller", default="")
"""Of this request's task; "": nobody says."""
_FORM = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$")


def checked(header: str) -> str:
    """The header where it has W3C's form, else ""."""
    return header if len(header) == 55 and not header.startswith("ff") and _FORM.match(header) else ""


def parts(parent: str) -> tuple[int, int]:
    """Trace and span of a checked header."""
    _, trace, span, _ = parent.split("-")
    return int(trace, 16), int(span, 16)
