"""The arithmetic of the chain. Each entry's link is HMAC-SHA256 over the link before it and the entry's own bytes. Pure.

A chain is a *lane*: replicas write lanes of their own, so that none waits for another; checkpoints join them. Above: `chain`,
`verifying`. Below: hmac.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

FORMAT = 1
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry as it lies in its lane."""

    lane: int
    seq: int
    at: int
    """Microseconds since 1970, UTC."""
    key: str
    """Whose link it is: the id of a key of the ring."""
    who_kind: str
    who: str
    act: str
    what: str
    whose: str
    why: str
    result: str
    details: str
    """Canonical JSON."""
    link: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a lane has come, sealed, so that nobody shortens it unseen. `base`: what was pruned before."""

    lane: int
    seq: int
    at: int
    key: str
    link: bytes
    base_seq: int
    base_link: bytes
    seal: bytes


def details_text(details: Mapping[str, Any]) -> str:
    return _encode(details).decode()


def link_of(row: Row, before: bytes, key: bytes) -> bytes:
    who = (row.who_kind, row.who, row.act)
    done = (row.what, row.whose, row.why, row.result, row.details)
    return link_of_fields((row.lane, row.seq, row.at, row.key, *who, *done), before, key)


def link_of_fields(fields: tuple[int | str, ...], before: bytes, key: bytes) -> bytes:
    """fields: the columns of a row in their order, all but the link."""
    return hmac.digest(key, before + _encode((FORMAT, *fields)), "sha256")


def first_link(lane: int, key: bytes) -> bytes:
    """What stands before a lane's first entry."""
    return hmac.digest(key, f"aisle audit lane {lane}".encode(), "sha256")


def seal_of(head: Head, key: bytes) -> bytes:
    base = (head.base_seq, head.base_link.hex())
    return hmac.digest(
        key, b"head" + _encode((FORMAT, head.lane, head.seq, head.at, head.key, head.link.hex(), *base)), "sha256"
    )


def key_id_of(key: bytes) -> str:
    """Tells keys apart and tells nothing of them."""
    return hmac.digest(key, b"aisle audit key", "sha256")[:6].hex()


def value_digest(value: str, key: bytes) -> str:
    """Of words that must not stand in the log: who knows the words and has the key can say whether it was these."""
    return "h:" + hmac.digest(key, b"value" + value.casefold().strip().encode(), "sha256")[:12].hex()
