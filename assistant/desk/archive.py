"""The desk's archive: what is derived of every conversation, kept in the house's small tables for search and figures.

It follows the log: what this process appended is written within seconds, what was missed is found at the start. Losing it
loses nothing: it is made again. Blocking parts are used in threads. Above: the office. Below: `desk_records`, `desk_tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update

from assistant.desk.records import ConversationRecord, HandoffRecord
from assistant.desk.tables import CONVERSATIONS, HANDOFFS, stamp
from assistant.sealing.ports import SEALED_PREFIX, Sealer, Unsealed

MOST_EXPORTED_AT_ONCE = 500
MOST_SEARCHED = 20_000
SEARCHED_AT_ONCE = 500
_PLACE = "words to search"
PASSAGE = 160
"""Characters around what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is searched for; what is empty does not narrow."""

    words: str = ""
    customer: str = ""
    order: str = ""
    agent: str = ""
    since: datetime | None = None
    until: datetime | None = None
    closed: bool | None = None

    @property
    def nothing(self) -> bool:
        return not any((self.words.strip(), self.customer, self.order, self.agent, self.since, self.until))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastConversation:
    conversation_id: str
    status: str
    started_at: str
    last_at: str
    customer_id: str
    agents: tuple[str, ...]
    orders: tuple[str, ...]
    channels: tuple[str, ...]
    language: str
    outcome: str
    words: str
    """The passage that was found, else how it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    made: int
    used: int
    unedited: int
    distances: tuple[int, ...]


class DeskArchive:
    def __init__(self, engine: Engine, sealing: Sealer | None = None) -> None:
        self._engine, self._sealing = engine, sealing or Unsealed()

    def keep(self, records: Iterable[ConversationRecord]) -> None:
        """In place of what was kept of them."""
        with self._engine.begin() as connection:
            for record in records:
                name = record.conversation_id
                connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == name))
                connection.execute(delete(HANDOFFS).where(HANDOFFS.c.conversation_id == name))
                connection.execute(insert(CONVERSATIONS).values(self._sealed(record.row())))
                if record.handoffs:
                    connection.execute(insert(HANDOFFS), [asdict(one) for one in record.handoffs])

    def _sealed(self, row: dict[str, Any]) -> dict[str, Any]:
        words: str = row["words"]
        return {**row, "words": self._sealing.seal(row["conversation_id"], _PLACE, words.encode()) if words else ""}

    def forget_clear(self) -> int:
        """Words from before they were sealed go, and are derived again from the log; how many."""
        clear = (CONVERSATIONS.c.words != "") & ~CONVERSATIONS.c.words.startswith(SEALED_PREFIX)
        with self._engine.begin() as connection:
            return int(connection.execute(update(CONVERSATIONS).where(clear).values(words="", last_seq=0)).rowcount)

    def seqs(self) -> dict[str, int]:
        """How far each conversation was read."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(CONVERSATIONS.c.conversation_id, CONVERSATIONS.c.last_seq)).all()
        return {str(row[0]): int(row[1]) for row in rows}

    def find(self, sought: Sought, *, limit: int) -> tuple[PastConversation, ...]:
        """The newest first, among the MOST_SEARCHED newest that the rest fits. Every word must be there; case does not count.

        Words lie sealed, so they are opened here and looked through in memory: some 30 µs a conversation."""
        query = select(CONVERSATIONS).order_by(CONVERSATIONS.c.last_at.desc(), CONVERSATIONS.c.conversation_id)
        for condition in _conditions(sought):
            query = query.where(condition)
        wanted, found = sought.words.lower().split(), []
        with self._engine.connect() as connection:
            for first in range(0, MOST_SEARCHED, SEARCHED_AT_ONCE):
                rows = connection.execute(query.limit(SEARCHED_AT_ONCE).offset(first)).mappings().all()
                self._sealing.look_up([row["words"] for row in rows])
                for row in rows:
                    words = self._words(row)
                    if all(word in words.lower() for word in wanted):
                        found.append(_past(row, words, sought.words))
                    if len(found) == limit:
                        return tuple(found)
                if len(rows) < SEARCHED_AT_ONCE:
                    break
        return tuple(found)

    def _words(self, row: Any) -> str:
        """Empty where they were erased meanwhile."""
        return (self._sealing.open(row["conversation_id"], _PLACE, row["words"]) or b"").decode()

    def handoffs(
        self, since: datetime, until: datetime, *, after: tuple[str, str, int] | None = None, limit: int | None = None
    ) -> tuple[HandoffRecord, ...]:
        """Those asked for in that time, in that order; `after`: (asked_at, conversation, seq) of the last one that is known."""
        order = (HANDOFFS.c.asked_at, HANDOFFS.c.conversation_id, HANDOFFS.c.asked_seq)
        query = select(HANDOFFS).where(order[0] >= stamp(since), order[0] < stamp(until)).order_by(*order)
        if after is not None:
            at, name, seq = after
            later = (order[1] > name) | ((order[1] == name) & (order[2] > seq))
            query = query.where((order[0] > at) | ((order[0] == at) & later))
        with self._engine.connect() as connection:
            rows = connection.execute(query.limit(limit) if limit else query).mappings().all()
        return tuple(HandoffRecord(**row) for row in rows)

    def drafts(self, since: datetime, until: datetime) -> Drafts:
        """Of conversations whose last event lies in that time."""
        kept = CONVERSATIONS.c
        query = select(kept.drafts_made, kept.drafts_used, kept.drafts_unedited, kept.edit_distances).where(
            kept.last_at >= stamp(since), kept.last_at < stamp(until), kept.drafts_made > 0
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return Drafts(
            made=sum(row[0] for row in rows),
            used=sum(row[1] for row in rows),
            unedited=sum(row[2] for row in rows),
            distances=tuple(int(one) for row in rows for one in row[3].split()),
        )


def _conditions(sought: Sought) -> Sequence[Any]:
    kept = CONVERSATIONS.c
    found: list[Any] = []
    for column, value in ((kept.orders, sought.order.lstrip("#")), (kept.agents, sought.agent)):
        if value:
            found.append(func.replace(column, "#", "").contains(f" {value} ", autoescape=True))
    if sought.customer:
        found.append(kept.customer_id == sought.customer)
    if sought.since is not None:
        found.append(kept.last_at >= stamp(sought.since))
    if sought.until is not None:
        found.append(kept.started_at < stamp(sought.until))
    if sought.closed is not None:
        found.append((kept.status == "closed") if sought.closed else (kept.status != "closed"))
    return found


def _past(row: Any, said: str, words: str) -> PastConversation:
    return PastConversation(
        conversation_id=row["conversation_id"],
        status=row["status"],
        started_at=row["started_at"],
        last_at=row["last_at"],
        customer_id=row["customer_id"],
        agents=tuple(row["agents"].split()),
        orders=tuple(row["orders"].split()),
        channels=tuple(row["channels"].split()),
        language=row["language"],
        outcome=row["outcome"],
        words=_passage(said, words),
    )


def _passage(text: str, words: str) -> str:
    lowered = text.lower()
    places = [place for word in words.lower().split() if (place := lowered.find(word)) >= 0]
    start = max(0, min(places) - PASSAGE // 2) if places else 0
    return ("…" if start else "") + text[start : start + 2 * PASSAGE].strip()
