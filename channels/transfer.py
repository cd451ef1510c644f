"""Transfer codes: how a conversation moves to another device. Single use, short-lived, kept as hashes in a small SQLite file."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import segno

from assistant.events import ConversationId
from channels.errors import CodesUnavailable, TransferCodeInvalid

log = logging.getLogger(__name__)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is misread: 0 O 1 I L U."""
LENGTH = 10
"""30^10: 49 bits, for minutes only and behind a rate limit."""
DIGITS, KEYS = "0123456789", 8
"""What a telephone can key in: 27 bits, redeemed on a call alone, three tries each (`call_center`), never over HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCode:
    code: str
    expires_at: datetime


class TransferCodes:
    """Blocking (a few 100 µs): run it in a thread. Thread-safe."""

    def __init__(self, path: Path | None, *, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._seconds, self._now = seconds, now
        self._lock = threading.Lock()
        self._database = _opened(path)

    def issue(self, conversation: ConversationId) -> TransferCode:
        """Raises CodesUnavailable."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        return self._issued(conversation, code, _hash(code))

    def issue_keys(self, conversation: ConversationId) -> TransferCode:
        """Of digits alone, for `redeem_keys`. Raises CodesUnavailable."""
        code = "".join(secrets.choice(DIGITS) for _ in range(KEYS))
        return self._issued(conversation, code, _hash_of_keys(code))

    def _issued(self, conversation: ConversationId, code: str, hashed: bytes) -> TransferCode:
        expires = self._now() + self._seconds
        with self._lock, _kept():
            self._database.execute("DELETE FROM transfer_codes WHERE expires <= ?", (self._now(),))
            self._database.execute("INSERT INTO transfer_codes VALUES (?, ?, ?)", (hashed, conversation, expires))
        return TransferCode(code=code, expires_at=datetime.fromtimestamp(expires, UTC))

    def redeem(self, code: str) -> ConversationId:
        """Takes the code. Raises TransferCodeInvalid, alike for one that never was, was used or has run out."""
        return self._redeemed(_hash(code))

    def redeem_keys(self, code: str) -> ConversationId:
        """As `redeem`, for a code of `issue_keys`."""
        return self._redeemed(_hash_of_keys(code))

    def _redeemed(self, hashed: bytes) -> ConversationId:
        with self._lock, _kept():
            row = self._database.execute(
                "DELETE FROM transfer_codes WHERE hash = ? RETURNING conversation, expires", (hashed,)
            ).fetchone()
        if row is None or row[1] <= self._now():
            raise TransferCodeInvalid
        return ConversationId(row[0])

    def close(self) -> None:
        with self._lock:
            self._database.close()


def _opened(path: Path | None) -> sqlite3.Connection:
    """A damaged file is begun anew: it holds nothing but codes that were to last for minutes."""
    try:
        return _connected(path)
    except sqlite3.OperationalError as error:
        raise OSError(f"{path} cannot be opened ({error}): check the disk and the rights of its folder") from error
    except sqlite3.DatabaseError as error:
        assert path is not None
        log.warning("%s is damaged (%s) and is begun anew", path, error)
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
            path.with_name(name).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
    try:
        database.execute(
            "CREATE TABLE IF NOT EXISTS transfer_codes (hash BLOB PRIMARY KEY, conversation TEXT NOT NULL, expires REAL NOT NULL)"
        )
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        log.error("transfer codes: %s", error)
        raise CodesUnavailable from error


def _hash(code: str) -> bytes:
    """Typed codes come in lower case and with dashes; lone surrogates and the like just never match."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()


def _hash_of_keys(code: str) -> bytes:
    """Another function than `_hash`, so that a code of one kind is never one of the other."""
    return hashlib.blake2b(code.encode("utf-8", "replace"), digest_size=32, person=b"aisle keys").digest()


def qr_svg(url: str) -> str:
    """An SVG document, black on white as scanners need it, without script or style."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False, svgns=True)
    return out.getvalue().decode()
