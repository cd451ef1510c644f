"""What can go wrong with a PostgreSQL server, and which of it passes by itself. Above: postgres, postgres_lanes.

asyncpg is named by its words and codes, not by its classes: this module is imported only where PostgreSQL is used.
"""

from __future__ import annotations

from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from assistant.errors import StoreUnavailable

TROUBLE: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""All that a statement or a connection may fail with."""

_PASSING = (
    "08",  # connection
    "57P",  # server ending, starting
    "53300",  # too many connections
    "40",  # serialization, deadlock
    "55P03",  # lock not available in time
    "25006",  # read only: a standby that is being promoted
)


class Unreachable:
    """Words for a log or a customer's engineer: no statement, no parameters."""

    @staticmethod
    def of(error: BaseException) -> str:
        cause = getattr(error, "orig", None) or error
        said = str(getattr(cause, "__cause__", None) or cause) or type(cause).__name__
        return said.splitlines()[0][:200]


def state_of(error: BaseException) -> str:
    """SQLSTATE; empty where the server said nothing."""
    for one in (error, getattr(error, "orig", None), getattr(getattr(error, "orig", None), "__cause__", None)):
        if code := (getattr(one, "sqlstate", None) or getattr(one, "pgcode", None)):
            return str(code)
    return ""


def passes(error: BaseException) -> bool:
    """Worth another try on a new connection."""
    if state := state_of(error):
        return state.startswith(_PASSING)
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error.orig, OSError) or _lost(error)
    return isinstance(error, OSError | TimeoutError | asyncpg.InterfaceError) or type(error).__name__ == "TimeoutError"


def _lost(error: DBAPIError) -> bool:
    return any(sign in str(error.orig).lower() for sign in ("connection", "closed", "timeout"))


def unavailable(what: str, error: BaseException) -> StoreUnavailable:
    said = Unreachable.of(error)
    state = state_of(error)
    way_out = "free some space on its disk" if state == "53100" else "check AISLE_DATABASE_URL and the server's own log"
    return StoreUnavailable(f"the log on PostgreSQL cannot be {what} now ({said}): {way_out}; nothing was acknowledged")
