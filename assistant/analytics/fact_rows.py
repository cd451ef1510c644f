"""Rows of facts: kept in place of older ones, read for a span of time, deleted where consent is gone. Blocking.

Above: `folding`, `measuring`, exports, drift. Below: `analytics_tables`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.analytics.analytics_tables import FACTS, RUNS, SEARCHES, WORDS, make_tables
from assistant.analytics.conversation_facts import ConversationFacts
from assistant.analytics.marks import Marks, normalised
from assistant.desk.tables import stamp
from assistant.errors import StoreUnavailable
from assistant.privacy.masking.masked import masked

ENOUGH: Final = 3
"""Conversations that must have searched the same before its words are kept: fewer could tell of somebody."""
LONGEST_SEARCH: Final = 120
PAGE: Final = 500
_TOO_MANY: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What is kept of one conversation. facts None: its customer's consent to analytics is missing."""

    conversation_id: str
    log_id: int
    last_seq: int
    started_at: str
    facts: ConversationFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """As it stands in the table, for figures, exports and drift."""

    conversation_id: str
    started_at: str
    last_at: str
    person_mark: str
    channels: tuple[str, ...]
    language: str
    store: str
    customer_turns: int
    replies: int
    latency_p50: float | None
    latency_max: float | None
    not_understood: int
    failed_turns: int
    intents: tuple[str, ...]
    handoff: str
    asked_for_person: bool
    agent_joined: bool
    outcome: str
    thumbs_up: int
    thumbs_down: int
    last_thumb: str
    changes_done: int
    searches: int
    not_found: int
    opened: bool
    carted: bool
    checked_out: bool
    closed: bool


_LISTS: Final = ("channels", "intents")
_FLAGS: Final = ("asked_for_person", "agent_joined", "opened", "carted", "checked_out", "closed")
_READ: Final = tuple(FACTS.c[name] for name in FactRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class FactRows:
    """`make_tables` first, once. Everything raises StoreUnavailable."""

    engine: Engine
    marks: Marks

    def make_tables(self) -> None:
        with translated():
            make_tables(self.engine)

    def known(self, log_ids: Sequence[int]) -> dict[int, int]:
        """How far each conversation was read, by its number in the log."""
        asked = select(FACTS.c.log_id, FACTS.c.last_seq).where(FACTS.c.log_id.in_(log_ids))
        with translated(), self.engine.connect() as db:
            return {int(row[0]): int(row[1]) for row in db.execute(asked)}

    def keep(self, folded: Sequence[Folded]) -> None:
        with translated(), self.engine.begin() as db:
            for one in folded:
                _forget(db, one.conversation_id)
                db.execute(insert(FACTS).values(self._row(one)))
                if one.facts is not None:
                    self._keep_searches(db, one.facts)

    def forget(self, conversations: Sequence[str]) -> None:
        with translated(), self.engine.begin() as db:
            for name in conversations:
                _forget(db, name)

    def forget_people(self, customers: Collection[str]) -> int:
        """Rows of customers who let nobody analyse what they do: all of theirs, also of conversations long past."""
        marks, gone = sorted({self.marks.of_person(one) for one in customers} - {""}), 0
        with translated(), self.engine.begin() as db:
            for first in range(0, len(marks), _TOO_MANY):
                some = marks[first : first + _TOO_MANY]
                gone += int(db.execute(delete(FACTS).where(FACTS.c.person_mark.in_(some))).rowcount)
                db.execute(delete(SEARCHES).where(SEARCHES.c.person_mark.in_(some)))
        return gone

    def forget_rare_words(self) -> int:
        """Words that too few conversations are left of."""
        enough = select(SEARCHES.c.search_mark).group_by(SEARCHES.c.search_mark).having(func.count() >= ENOUGH)
        with translated(), self.engine.begin() as db:
            return int(db.execute(delete(WORDS).where(WORDS.c.search_mark.not_in(enough))).rowcount)

    def between(self, since: datetime, until: datetime) -> Iterator[FactRow]:
        """Conversations that began in that time, in that order, a page at a time."""
        order = (FACTS.c.started_at, FACTS.c.conversation_id)
        asked = select(*_READ).where(order[0] >= stamp(since), order[0] < stamp(until), FACTS.c.left_out == 0)
        asked = asked.order_by(*order).limit(PAGE)
        last: tuple[str, str] | None = None
        while True:
            at, name = last or ("", "")
            query = asked.where((order[0] > at) | ((order[0] == at) & (order[1] > name))) if last else asked
            with translated(), self.engine.connect() as db:
                page = [_read(row) for row in db.execute(query).mappings()]
            yield from page
            if len(page) < PAGE:
                return
            last = (page[-1].started_at, page[-1].conversation_id)

    def left_out(self, since: datetime, until: datetime) -> int:
        """Conversations of that time without consent: how many, and no more."""
        asked = select(func.count()).where(
            FACTS.c.started_at >= stamp(since), FACTS.c.started_at < stamp(until), FACTS.c.left_out == 1
        )
        with translated(), self.engine.connect() as db:
            return int(db.execute(asked).scalar_one())

    def not_found(self, since: datetime, until: datetime, *, most: int = 100) -> list[tuple[str, int]]:
        """What was searched and not found, with how many conversations of that time searched it; the most wanted first."""
        count = func.count().label("count")
        asked = (
            select(WORDS.c.words, count)
            .join(SEARCHES, SEARCHES.c.search_mark == WORDS.c.search_mark)
            .where(SEARCHES.c.at >= stamp(since), SEARCHES.c.at < stamp(until))
            .group_by(WORDS.c.search_mark, WORDS.c.words)
            .having(count >= ENOUGH)
            .order_by(count.desc(), WORDS.c.words)
            .limit(most)
        )
        with translated(), self.engine.connect() as db:
            return [(str(row[0]), int(row[1])) for row in db.execute(asked)]

    def folded_at(self) -> str:
        """When the log was read last; empty: never."""
        with translated(), self.engine.connect() as db:
            return str(db.execute(select(RUNS.c.folded_at).where(RUNS.c.name == "folding")).scalar() or "")

    def _row(self, one: Folded) -> dict[str, Any]:
        facts = one.facts or ConversationFacts(conversation_id=one.conversation_id)
        names = [column.name for column in FACTS.columns]
        row: dict[str, Any] = {name: getattr(facts, name) for name in names if hasattr(facts, name)}
        row |= {name: " ".join(row[name]) for name in _LISTS} | {name: int(row[name]) for name in _FLAGS}
        return {
            **row,
            "conversation_id": one.conversation_id,
            "log_id": one.log_id,
            "last_seq": one.last_seq,
            "started_at": one.started_at,
            "left_out": int(one.facts is None),
            "person_mark": self.marks.of_person(facts.customer_id),
            "latency_p50": facts.latency_p50,
            "latency_max": round(max(facts.latencies), 3) if facts.latencies else None,
            "not_found": len(facts.not_found),
        }

    def _keep_searches(self, db: Connection, facts: ConversationFacts) -> None:
        words = {self.marks.of_search(one): one for one in facts.not_found if normalised(one)}
        person = self.marks.of_person(facts.customer_id)
        for mark, said in words.items():
            row = {"conversation_id": facts.conversation_id, "search_mark": mark, "person_mark": person}
            db.execute(insert(SEARCHES).values(**row, at=facts.started_at))
            count = db.execute(select(func.count()).where(SEARCHES.c.search_mark == mark)).scalar_one()
            known = db.execute(select(WORDS.c.search_mark).where(WORDS.c.search_mark == mark)).first()
            if count >= ENOUGH and known is None:
                db.execute(insert(WORDS).values(search_mark=mark, words=normalised(masked(said))[:LONGEST_SEARCH]))


def _forget(db: Connection, name: str) -> None:
    db.execute(delete(FACTS).where(FACTS.c.conversation_id == name))
    db.execute(delete(SEARCHES).where(SEARCHES.c.conversation_id == name))


def _read(row: Any) -> FactRow:
    values = dict(row)
    values |= {name: tuple(values[name].split()) for name in _LISTS} | {name: bool(values[name]) for name in _FLAGS}
    return FactRow(**values)


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"analytics' tables cannot be used: {type(error).__name__}") from error
