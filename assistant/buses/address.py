"""The bus's address: checked when the settings are read, with the way out where it is wrong. Above: settings."""

from __future__ import annotations

import importlib.util
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = {"valkey": "valkey", "valkeys": "valkeys", "redis": "valkey", "rediss": "valkeys", "unix": "unix"}
_EXAMPLE = "give it as valkey://:password@host:6379/0 (valkeys:// for TLS)"


def check_bus_url(url: str) -> str:
    """As the client wants it. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"AISLE_BUS_URL begins with {parts.scheme!r}: {_EXAMPLE}")
    try:
        missing = (not parts.hostname and parts.scheme != "unix") or (parts.port == 0)
    except ValueError:
        missing = True
    if missing:
        raise ValueError(f"AISLE_BUS_URL names no host and port: {_EXAMPLE}")
    if importlib.util.find_spec("valkey") is None:
        raise ValueError("Valkey needs its client: pip install 'aisle[scale]'")
    return parts._replace(scheme=SCHEMES[parts.scheme]).geturl()
