"""Signed exports: a detached Ed25519 signature (RFC 8032) over the very bytes of the file, and its check.

    my-data.json   my-data.json.sig   {"algorithm": "Ed25519", "sha256": …, "signature": …, "public_key": …}

The key is made at the first export in AISLE_HOME (or given as AISLE_EXPORT_KEY) and never leaves it; its public half is told
with every export and by `aisle privacy key`. Above: packing, the command line. Below: `cryptography`. Blocking.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assistant.errors import AssistantError

KEY_FILE: Final = "export.signing"
SUFFIX: Final = ".sig"
_BYTES: Final = 32


class ExportKeyUnreadable(AssistantError):
    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} holds no key for signing exports: {_BYTES * 2} hexadecimal figures are one; remove the file and a new one"
            f" is made (older exports are then checked with the public key that came with them)"
        )


class ExportNotGenuine(AssistantError):
    """The file is not what was signed, or not signed by this key."""


def signing_key(home: Path, given: str = "") -> Ed25519PrivateKey:
    """Made, readable by its owner alone, where there is none. Raises ExportKeyUnreadable, OSError."""
    path = home / KEY_FILE
    where = "AISLE_EXPORT_KEY" if given else str(path)
    if not given and not path.exists():
        _make(path)
    text = (given or path.read_text(encoding="ascii")).strip()
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise ExportKeyUnreadable(where) from None
    if len(raw) != _BYTES:
        raise ExportKeyUnreadable(where)
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signature_of(key: Ed25519PrivateKey, content: bytes) -> bytes:
    """The file that lies beside the content."""
    told = {
        "algorithm": "Ed25519",
        "public_key": public_hex(key),
        "sha256": hashlib.sha256(content).hexdigest(),
        "signature": key.sign(content).hex(),
    }
    return json.dumps(told, indent=2).encode() + b"\n"


def verify(content: bytes, signature: bytes, *, public_key: str = "") -> str:
    """The public key that signed it. `public_key`: the shop's own, as hexadecimal, which it must then be; without it the
    signature tells only that nothing was changed since. Raises ExportNotGenuine."""
    try:
        told = json.loads(signature)
        signed, named = bytes.fromhex(told["signature"]), str(told["public_key"])
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key or named))
    except (ValueError, KeyError, TypeError) as error:
        raise ExportNotGenuine(
            f"the signature cannot be read ({error}): take the .sig file that came with it"
        ) from None
    if public_key and public_key.strip().lower() != named.lower():
        raise ExportNotGenuine("it was signed with another key than the one that was given")
    try:
        key.verify(signed, content)
    except InvalidSignature:
        raise ExportNotGenuine("the file was changed since it was signed, or belongs to another signature") from None
    return named


def _make(path: Path) -> None:
    """Written whole under another name and then linked: of processes that start together one makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
