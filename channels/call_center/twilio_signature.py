"""Twilio's signature of a request: HMAC over the exact address and the sorted form (pure).

https://www.twilio.com/docs/usage/security#validating-requests. A socket is signed over its wss:// address, without a form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
"""key=…,algorithm=HMAC_SHA256 where a SharedKey signed; absent: the account's auth token, by SHA-1."""
Form = Mapping[str, Sequence[str]]
_HASHES = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_DEFAULT_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


def algorithm_of(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip().lower() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def signed(key: str, address: str, form: Form | None = None, *, algorithm: str = "HMAC_SHA1") -> str:
    """Raises KeyError for an algorithm that Twilio does not have."""
    fields = form or {}
    said = address + "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    return base64.b64encode(hmac.new(key.encode(), said.encode(), _HASHES[algorithm]).digest()).decode()


def verified(key: str, address: str, signature: str, form: Form | None = None, *, algorithm: str = "HMAC_SHA1") -> bool:
    """With the port or without: Twilio's own side is not of one mind about it, and neither is its validator."""
    if not key or not signature or algorithm not in _HASHES:
        return False
    given = signature.encode("utf-8", "replace")
    return any(
        hmac.compare_digest(signed(key, form_of, form, algorithm=algorithm).encode(), given)
        for form_of in _with_and_without_port(address)
    )


def _with_and_without_port(address: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(address)
    except ValueError:  # a Host header that is no address
        return (address,)
    host = parts.netloc.rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    bare = name if colon and port.isdigit() else host
    own = port if bare != host else str(_DEFAULT_PORTS.get(parts.scheme, 443))
    before, after = address.split(host, 1) if host else (address, "")
    return f"{before}{bare}{after}", f"{before}{bare}:{own}{after}"
