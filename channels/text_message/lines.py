"""Lines: which conversation a customer's number is in, how far its events have been sent, and who wants no more (small table).

Blocking: used in `product.in_thread`. Above: `texting`, `text_following`. Below: `tables`, AES-GCM.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.events import ConversationId
from channels.text_message.messages import Line
from channels.text_message.tables import LINES

log = logging.getLogger(__name__)

NONCE = 12
LEASE_SECONDS = 30.0
"""How long a line is not followed when its process has ended without a word."""
MOST_AT_ONCE = 500
"""Lines taken over at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    key: str
    line: Line
    conversation: ConversationId
    """ "": none (any more)."""
    queued: int
    shown: int
    language: str
    stopped: bool
    expires: float


class Lines:
    def __init__(self, engine: Engine, secret: bytes, *, hours: float, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now, self._seconds = engine, now, hours * 3_600
        self._naming = hashlib.blake2b(secret, digest_size=32, person=b"aisle text line").digest()
        self._sealing = AESGCM(hashlib.blake2b(secret, digest_size=32, person=b"aisle text seal").digest())

    def key_of(self, line: Line) -> str:
        return hmac.new(self._naming, msgspec.json.encode(line), hashlib.sha256).hexdigest()

    def of(self, line: Line) -> KnownLine:
        """Made where it is new."""
        key = self.key_of(line)
        known = self.by_key(key)
        if known is not None:
            return known
        sealed = self._sealed(line)
        try:
            with self._engine.begin() as database:
                database.execute(insert(LINES).values(line=key, sealed=sealed, expires=self._now() + self._seconds))
        except IntegrityError:
            pass  # another process has just made it
        found = self.by_key(key)
        assert found is not None
        return found

    def by_key(self, key: str) -> KnownLine | None:
        with self._engine.connect() as database:
            row = database.execute(select(LINES).where(LINES.c.line == key)).first()
        try:
            return self._known(row) if row is not None else None
        except InvalidTag:
            log.error("a phone's number was sealed under another secret: it is reached again when it writes")
            return None

    def lasts(self, known: KnownLine) -> bool:
        """Whether its conversation has not been silent for too long."""
        return known.expires > self._now()

    def heard(self, key: str) -> None:
        """The customer has written: the conversation lasts from here on."""
        self._set(key, expires=self._now() + self._seconds)

    def belongs(self, key: str, conversation: ConversationId, *, queued: int) -> None:
        """From here on it is in that conversation, whose events up to `queued` are not for it."""
        self._set(key, conversation=conversation, queued=queued, shown=0, expires=self._now() + self._seconds)

    def leave(self, key: str, conversation: ConversationId) -> None:
        """It is in no conversation any more, if it still was in that one."""
        with self._engine.begin() as database:
            here = (LINES.c.line == key) & (LINES.c.conversation == conversation)
            database.execute(update(LINES).where(here).values(conversation="", shown=0, followed_until=0.0))

    def stop(self, key: str) -> None:
        self._set(key, stopped=True, conversation="", shown=0, followed_until=0.0)

    def start(self, key: str) -> None:
        self._set(key, stopped=False)

    def progress(
        self, database: Connection, known: KnownLine, *, queued: int, shown: int | None, language: str
    ) -> bool:
        """Within the transaction that queues the messages. False: the line is elsewhere by now, or further."""
        here = (LINES.c.line == known.key) & (LINES.c.conversation == known.conversation) & (LINES.c.queued < queued)
        values: dict[str, Any] = {"queued": queued, "language": language}
        if shown is not None:
            values["shown"] = shown
        return database.execute(update(LINES).where(here).values(**values)).rowcount == 1

    def showed(self, key: str, seq: int) -> None:
        self._set(key, shown=seq)

    # -- who follows ---------------------------------------------------------------------------------------------------

    def take(self, key: str, follower: str, force: bool = False) -> bool:
        """Whether this process follows the line from here on: nobody else does, or it is forced."""
        now = self._now()
        free = LINES.c.line == key
        if not force:
            free &= (LINES.c.followed_until < now) | (LINES.c.follower == follower)
        values = {"follower": follower, "followed_until": now + LEASE_SECONDS}
        with self._engine.begin() as database:
            return database.execute(update(LINES).where(free).values(**values)).rowcount == 1

    def renew(self, follower: str) -> frozenset[str]:
        """All that this process follows; their keys."""
        with self._engine.begin() as database:
            mine = (LINES.c.follower == follower) & (LINES.c.followed_until > 0)
            database.execute(update(LINES).where(mine).values(followed_until=self._now() + LEASE_SECONDS))
            return frozenset(row.line for row in database.execute(select(LINES.c.line).where(mine)))

    def release(self, follower: str) -> None:
        with self._engine.begin() as database:
            database.execute(update(LINES).where(LINES.c.follower == follower).values(followed_until=0.0))

    def unfollowed(self, most: int = MOST_AT_ONCE) -> tuple[str, ...]:
        """Keys of lines in a conversation that nobody follows."""
        now = self._now()
        alone = (LINES.c.conversation != "") & (LINES.c.followed_until < now) & (LINES.c.expires > now)
        with self._engine.connect() as database:
            return tuple(row.line for row in database.execute(select(LINES.c.line).where(alone).limit(most)))

    def expired(self, most: int = MOST_AT_ONCE) -> tuple[tuple[str, ConversationId], ...]:
        """Keys of lines in a conversation that have been silent for too long, and that conversation."""
        over = (LINES.c.conversation != "") & (LINES.c.expires <= self._now())
        with self._engine.connect() as database:
            rows = database.execute(select(LINES.c.line, LINES.c.conversation).where(over).limit(most))
            return tuple((row.line, ConversationId(row.conversation)) for row in rows)

    def forget(self, before: float) -> None:
        """Lines that have been silent since; those that were stopped stay stopped."""
        old = (LINES.c.conversation == "") & (LINES.c.expires < before) & LINES.c.stopped.is_(False)
        with self._engine.begin() as database:
            database.execute(delete(LINES).where(old))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _set(self, key: str, **values: Any) -> None:
        with self._engine.begin() as database:
            database.execute(update(LINES).where(LINES.c.line == key).values(**values))

    def _known(self, row: Row[Any]) -> KnownLine:
        fields = row._mapping
        return KnownLine(
            key=fields["line"],
            line=self._opened(fields["sealed"]),
            conversation=ConversationId(fields["conversation"]),
            **{name: fields[name] for name in ("queued", "shown", "language", "stopped", "expires")},
        )

    def _sealed(self, line: Line) -> str:
        nonce = secrets.token_bytes(NONCE)
        return base64.b64encode(nonce + self._sealing.encrypt(nonce, msgspec.json.encode(line), None)).decode()

    def _opened(self, sealed: str) -> Line:
        """Raises cryptography's InvalidTag for another installation's secret."""
        raw = base64.b64decode(sealed)
        return msgspec.json.decode(self._sealing.decrypt(raw[:NONCE], raw[NONCE:], None), type=Line)
