"""Tickets: what opens one socket, once, within half a minute, in place of a token that lives for weeks (ASVS 4.4.3).

A ticket is a signed copy of what its holder's token says, for an audience of its own; that it is spent stands in `product.tables`,
so that it works once over all replicas. Above: `front_door`, the desk's door. Below: `auth`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import jwt
from sqlalchemy import Column, Engine, Float, MetaData, String, Table, delete, insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from channels.edge.auth import LONGEST_TOKEN
from channels.errors import CodesUnavailable, NotAllowed

TICKET_SECONDS = 30
Audience = Literal["aisle:socket", "aisle:desk-socket"]

_TABLE = Table(
    "spent_tickets",
    MetaData(),
    Column("ticket", String(64), primary_key=True),
    Column("expires", Float, nullable=False),
)


class SocketTickets:
    """`redeem` blocks (under a ms): run it in a thread."""

    def __init__(self, secret: bytes, tables: Engine, audience: Audience, *, now: Callable[[], float] = time.time):
        """Raises OSError where the tables cannot be opened."""
        self._secret, self._tables, self._audience, self._now = secret, tables, audience, now
        try:
            with tables.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))
        except SQLAlchemyError as error:
            raise OSError(f"{tables.url} cannot be opened ({error}): check the disk and its rights") from error

    def issue(self, claims: Mapping[str, Any]) -> tuple[str, float]:
        """The ticket, and when it runs out. claims: what the holder's token says."""
        expires = self._now() + TICKET_SECONDS
        told = {"aud": self._audience, "exp": int(expires), "tid": secrets.token_hex(16), "of": dict(claims)}
        return jwt.encode(told, self._secret, algorithm="HS256"), expires

    def redeem(self, ticket: str) -> Mapping[str, Any]:
        """What its holder's token said. Raises NotAllowed, alike for none, a used and a late one; CodesUnavailable."""
        if not ticket or len(ticket) > LONGEST_TOKEN:
            raise NotAllowed
        try:
            told = jwt.decode(
                ticket,
                self._secret,
                algorithms=["HS256"],
                audience=self._audience,
                options={"require": ["aud", "exp", "tid", "of"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotAllowed from error
        if told["exp"] <= self._now():
            raise NotAllowed
        self._spend(str(told["tid"]), float(told["exp"]))
        of: Mapping[str, Any] = told["of"]
        return of

    def _spend(self, ticket: str, expires: float) -> None:
        try:
            with self._tables.begin() as database:
                database.execute(delete(_TABLE).where(_TABLE.c.expires <= self._now() - TICKET_SECONDS))
                database.execute(insert(_TABLE).values(ticket=ticket, expires=expires))
        except IntegrityError as error:
            raise NotAllowed from error
        except SQLAlchemyError as error:
            raise CodesUnavailable from error
