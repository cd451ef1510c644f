"""The office at work: a sweep over those who wait, their places told as they change, the archive that keeps up.

Every step may be done by any replica, and twice: what is written must follow what was seen, and what is told is a signal.
Above: channels/desk, which starts it with the server. Below: the office, the waiting room.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from assistant.conversation import Conversation
from assistant.desk.desk import Agent
from assistant.desk.moves import SHOP, dropped, wake
from assistant.desk.office import Office
from assistant.desk.people import DeskError
from assistant.desk.records import ConversationRecord, record_of
from assistant.desk.roster import gone
from assistant.desk.waiting_room import due, wait_offer
from assistant.errors import AssistantError, ConcurrentTurn, ConversationNotFound
from assistant.events import ConversationId, Fact
from assistant.signals import QueuePlace

log = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
MOST_KEPT_AT_ONCE = 50
"""Conversations whose record is made anew in one step: the log is read for each."""


async def sweep(office: Office) -> int:
    """What is due in all that wait or are an agent's; returns how many were changed."""
    changed = 0
    there = {one.agent_id: one for one in await office.colleagues()}
    for line in await office.desk().queue():
        try:
            if line.agent is not None and gone(there.get(line.agent.agent_id)):
                owner = Agent(id=line.agent.agent_id, name=line.agent.name)
                changed += await dropped(office.desk(), line.conversation, owner)
            changed += await _serve(office, line.conversation)
        except (ConcurrentTurn, DeskError, ConversationNotFound):
            log.debug("%s has changed meanwhile: the next sweep looks again", line.conversation)
    return changed


async def _serve(office: Office, conversation: ConversationId) -> bool:
    desk = office.desk()
    state = await desk.state(conversation)
    match due(state, office.clock.now(), patience=timedelta(seconds=office.settings.patience_seconds)):
        case "wake":
            return await wake(desk, conversation)
        case "offer":
            return await _offer(office, conversation)
        case _:
            return False


async def _offer(office: Office, conversation: ConversationId) -> bool:
    patience = timedelta(seconds=office.settings.patience_seconds)

    async def once(state: Conversation) -> Sequence[Fact]:
        return wait_offer(state) if due(state, office.clock.now(), patience=patience) == "offer" else []

    return await office.desk().change(conversation, SHOP, once)


async def tell_places(office: Office) -> None:
    """To each customer whose place has changed since they were told."""
    places = await office.places_now()
    for conversation, place in places.items():
        if office.places.get(conversation) != place:
            office.desk().tell_customer(conversation, place)
    for conversation in office.places.keys() - places.keys():
        office.desk().tell_customer(conversation, QueuePlace(position=0))
    office.places = places


async def keep_archive(office: Office) -> int:
    """Of what this process has appended; returns how many conversations."""
    touched = office.desk().take_touched(MOST_KEPT_AT_ONCE)
    return await _keep(office, touched)


async def catch_up(office: Office) -> int:
    """What the archive lacks of the whole log: after a crash, or for the first time."""
    kept = await office.in_thread(office.archive.seqs)
    behind = [name for name, seq in await office.desk().seqs() if seq > kept.get(name, 0)]
    for start in range(0, len(behind), MOST_KEPT_AT_ONCE):
        await _keep(office, behind[start : start + MOST_KEPT_AT_ONCE])
    return len(behind)


async def _keep(office: Office, conversations: Sequence[ConversationId]) -> int:
    records: list[ConversationRecord] = []
    for conversation in conversations:
        events = await office.desk().log(conversation)
        if events:
            records.append(record_of(events))
    if records:
        await office.in_thread(office.archive.keep, records)
    return len(records)


@asynccontextmanager
async def running(office: Office, *, seconds: float = SWEEP_SECONDS) -> AsyncIterator[None]:
    """While open, the office works."""
    tasks = [asyncio.create_task(_work(office, seconds)), asyncio.create_task(_follow(office))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _work(office: Office, seconds: float) -> None:
    caught_up = False
    while True:
        try:
            await sweep(office)
            await tell_places(office)
            await keep_archive(office)
            if not caught_up:
                await catch_up(office)
                caught_up = True
        except AssistantError:
            log.exception("the desk's sweep failed: the next one comes in %s s", seconds)
        await asyncio.sleep(seconds)


async def _follow(office: Office) -> None:
    """At once after each change, rather than at the next sweep."""
    async with office.desk().follow() as messages:
        async for _ in messages:
            try:
                await sweep(office)
                await tell_places(office)
            except AssistantError:
                log.exception("a change of the queue could not be told: the sweep will")
