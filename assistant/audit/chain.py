"""Chain: entries -> rows, each linked to the one before, many in one transaction. Blocking; safe in many threads and processes.

Whoever writes locks their lane's head for the length of one commit. Above: `journal`, the command line. Below: the tables,
the arithmetic of `links`.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.audit.acts import SYSTEM, Entry, clipped
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_tables import ENTRIES, HEADS, LANES, make_tables
from assistant.audit.keys import KeyRing
from assistant.audit.links import Head, Row, details_text, first_link, link_of, seal_of, value_digest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """An entry with the moment of the act: microseconds since 1970."""

    at: int
    entry: Entry


@dataclass(slots=True)
class Chain:
    engine: Engine
    ring: KeyRing
    now: Callable[[], int] = lambda: time.time_ns() // 1_000
    lane: int = -1
    _wrote: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    """Where this process left its lanes: a head behind that was turned back."""

    def open(self) -> None:
        """Makes what is missing at the very first start, and takes the lane that rests the longest. Raises AuditUnavailable."""
        with self._told():
            make_tables(self.engine)
            with self.engine.connect() as db:
                heads = db.execute(select(HEADS.c.lane).order_by(*self._rested(), HEADS.c.lane)).scalars().all()
                begun = db.execute(select(ENTRIES.c.seq).limit(1)).first() is not None
            if not heads and not begun:
                self._begin()
                heads = list(range(LANES))
            if len(heads) < LANES:
                log.error("the audit log lacks %d of its %d heads: `aisle audit verify`", LANES - len(heads), LANES)
            if not heads:
                raise AuditUnavailable("its heads are gone and its entries are not: `aisle audit verify` tells more")
            self.lane = heads[0]

    def _rested(self) -> tuple[Any, ...]:
        """A file has one writer at a time in any case: there one lane keeps everything in one order."""
        return (HEADS.c.at,) if self.engine.dialect.name == "postgresql" else ()

    def _begin(self) -> None:
        key = self.ring.newest
        with contextlib.suppress(IntegrityError), self.engine.begin() as db:  # another process was first
            for lane in range(LANES):
                link = first_link(lane, self.ring.key(key))
                fresh = Head(lane=lane, seq=0, at=0, key=key, link=link, base_seq=0, base_link=link, seal=b"")
                db.execute(insert(HEADS).values(asdict(self._sealed(fresh))))

    def append(self, entries: Sequence[Timed]) -> None:
        """All or none, durable when it returns. Raises AuditUnavailable."""
        if self.lane < 0:
            self.open()
        with self._told():
            for lane in (self.lane, *(n for n in range(LANES) if n != self.lane)):
                if self._append(lane, entries):
                    self.lane = lane
                    return
        raise AuditUnavailable("every lane of it was changed from outside: `aisle audit verify` tells where")

    def _append(self, lane: int, entries: Sequence[Timed]) -> bool:
        """False: this lane's head is not what we left, and nothing may stand behind it."""
        with self.engine.begin() as db:
            head = self.locked(db, lane)
            if head is None or not self.sealed_well(head):
                log.error("lane %d of the audit log was changed from outside: `aisle audit verify`", lane)
                return False
            seq, link = self._wrote.get(lane, (0, b""))
            if head.seq < seq or (head.seq == seq and link not in (b"", head.link)):
                log.error("lane %d of the audit log was turned back from entry %d to %d", lane, seq, head.seq)
                entries = [self._turned_back(lane, seq), *entries]
            head = self.write(db, head, entries)
        self._wrote[lane] = (head.seq, head.link)
        return True

    def _turned_back(self, lane: int, seq: int) -> Timed:
        lost = Entry(act="entries_lost", who=SYSTEM, what=f"lane:{lane}", why="turned_back", details={"seq": seq})
        return Timed(at=self.now(), entry=lost)

    def locked(self, db: Connection, lane: int) -> Head | None:
        """The lane is this transaction's alone until it ends: written first, so that SQLite locks as PostgreSQL does."""
        mine = HEADS.c.lane == lane
        if not db.execute(update(HEADS).where(mine).values(seq=HEADS.c.seq)).rowcount:
            return None
        return head_of(db.execute(select(HEADS).where(mine)).one())

    def write(self, db: Connection, head: Head, entries: Sequence[Timed], *, key: str = "") -> Head:
        """Behind a head that is locked. key: under which the lane goes on afterwards. Raises AuditKeyMissing."""
        own, link, seq = self.ring.key(head.key), head.link, head.seq
        values: list[dict[str, Any]] = []
        for timed in entries:
            seq += 1
            row = row_of(head.lane, seq, head.key, timed)
            link = link_of(row, link, own)
            values.append({**asdict(row), "link": link})
        if values:
            db.execute(insert(ENTRIES), values)
        at = entries[-1].at if entries else head.at
        head = self._sealed(replace(head, seq=seq, at=at, link=link, key=key or head.key))
        db.execute(update(HEADS).where(HEADS.c.lane == head.lane).values(asdict(head)))
        return head

    def sealed_well(self, head: Head) -> bool:
        """Raises AuditKeyMissing."""
        return hmac.compare_digest(head.seal, self._sealed(head).seal)

    def _sealed(self, head: Head) -> Head:
        return replace(head, seal=seal_of(head, self.ring.key(head.key)))

    def heads(self, db: Connection) -> list[Head]:
        return [head_of(row) for row in db.execute(select(HEADS).order_by(HEADS.c.lane))]

    def digest(self, value: str) -> str:
        """In the place of words, which never stand in the log."""
        return value_digest(value, self.ring.key(self.ring.newest))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise AuditUnavailable(str(getattr(error, "orig", None) or error).splitlines()[0]) from error


def row_of(lane: int, seq: int, key: str, timed: Timed) -> Row:
    entry = clipped(timed.entry)
    return Row(
        lane=lane,
        seq=seq,
        at=timed.at,
        key=key,
        who_kind=entry.who.kind,
        who=entry.who.id,
        act=entry.act,
        what=entry.what,
        whose=entry.whose,
        why=entry.why,
        result=entry.result,
        details=details_text(entry.details),
        link=b"",
    )


def head_of(found: Any) -> Head:
    values = dict(found._mapping)
    return Head(**{**values, **{name: bytes(values[name]) for name in ("link", "base_link", "seal")}})
