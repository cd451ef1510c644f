"""The sealed text: AES-256-GCM under a data key, bound to the place that it was written for (pure).

    s1.<key id>.<base64 of nonce, ciphertext and tag>

The additional data are place, key id and version, so what is moved to another row, conversation or key opens nowhere. Nonces are
96 random bits: a key seals some thousands of texts, far from the 2^32 that they are good for (NIST SP 800-38D, 8.3).
Above: `sealer`, the stores' codec. Below: cryptography.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.sealing.errors import Tampered
from assistant.sealing.ports import SEALED_PREFIX

KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DataKey:
    id: str
    cipher: AESGCM


def event_place(conversation: str, seq: int, type_name: str) -> str:
    return f"{len(conversation)}|{conversation}|{seq}|{type_name}"


def named_place(conversation: str, place: str) -> str:
    """Of what lies beside the log: no event's seq is a name."""
    return f"{len(conversation)}|{conversation}|*|{place}"


def seal(key: DataKey, place: str, clear: bytes) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + key.cipher.encrypt(nonce, clear, _bound_to(place, key.id))
    return f"{SEALED_PREFIX}{key.id}.{b64encode(sealed).decode()}"


def key_id_of(text: str) -> str:
    """Empty for what is not sealed."""
    return text[3 : text.find(".", 3)] if text.startswith(SEALED_PREFIX) else ""


def unseal(key: DataKey, place: str, text: str) -> bytes:
    """Raises Tampered."""
    try:
        sealed = b64decode(text[len(SEALED_PREFIX) + len(key.id) + 1 :], validate=True)
        return key.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(place, key.id))
    except (InvalidTag, NotBase64, ValueError):
        raise Tampered(f"what is sealed at {place}") from None


def _bound_to(place: str, key_id: str) -> bytes:
    return f"{place}|{key_id}|1".encode()


def wrap(parent: AESGCM, key_id: str, parent_name: str, secret: bytes) -> bytes:
    """A key under another one, to be kept."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + parent.encrypt(nonce, secret, f"key|{key_id}|{parent_name}".encode())


def unwrap(parent: AESGCM, key_id: str, parent_name: str, wrapped: bytes) -> bytes:
    """Raises Tampered: another parent, or another key's row."""
    try:
        return parent.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], f"key|{key_id}|{parent_name}".encode())
    except (InvalidTag, ValueError):
        raise Tampered(f"the data key {key_id}") from None
