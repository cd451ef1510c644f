"""One-time codes: asked for within limits, tried a few times, used once, in the conversation that asked.

All limits are counted in the database, so that they hold over all processes and over a restart. Nothing here depends on
whether somebody has the address. Above: `signing_in`. Below: `sign_in_tables`.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import Column, Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.customer_sign_in.addresses import Address
from channels.customer_sign_in.errors import CodeRefused
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.customer_sign_in.sign_in_tables import Hashes, asked, codes, days, kept
from channels.errors import TooMany
from channels.sending.messengers import Way

DIGITS = 6
HOUR, DAY = 3_600.0, 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    code: str
    """To be sent, and kept nowhere."""
    expires_at: datetime
    resend_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    sent_to: str
    expires_at: datetime
    resend_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    way: Way
    address: str
    """As a keyed hash."""
    customer: str


class SignInCodes:
    """Blocking (some ms): run it in a thread. Safe in many threads and processes."""

    def __init__(
        self, tables: Engine, hashes: Hashes, settings: SignInSettings, *, now: Callable[[], float] = time.time
    ) -> None:
        self._tables, self._hashes, self._settings, self._now = tables, hashes, settings, now

    def issue(self, conversation: str, address: Address, *, network: str, customer: str) -> Issued:
        """A code for that address; one that was waited for is void. customer: whose it is; "" for nobody's, which takes
        the same way. Raises TooMany, SignInUnavailable."""
        now, settings = self._now(), self._settings
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        expires, resend = now + settings.code_seconds, now + settings.resend_seconds
        with kept(self._tables) as database:
            self._check(database, conversation, address, network, now)
            self._count(database, conversation, address, network, now, sent=bool(customer))
            database.execute(delete(codes).where((codes.c.conversation == conversation) | (codes.c.expires <= now)))
            row = {
                "conversation": conversation,
                "hash": self._hashes.of_code(conversation, code),
                "way": address.way,
                "address": self._hashes.of_address(address),
                "sent_to": address.masked,
                "customer": customer,
                "tries": settings.tries,
                "expires": expires,
                "resend_after": resend,
            }
            database.execute(insert(codes).values(row))
        return Issued(code=code, expires_at=_time(expires), resend_after=_time(resend))

    def waiting(self, conversation: str) -> Waiting | None:
        query = select(codes).where(codes.c.conversation == conversation, codes.c.expires > self._now())
        with kept(self._tables) as database:
            row = database.execute(query).first()
        if row is None:
            return None
        return Waiting(sent_to=row.sent_to, expires_at=_time(row.expires), resend_after=_time(row.resend_after))

    def redeem(self, conversation: str, code: str) -> Confirmed:
        """Takes one of the tries; the right code is used up. Raises CodeRefused, alike for all that does not work."""
        given = "".join(letter for letter in code[:32] if letter not in " -\u00a0")
        with kept(self._tables) as database:
            confirmed = self._tried(database, conversation, given)
        if confirmed is None:
            raise CodeRefused
        return confirmed

    def forget(self, conversation: str) -> None:
        with kept(self._tables) as database:
            database.execute(delete(codes).where(codes.c.conversation == conversation))

    def _tried(self, database: Connection, conversation: str, code: str) -> Confirmed | None:
        """The try is taken before the look, so that as many at once as there are processes count as many."""
        mine = codes.c.conversation == conversation
        takes = update(codes).where(mine, codes.c.tries > 0, codes.c.expires > self._now())
        if not database.execute(takes.values(tries=codes.c.tries - 1)).rowcount:
            return None
        row = database.execute(select(codes).where(mine)).first()
        if row is None or not hmac.compare_digest(row.hash, self._hashes.of_code(conversation, code)):
            return None
        used = database.execute(delete(codes).where(mine, codes.c.hash == row.hash)).rowcount
        if not used or not row.customer:
            return None
        return Confirmed(way=cast("Way", row.way), address=row.address, customer=row.customer)

    def _check(self, database: Connection, conversation: str, address: Address, network: str, now: float) -> None:
        """Raises TooMany, with the time until the first of its limits lets go."""
        settings, given = self._settings, self._hashes.of_address(address)
        sent = self._queue_up(database, now)
        waits = [
            _wait(database, asked.c.conversation, conversation, 1, settings.resend_seconds, now),
            _wait(database, asked.c.conversation, conversation, settings.per_conversation, HOUR, now),
            _wait(database, asked.c.address, given, settings.per_address, HOUR, now),
            _wait(database, asked.c.address, given, settings.per_address * 2, DAY, now),
            _wait(database, asked.c.network, self._hashes.of_network(network), settings.per_network, HOUR, now),
        ]
        if sent >= settings.per_day:
            tomorrow = _time(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            waits.append(tomorrow.timestamp() - now)
        if max(waits) > 0:
            raise TooMany("codes", retry_after=max(waits))

    def _queue_up(self, database: Connection, now: float) -> int:
        """Whoever comes next waits at the day's row until this transaction ends. Returns how many messages it had."""
        today = _time(now).date().isoformat()
        mine = days.c.day == today
        counts = update(days).where(mine).values(asked=days.c.asked + 1)
        if not database.execute(counts).rowcount:
            try:
                with database.begin_nested():
                    database.execute(insert(days).values(day=today, asked=1, sent=0))
            except IntegrityError:  # another process began the day
                database.execute(counts)
        return int(database.execute(select(days.c.sent).where(mine)).scalar_one())

    def _count(
        self, database: Connection, conversation: str, address: Address, network: str, now: float, *, sent: bool
    ) -> None:
        database.execute(delete(asked).where(asked.c.at <= now - DAY))
        row = {
            "id": secrets.token_hex(16),
            "at": now,
            "conversation": conversation,
            "address": self._hashes.of_address(address),
            "network": self._hashes.of_network(network),
        }
        database.execute(insert(asked).values(row))
        today = _time(now).date().isoformat()
        database.execute(update(days).where(days.c.day == today).values(sent=days.c.sent + int(sent)))


def _wait(database: Connection, column: Column[str], value: str, most: int, seconds: float, now: float) -> float:
    """Until fewer than `most` of these lie within the last `seconds`; 0 when they do."""
    newest = select(asked.c.at).where(column == value, asked.c.at > now - seconds).order_by(asked.c.at.desc())
    at = database.execute(newest.offset(most - 1).limit(1)).scalar()
    return 0.0 if at is None else max(0.0, float(at) + seconds - now)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
