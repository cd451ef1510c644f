"""The small tables of customers' sign-in, on `product.tables`. Addresses and codes lie there as keyed hashes alone.

Portable SQL. Above: `codes`, `proven`.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Engine, Float, Index, Integer, MetaData, String, Table
from sqlalchemy.exc import SQLAlchemyError

from channels.customer_sign_in.addresses import Address
from channels.customer_sign_in.errors import SignInUnavailable

log = logging.getLogger(__name__)

metadata = MetaData()

codes = Table(
    "sign_in_codes",
    metadata,
    Column("conversation", String(128), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("way", String(8), nullable=False),
    Column("address", String(64), nullable=False),
    Column("sent_to", String(300), nullable=False),
    Column("customer", String(256), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("expires", Float, nullable=False),
    Column("resend_after", Float, nullable=False),
)
"""The code that a conversation waits for. No customer: nobody has that address, and no code will do."""

asked = Table(
    "sign_in_asked",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("conversation", String(128), nullable=False),
    Column("address", String(64), nullable=False),
    Column("network", String(64), nullable=False),
    Index("sign_in_asked_conversation", "conversation", "at"),
    Index("sign_in_asked_address", "address", "at"),
    Index("sign_in_asked_network", "network", "at"),
)
"""Of the last day, whether or not a message went out."""

days = Table(
    "sign_in_days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("asked", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
)
"""Its row is what those who ask queue up at: what they count then holds."""

proven = Table(
    "proven_addresses",
    metadata,
    Column("conversation", String(128), primary_key=True),
    Column("way", String(8), primary_key=True),
    Column("address", String(64), nullable=False, index=True),
    Column("proven_at", Float, nullable=False),
    Column("expires", Float, nullable=False),
)


class Hashes:
    """Six digits and telephone numbers are few enough to try all: without the installation's secret nobody can."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"aisle sign-in").digest()

    def of_code(self, conversation: str, code: str) -> str:
        return self._of("code", conversation, code)

    def of_address(self, address: Address) -> str:
        return self._of("address", address.way, address.value)

    def of_network(self, network: str) -> str:
        return self._of("network", network)

    def _of(self, *parts: str) -> str:
        whole = "\0".join(parts).encode("utf-8", "replace")
        return hmac.new(self._key, whole, hashlib.sha256).hexdigest()


@contextmanager
def kept(tables: Engine) -> Iterator[Connection]:
    """One transaction. Raises SignInUnavailable where the database cannot be used."""
    try:
        with tables.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        log.error("sign-in codes: %s", type(error).__name__)
        raise SignInUnavailable from error
