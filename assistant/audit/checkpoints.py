"""Checkpoints: how far every lane had come at a moment, signed with Ed25519, each naming the one before.

A chain alone can be cut at its end, or made anew by whoever stole its key; a checkpoint that lies elsewhere shows both.
Above: `exporting`, `verifying`, the command line. Below: `chain`, `keys`. Blocking.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_tables import CHECKPOINTS
from assistant.audit.chain import Chain
from assistant.audit.keys import public_hex
from assistant.audit.links import Head, seal_of

log = logging.getLogger(__name__)

FORMAT = 1
_SIGNED = b"aisle audit checkpoint\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadThen:
    lane: int
    seq: int
    link: str
    base_seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    number: int
    at: str
    heads: tuple[HeadThen, ...]
    release: str
    previous: str
    """SHA-256 of the document before it; empty of the first."""
    public_key: str
    trouble: tuple[str, ...] = ()
    """What was found wrong when it was made: it is signed all the same, so that it is known elsewhere."""
    format: int = FORMAT
    signature: str = ""


def document_of(checkpoint: Checkpoint) -> str:
    return json.dumps(msgspec.to_builtins(checkpoint), sort_keys=True, separators=(",", ":"))


def read_checkpoint(document: str) -> Checkpoint:
    """Raises ValueError for what is none."""
    try:
        return msgspec.json.decode(document.encode(), type=Checkpoint, strict=True)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error


def is_signed(checkpoint: Checkpoint) -> bool:
    """By the key that it names."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.public_key))
        key.verify(bytes.fromhex(checkpoint.signature), _signed_bytes(checkpoint))
    except (InvalidSignature, ValueError):
        return False
    return True


def digest_of(document: str) -> str:
    return sha256(document.encode()).hexdigest()


def make_checkpoint(
    chain: Chain, signer: Ed25519PrivateKey, *, at: datetime, not_within: float = 0.0
) -> Checkpoint | None:
    """The next one; None where there was one within so many seconds, or nothing was written since.

    Raises AuditUnavailable, AuditKeyMissing.
    """
    try:
        with chain.engine.begin() as db:
            found = db.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.number.desc()).limit(1)).first()
            before = read_checkpoint(found.document) if found is not None else None
            if found is not None and _micros(at) - found.at < not_within * 1e6:
                return None
            heads = chain.heads(db)
            if before is not None and then(heads) == before.heads:
                return None
            made = _signed(_next(chain, heads, before, found.document if found else "", signer, at), signer)
            db.execute(insert(CHECKPOINTS).values(number=made.number, at=_micros(at), document=document_of(made)))
    except IntegrityError:
        return None  # another replica made it
    except (SQLAlchemyError, ValueError) as error:
        raise AuditUnavailable(f"no checkpoint could be made: {error}") from error
    return made


def _next(
    chain: Chain,
    heads: Sequence[Head],
    before: Checkpoint | None,
    document: str,
    signer: Ed25519PrivateKey,
    at: datetime,
) -> Checkpoint:
    trouble = (*_broken(chain, heads), *(_turned_back(before, heads) if before is not None else ()))
    for one in trouble:
        log.error("the audit log: %s; `aisle audit verify` tells more", one)
    return Checkpoint(
        number=before.number + 1 if before is not None else 1,
        at=at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        heads=then(heads),
        release=release(),
        previous=digest_of(document) if document else "",
        public_key=public_hex(signer),
        trouble=tuple(trouble),
    )


def then(heads: Sequence[Head]) -> tuple[HeadThen, ...]:
    return tuple(
        HeadThen(lane=one.lane, seq=one.seq, link=one.link.hex(), base_seq=one.base_seq) for one in heads if one.seq
    )


def _broken(chain: Chain, heads: Sequence[Head]) -> list[str]:
    return [
        f"lane {one.lane} was changed from outside"
        for one in heads
        if one.seal != seal_of(one, chain.ring.key(one.key))
    ]


def _turned_back(before: Checkpoint, heads: Sequence[Head]) -> list[str]:
    now = {one.lane: one.seq for one in heads}
    return [
        f"lane {one.lane} ends at entry {now.get(one.lane, 0)}, and checkpoint {before.number} knew {one.seq}"
        for one in before.heads
        if now.get(one.lane, 0) < one.seq
    ]


def _signed(checkpoint: Checkpoint, signer: Ed25519PrivateKey) -> Checkpoint:
    return replace(checkpoint, signature=signer.sign(_signed_bytes(checkpoint)).hex())


def _signed_bytes(checkpoint: Checkpoint) -> bytes:
    return _SIGNED + document_of(replace(checkpoint, signature="")).encode()


def documents(db: Connection, *, after: int = 0) -> list[tuple[int, str]]:
    found = select(CHECKPOINTS.c.number, CHECKPOINTS.c.document).where(CHECKPOINTS.c.number > after)
    return [(row.number, row.document) for row in db.execute(found.order_by(CHECKPOINTS.c.number))]


def release() -> str:
    try:
        return version("aisle")
    except PackageNotFoundError:
        return ""


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1e6)


def summary(checkpoint: Checkpoint) -> dict[str, Any]:
    """For a line of a log: small, and enough to hold against the chain."""
    return {
        "number": checkpoint.number,
        "at": checkpoint.at,
        "digest": digest_of(document_of(checkpoint)),
        "entries": sum(one.seq for one in checkpoint.heads),
        "trouble": list(checkpoint.trouble),
    }
