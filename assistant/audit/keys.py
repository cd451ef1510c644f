"""The keys of the audit log: those that make the chain (HMAC-SHA256), and the one that signs checkpoints (Ed25519).

From the settings, or made at the first start in AISLE_HOME, readable by their owner alone. A key is never changed: rotating
adds one, and the chain itself bears the marker. They never lie in the database that they guard, unless replicas share it and
were given none: then a warning says so. Above: `chain`, `checkpoints`. Below: the file system. Blocking.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assistant.audit.audit_errors import AuditKeyMissing, AuditKeyUnreadable
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.links import key_id_of

log = logging.getLogger(__name__)

KEYS_FILE: Final = "audit.keys"
SIGNING_FILE: Final = "audit.signing"
_BYTES: Final = 32


@dataclass(slots=True)
class KeyRing:
    """All keys that the chain was ever made with, the newest last."""

    path: Path | None
    """None: they come from the settings and are fixed."""
    given: str = ""
    fetch: Callable[[], None] | None = None
    """Brings the file up to what other replicas have."""
    _keys: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Raises AuditKeyUnreadable, OSError."""
        text = self.given.replace(",", "\n") if self.path is None else self.path.read_text(encoding="ascii")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        keys = [_key(line, str(self.path or "AISLE_AUDIT_KEYS")) for line in lines]
        if not keys:
            raise AuditKeyUnreadable(f"{self.path or 'AISLE_AUDIT_KEYS'} holds no key")
        self._keys = {key_id_of(key): key for key in keys}

    @property
    def newest(self) -> str:
        return list(self._keys)[-1]

    @property
    def keys(self) -> Mapping[str, bytes]:
        return self._keys

    def key(self, name: str) -> bytes:
        """Looked for again where it is new: another process may have rotated. Raises AuditKeyMissing."""
        if name not in self._keys and self.path is not None:
            if self.fetch is not None:
                self.fetch()
            self.reload()
        found = self._keys.get(name)
        if found is None:
            raise AuditKeyMissing(name)
        return found

    def add(self) -> str:
        """A new key, the newest from now on; its id. Raises AuditKeyUnreadable where the settings hold the keys."""
        if self.path is None:
            raise AuditKeyUnreadable(
                "the keys come from AISLE_AUDIT_KEYS: write a new one behind the others there, start the servers again, and"
                " rotate then"
            )
        write_whole(self.path, self.path.read_text(encoding="ascii").rstrip() + f"\n{secrets.token_hex(_BYTES)}\n")
        self.reload()
        return self.newest


def open_ring(settings: AuditSettings, home: Path, *, fetch: Callable[[], None] | None = None) -> KeyRing:
    """Raises AuditKeyUnreadable, OSError."""
    given = settings.keys.get_secret_value()
    if given:
        return KeyRing(path=None, given=given)
    path = home / KEYS_FILE
    if fetch is not None:
        fetch()
    _make_once(path)
    return KeyRing(path=path, fetch=fetch)


def open_signing_key(settings: AuditSettings, home: Path) -> Ed25519PrivateKey:
    """Raises AuditKeyUnreadable, OSError."""
    given = settings.signing_key.get_secret_value()
    path = home / SIGNING_FILE
    if not given:
        _make_once(path)
        given = path.read_text(encoding="ascii")
    return Ed25519PrivateKey.from_private_bytes(
        _key(given.strip(), "AISLE_AUDIT_SIGNING_KEY" if not path else str(path))
    )


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _key(line: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(line)
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise AuditKeyUnreadable(f"{where} holds something that is no key: {_BYTES * 2} hexadecimal figures are one")
    return key


def _make_once(path: Path) -> None:
    """Written whole under another name and then linked: of processes that start together one makes it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    _write(fresh, secrets.token_hex(_BYTES) + "\n")
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def write_whole(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    _write(fresh, text)
    fresh.replace(path)


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
