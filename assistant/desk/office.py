"""The office: what the desk has beside its conversations. Who is there, when it is open, who waits how long, what is kept.

Everything is derived from the log and the house's small tables; nothing here is lost with the process. `running` follows
the queue: customers are told their place as it changes, offers are made and what was laid aside comes back.
Above: channels/desk, the turn. Below: `desk`, roster, archive, callbacks, opening hours, the rules of handoff.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from assistant.conversation import Conversation
from assistant.desk.archive import DeskArchive
from assistant.desk.callbacks import CallBack, CallBacks
from assistant.desk.canned_replies import CannedReplies
from assistant.desk.desk import Agent, Desk
from assistant.desk.figures import handle_times, waits
from assistant.desk.handoff_rules import HandoffRules, load_rules
from assistant.desk.line import Waiting
from assistant.desk.opening_hours import OpeningHours, load_hours
from assistant.desk.roster import Colleague, Roster
from assistant.desk.tables import make_tables
from assistant.events import ConversationId
from assistant.outlook import Outlook, expected_wait
from assistant.ports import Clock
from assistant.sealing.ports import Sealer
from assistant.signals import DeskChanged, QueuePlace

log = logging.getLogger(__name__)

T = TypeVar("T")
MEASURED_DAYS = 14
MEASURED_SECONDS = 30.0
"""How long measured times are believed before they are read again."""


class InThread(Protocol):
    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    patience_seconds: float = 120.0
    """After so long with nobody there a call-back or a message is offered."""
    level_seconds: float = 60.0
    """The service level: claimed within this."""


@dataclass(slots=True)
class _Measured:
    at: datetime
    waited: Sequence[float]
    handled: Sequence[float]


@dataclass(slots=True, kw_only=True)
class Office:
    """One per process, over tables that all processes share. `open_office` makes it."""

    desk: Callable[[], Desk]
    in_thread: InThread
    clock: Clock
    roster: Roster
    replies: CannedReplies
    callbacks: CallBacks
    archive: DeskArchive
    hours: OpeningHours
    rules: HandoffRules
    settings: OfficeSettings
    places: dict[ConversationId, QueuePlace] = field(default_factory=dict)
    """As customers were told them last."""
    _measured: _Measured | None = None

    # -- what a customer is told -------------------------------------------------------------------------------------

    async def outlook(self, conversation: Conversation, *, priority: int = 0) -> Outlook:
        """Of one that waits; of another: as it would be if it came to the queue now."""
        lines = [line for line in await self.desk().queue() if line.status == "waiting_for_agent"]
        names = [line.conversation for line in lines]
        if conversation.id in names:
            position = names.index(conversation.id) + 1
        else:
            position = sum(line.priority >= priority for line in lines) + 1
        return await self._outlook(position, await self.colleagues())

    async def place(self, conversation: ConversationId) -> QueuePlace | None:
        """None: it does not wait."""
        position = await self.desk().position(conversation)
        return (await self._outlook(position, await self.colleagues())).place if position else None

    async def places_now(self) -> dict[ConversationId, QueuePlace]:
        """Of all that wait, in one look."""
        lines = [line for line in await self.desk().queue() if line.status == "waiting_for_agent"]
        colleagues = await self.colleagues()
        outlooks = [await self._outlook(position, colleagues) for position in range(1, len(lines) + 1)]
        return {line.conversation: outlook.place for line, outlook in zip(lines, outlooks, strict=True)}

    async def _outlook(self, position: int, colleagues: Sequence[Colleague]) -> Outlook:
        now = self.clock.now()
        measured = await self._times(now)
        opens = self.hours.opens_at(now)
        free = sum(one.free for one in colleagues)
        places = sum(one.capacity for one in colleagues if one.status == "available")
        is_open = self.hours.is_open(now)
        wait = expected_wait(position, free=free, places=places, handled=measured.handled, waited=measured.waited)
        return Outlook(
            position=position,
            expected_wait_seconds=wait if is_open else None,
            open=is_open,
            opens_at=opens.astimezone(self.hours.zone) if opens is not None else None,
            staffed=places > 0,
            now=now.astimezone(self.hours.zone),
        )

    async def _times(self, now: datetime) -> _Measured:
        if self._measured is None or (now - self._measured.at).total_seconds() > MEASURED_SECONDS:
            since = now - timedelta(days=MEASURED_DAYS)
            rows = await self.in_thread(self.archive.handoffs, since, now + timedelta(days=1))
            self._measured = _Measured(now, waits(rows), handle_times(rows))
        return self._measured

    async def keep(self, wanted: CallBack) -> None:
        await self.in_thread(self.callbacks.keep, wanted)
        self.desk().tell(DeskChanged(what="callbacks"))

    # -- who is there ------------------------------------------------------------------------------------------------

    async def colleagues(self) -> tuple[Colleague, ...]:
        """With how many conversations each has."""
        found = await self.in_thread(self.roster.all)
        loads = _loads(await self.desk().queue())
        return tuple(replace(one, has=loads.get(one.agent_id, 0)) for one in found)

    async def on_another_screen(self, agent: Agent, since: datetime) -> bool:
        """Whether an open screen of theirs has told of itself since then, when the last one here was closed."""
        return await self.in_thread(self.roster.seen_since, agent.id, since)

    async def colleague(self, agent_id: str) -> Colleague | None:
        return next((one for one in await self.colleagues() if one.agent_id == agent_id), None)


def _loads(lines: Sequence[Waiting]) -> dict[str, int]:
    loads: dict[str, int] = {}
    for line in lines:
        if line.agent is not None and line.snoozed_until is None:
            loads[line.agent.agent_id] = loads.get(line.agent.agent_id, 0) + 1
    return loads


def open_office(
    desk: Callable[[], Desk],
    engine: Engine,
    in_thread: InThread,
    *,
    home: Path,
    clock: Clock,
    settings: OfficeSettings | None = None,
    sealing: Sealer | None = None,
) -> Office:
    """Makes the tables that are missing. Blocking. Raises InvalidOpeningHours, InvalidHandoffRules."""
    make_tables(engine)
    archive = DeskArchive(engine, sealing)
    if sealing is not None:
        archive.forget_clear()
    return Office(
        desk=desk,
        in_thread=in_thread,
        clock=clock,
        roster=Roster(engine, clock),
        replies=CannedReplies(engine, clock),
        callbacks=CallBacks(engine, clock, sealing),
        archive=archive,
        hours=load_hours(home),
        rules=load_rules(home),
        settings=settings or OfficeSettings(),
    )
