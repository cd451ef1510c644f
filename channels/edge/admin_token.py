"""The operator's token: from the settings, or made at the first start and kept in AISLE_HOME for whoever may read it there.

A server that strangers can reach has no such door until its owner sets a token. Above: `admin_rest`.
"""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from channels.errors import SecretUnreadable
from channels.settings import ChannelSettings

ADMIN_FILE = "admin.token"
TOKEN_BYTES = 32
SHORTEST = 16
"""Characters."""


class AdminKey:
    """Compares in constant time; the token itself is not kept."""

    def __init__(self, token: str) -> None:
        self._digest = sha256(token.encode()).digest()

    def opens(self, token: str) -> bool:
        return hmac.compare_digest(self._digest, sha256(token.encode(errors="replace")).digest())


def open_admin_key(settings: ChannelSettings, home: Path, host: str) -> AdminKey | None:
    """None where the door stays closed. Blocking. Raises SecretUnreadable, OSError."""
    if settings.admin_token is not None:
        return AdminKey(settings.admin_token.get_secret_value())
    return AdminKey(_kept(home / ADMIN_FILE)) if is_local(host) else None


def is_local(host: str) -> bool:
    """Whether a server that listens there is reached from its own machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(TOKEN_BYTES))
    token = path.read_text(encoding="ascii", errors="replace").strip()
    if len(token) < SHORTEST:
        raise SecretUnreadable(f"{path} is damaged: remove it to make a new token")
    return token
