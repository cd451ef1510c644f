"""Folding: the log read on, a row of facts a conversation. Of many replicas one does it, by a lease; cut off, another goes on.

Conversations that may still change are looked at every time; those that are settled once a day. Consent to analytics is asked
of the one gate (`privacy.consents`) before anything is kept, and again for everybody known each time. Above: `opening`,
`aisle analytics fold`. Below: the log through its store, `fact_rows`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.analytics.conversation_facts import facts_of
from assistant.analytics.fact_rows import FactRows, Folded
from assistant.analytics.folding_lease import FoldingLease, Standing
from assistant.conversation import Conversation
from assistant.desk.tables import stamp
from assistant.errors import AssistantError, ConversationNotFound, StoreUnavailable
from assistant.events import ConversationId, Event
from assistant.ports import Clock, EventStore
from assistant.privacy.purposes import Permits

log = logging.getLogger(__name__)

SECONDS: Final = 60.0
FIRST_SECONDS: Final = 10.0
"""After the start, which has enough to do."""
PAGE: Final = 200
SETTLED: Final = timedelta(days=8)
"""Without an event for so long, a conversation is looked at once a day alone."""
_PAGES: Final = text(
    "SELECT c.id, c.name, c.last_seq, e.at, e.type FROM conversations c "
    "JOIN events e ON e.conversation = c.id AND e.seq = c.last_seq WHERE c.id > :after ORDER BY c.id LIMIT :most"
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    log_id: int
    name: str
    last_seq: int
    at: float
    erased: bool


Told = Callable[[Sequence[Event], Permits], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Folding:
    store: EventStore
    log_engine: Engine
    rows: FactRows
    lease: FoldingLease
    clock: Clock
    permits: Callable[[Conversation], Awaitable[Permits]]
    refused: Callable[[], Awaitable[Collection[str]]]
    """Ids of all customers who let nobody analyse what they do."""
    in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
    told: list[Told] = field(default_factory=list)
    """Who else reads each conversation that has changed."""
    _refused: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                await self.once()
            except AssistantError:
                log.exception("analytics could not read the log: they try again in %s s", SECONDS)
            await asyncio.sleep(SECONDS)

    async def once(self, tell: Callable[[int], None] = lambda _: None) -> int:
        """How many conversations were read; 0 where another process has the lease. Raises StoreUnavailable."""
        standing = await self._call(lambda: self.lease.take(self.clock.now()))
        if standing is None:
            return 0
        read = await self._sweep(standing, tell)
        await self._call(lambda: self.rows.forget_rare_words())
        return read

    async def _sweep(self, standing: Standing, tell: Callable[[int], None]) -> int:
        now = self.clock.now()
        today = now.date().isoformat()
        whole = standing.swept_on != today
        self._refused = frozenset(await self.refused())
        await self._call(lambda: self.rows.forget_people(self._refused))
        after, read, settled = (0 if whole else standing.after), 0, True
        still_settled_to = after
        while page := await self._call(lambda: self._page(after)):  # noqa: B023 (called before it changes)
            read += await self._fold(page)
            tell(read)
            for one in page:
                settled = settled and now.timestamp() - one.at > SETTLED.total_seconds()
                still_settled_to = one.log_id if settled else still_settled_to
            after = page[-1].log_id
            done = Standing(after=still_settled_to, swept_on=standing.swept_on, folded_at=standing.folded_at)
            if not await self._call(lambda: self.lease.keep(self.clock.now(), done)):  # noqa: B023
                return read
        ended = Standing(after=still_settled_to, swept_on=today, folded_at=stamp(now))
        await self._call(lambda: self.lease.keep(self.clock.now(), ended, over=True))
        return read

    def _page(self, after: int) -> list[_Standing]:
        try:
            with self.log_engine.connect() as db:
                found = db.execute(_PAGES, {"after": after, "most": PAGE}).all()
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the log cannot be looked through: {type(error).__name__}") from error
        return [
            _Standing(
                log_id=row[0], name=row[1], last_seq=row[2], at=row[3] / 1_000_000, erased=row[4] == "data_erased"
            )
            for row in found
        ]

    async def _fold(self, page: Sequence[_Standing]) -> int:
        """Those of the page that have changed since."""
        known = await self._call(lambda: self.rows.known([one.log_id for one in page]))
        gone = [one.name for one in page if one.erased and one.log_id in known]
        if gone:
            await self._call(lambda: self.rows.forget(gone))
        changed = [one for one in page if not one.erased and known.get(one.log_id, -1) < one.last_seq]
        folded = [row for one in changed if (row := await self._folded(one)) is not None]
        if folded:
            await self._call(lambda: self.rows.keep(folded))
        return len(folded)

    async def _folded(self, one: _Standing) -> Folded | None:
        try:
            events = await self.store.read(ConversationId(one.name))
        except ConversationNotFound:
            return None
        facts = facts_of(events)
        if facts.erased:
            return None
        permits = await self.permits(Conversation.replay(events))
        for tell in self.told:
            await tell(events, permits)
        return Folded(
            conversation_id=one.name,
            log_id=one.log_id,
            last_seq=events[-1].seq,
            started_at=facts.started_at,
            facts=facts if permits.may("analytics") and not self._refused & set(facts.customers) else None,
        )

    async def _call(self, work: Callable[[], T]) -> T:
        result: T = await self.in_thread(work)
        return result
