"""Old rows: memories, call-backs, sign-ins and recordings that were kept as long as the rules say. Blocking.

It names tables and imports none, for some are the channels'. Above: `retention`. Below: SQLAlchemy, the file system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, column, create_engine, delete, func, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from assistant.desk.tables import stamp
from assistant.errors import StoreUnavailable
from assistant.privacy.privacy_rules import RetentionRules

RECORDINGS: Final = "recordings"
MEMORIES_FILE: Final = "customers.db"
_BY_SECONDS: Final[Mapping[str, tuple[str, str]]] = {
    "sign_in_codes": ("expires", "conversation"),
    "sign_in_asked": ("at", "conversation"),
    "proven_addresses": ("proven_at", "conversation"),
    "text_lines": ("expires", "conversation"),
    "whereabouts": ("since", "conversation"),
}
"""Times in seconds, and the column of the conversation that a hold may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What legal holds name."""

    conversations: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """The customers as their memories name them."""


def forget_old(
    engine: Engine, home: Path, rules: RetentionRules, held: Held, now: datetime, dry_run: bool
) -> dict[str, int]:
    """How many of each kind went, or would. Raises StoreUnavailable, OSError."""
    try:
        there = set(inspect(engine).get_table_names())
        with engine.begin() as db:
            return {
                "callbacks": _callbacks(db, there, rules.keeps("callbacks"), held, now, dry_run),
                "memories": _memories(db, there, home, rules.keeps("memories"), held, now, dry_run),
                "accounts": _accounts(db, there, rules.keeps("accounts"), held, now, dry_run),
                "recordings": _recordings(home / RECORDINGS, rules.keeps("recordings"), now, dry_run),
            }
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"old rows cannot be forgotten: {type(error).__name__}") from error


def _callbacks(
    db: Connection, there: set[str], kept: timedelta | None, held: Held, now: datetime, dry_run: bool
) -> int:
    """Those that are done: who still waits for a call is called."""
    if kept is None or "desk_callbacks" not in there:
        return 0
    state: Any = column("state")
    done_at: Any = column("done_at")
    which = (state == "done") & (done_at != "") & (done_at < stamp(now - kept))
    which &= column("conversation_id").not_in(held.conversations)
    which &= column("customer_id").not_in(held.customers)
    return _gone(db, "desk_callbacks", which, dry_run)


def _memories(
    db: Connection,
    there: set[str],
    home: Path,
    kept: timedelta | None,
    held: Held,
    now: datetime,
    dry_run: bool,
) -> int:
    """In the table that replicas share, or in the file of one server (whose pages SQLite then overwrites)."""
    if kept is None:
        return 0
    which = column("at") < round((now - kept).timestamp() * 1_000_000)
    which &= column("owner").not_in(held.owners)
    gone = _gone(db, "memories", which, dry_run) if "memories" in there else 0
    if not (home / MEMORIES_FILE).exists():
        return gone
    file = create_engine(f"sqlite:///{home / MEMORIES_FILE}", poolclass=NullPool, hide_parameters=True)
    with file.begin() as own:
        own.exec_driver_sql("PRAGMA secure_delete = ON")
        return gone + (_gone(own, "memories", which, dry_run) if inspect(own).has_table("memories") else 0)


def _accounts(db: Connection, there: set[str], kept: timedelta | None, held: Held, now: datetime, dry_run: bool) -> int:
    if kept is None:
        return 0
    end, gone = (now - kept).timestamp(), 0
    for name, (at, conversation) in _BY_SECONDS.items():
        if name in there:
            free = column(conversation).not_in(held.conversations)
            gone += _gone(db, name, (column(at) < end) & free, dry_run)
    return gone


def _recordings(folder: Path, kept: timedelta | None, now: datetime, dry_run: bool) -> int:
    """Files that a carrier's recordings were put into; Aisle itself records no sound."""
    if kept is None or not folder.is_dir():
        return 0
    old = [file for file in folder.rglob("*") if file.is_file() and file.stat().st_mtime < (now - kept).timestamp()]
    for file in old if not dry_run else ():
        file.unlink(missing_ok=True)
    return len(old)


def _gone(db: Connection, name: str, which: Any, dry_run: bool) -> int:
    if dry_run:
        return int(db.execute(select(func.count()).select_from(table(name)).where(which)).scalar_one())
    return int(db.execute(delete(table(name)).where(which)).rowcount)
