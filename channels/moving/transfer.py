"""Transfer codes: how a conversation moves to another device. Single use, short-lived, kept as hashes on `product.tables`.

A code redeemed in one process is used up in all: who deletes its row has it. Above: `rest`, `moving_rest`, `call_center`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import segno
from sqlalchemy import Column, Engine, Float, MetaData, String, Table, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from assistant.events import ConversationId
from channels.errors import CodesUnavailable, TransferCodeInvalid

log = logging.getLogger(__name__)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is misread: 0 O 1 I L U."""
LENGTH = 10
"""30^10: 49 bits, for minutes only and behind a rate limit."""
DIGITS, KEYS = "0123456789", 8
"""What a telephone can key in: 27 bits, redeemed on a call alone, three tries each (`call_center`), never over HTTP."""
SAID = 10
"""Digits of a code that is spoken or sent: 33 bits, good for a screen, behind a rate limit of each address and of all."""

_TABLE = Table(
    "transfer_codes",
    MetaData(),
    Column("hash", String(64), primary_key=True),
    Column("conversation", String(128), nullable=False),
    Column("expires", Float, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCode:
    code: str
    expires_at: datetime


class TransferCodes:
    """Blocking (some ms): run it in a thread. Safe in many threads and processes."""

    def __init__(self, tables: Engine, *, seconds: float, now: Callable[[], float] = time.time) -> None:
        """Raises OSError where the tables cannot be opened."""
        self._tables, self._seconds, self._now = tables, seconds, now
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
        except SQLAlchemyError as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    def issue(self, conversation: ConversationId) -> TransferCode:
        """Raises CodesUnavailable."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        return self._issued(conversation, code, _hash(code))

    def issue_keys(self, conversation: ConversationId) -> TransferCode:
        """Of digits alone, for `redeem_keys`. Raises CodesUnavailable."""
        code = "".join(secrets.choice(DIGITS) for _ in range(KEYS))
        return self._issued(conversation, code, _hash_of_digits(code, b"aisle keys"))

    def issue_said(self, conversation: ConversationId) -> TransferCode:
        """Of digits, to be spoken or sent, for `redeem`. Raises CodesUnavailable."""
        code = "".join(secrets.choice(DIGITS) for _ in range(SAID))
        return self._issued(conversation, code, _hash_of_digits(code, b"aisle said"))

    def redeem(self, code: str) -> ConversationId:
        """Takes the code. Raises TransferCodeInvalid, alike for one that never was, was used or has run out."""
        plain = _plain(code)
        if len(plain) == SAID and plain.isascii() and plain.isdigit():
            with contextlib.suppress(TransferCodeInvalid):
                return self._redeemed(_hash_of_digits(plain, b"aisle said"))
        return self._redeemed(_hash(code))

    def redeem_keys(self, code: str) -> ConversationId:
        """As `redeem`, for a code of `issue_keys`."""
        return self._redeemed(_hash_of_digits(code, b"aisle keys"))

    def outstanding(self, conversation: ConversationId) -> bool:
        """Whether somebody may still come with a code of it. Raises CodesUnavailable."""
        alive = (_TABLE.c.conversation == conversation) & (_TABLE.c.expires > self._now())
        with _kept(), self._tables.connect() as database:
            return bool(database.execute(select(func.count()).select_from(_TABLE).where(alive)).scalar_one())

    def _issued(self, conversation: ConversationId, code: str, hashed: str) -> TransferCode:
        expires = self._now() + self._seconds
        with _kept(), self._tables.begin() as database:
            database.execute(delete(_TABLE).where(_TABLE.c.expires <= self._now()))
            database.execute(insert(_TABLE).values(hash=hashed, conversation=conversation, expires=expires))
        return TransferCode(code=code, expires_at=datetime.fromtimestamp(expires, UTC))

    def _redeemed(self, hashed: str) -> ConversationId:
        known = _TABLE.c.hash == hashed
        with _kept():
            with self._tables.connect() as database:
                row = database.execute(select(_TABLE.c.conversation, _TABLE.c.expires).where(known)).first()
            with self._tables.begin() as database:  # of its own: a reader that turns writer may find the file locked
                mine = row is not None and database.execute(delete(_TABLE).where(known)).rowcount == 1
        if row is None or not mine or row.expires <= self._now():
            raise TransferCodeInvalid
        return ConversationId(row.conversation)


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        log.error("transfer codes: %s", error)
        raise CodesUnavailable from error


def _plain(code: str) -> str:
    """Typed codes come in lower case and with dashes; lone surrogates and the like just never match."""
    return code.upper().replace("-", "").replace(" ", "")


def _hash(code: str) -> str:
    return hashlib.sha256(_plain(code).encode("utf-8", "replace")).hexdigest()


def _hash_of_digits(code: str, kind: bytes) -> str:
    """Another function for each kind than `_hash`, so that a code of one kind is never one of another."""
    return hashlib.blake2b(code.encode("utf-8", "replace"), digest_size=32, person=kind).hexdigest()


def qr_svg(url: str) -> str:
    """An SVG document, black on white as scanners need it, without script or style."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False, svgns=True)
    return out.getvalue().decode()
