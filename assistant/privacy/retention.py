"""Retention: what has been kept as long as the shop's rules say goes, and what was asked to be erased.

    async for step in retain(office, now, dry_run=True): …      # what would go, and by which rule

Conversations go by erasing them, as when a customer asks; memories, call-backs and sign-ins row by row. A legal hold keeps its
own, and is counted. Above: `nightly`, `aisle privacy retain`. Below: `due`, erasing, the small tables.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Engine

from assistant.erasing.ports import Erased, Reason, Subject
from assistant.errors import AssistantError, ConversationNotFound
from assistant.events import ConversationId
from assistant.ports import EventStore
from assistant.privacy.due import due_at, may_be_due
from assistant.privacy.erasure_requests import ErasureRequest, ErasureRequests
from assistant.privacy.holds import ErasureHeld, LegalHolds
from assistant.privacy.old_rows import Held, forget_old
from assistant.privacy.privacy_rules import RetentionRules

log = logging.getLogger(__name__)

RECORDINGS: Final = "recordings"
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


class Eraser(Protocol):
    async def erase(self, subject: Subject, *, reason: Reason = "asked") -> Erased: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that went, or would."""

    kind: str
    """conversation, memories, callbacks, accounts, recordings, request."""
    id: str = ""
    rule: str = ""
    outcome: Literal["due", "done", "held", "failed"] = "done"
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    rules: RetentionRules
    log: EventStore
    log_engine: Engine
    """Of the log's own tables, to look through."""
    tables: Engine
    eraser: Eraser
    holds: LegalHolds
    requests: ErasureRequests
    in_thread: InThread
    home: Path
    owner_of: Callable[[str], str] = str
    """Under which name a customer's memories lie, where they lie sealed."""


async def retain(work: Retention, now: datetime, *, dry_run: bool = False) -> AsyncIterator[Step]:
    """Step by step, so that it can be shown and cut off: what was not done is due again. Raises StoreUnavailable."""
    pages = may_be_due(work.log_engine, work.rules, now)
    while names := await work.in_thread(lambda: next(pages, None)):
        for name in names:
            step = await _conversation(work, name, now, dry_run=dry_run)
            if step is not None:
                yield step
    old: dict[str, int] = await work.in_thread(lambda: _forget_old(work, now, dry_run=dry_run))
    for kind, count in old.items():
        if count:
            yield Step(kind=kind, rule=f"{kind} past their time", outcome="due" if dry_run else "done", count=count)


def _forget_old(work: Retention, now: datetime, *, dry_run: bool) -> dict[str, int]:
    held = work.holds.all()
    customers = [hold.customer_id for hold in held if hold.customer_id]
    kept = Held(
        conversations=tuple(hold.conversation_id for hold in held if hold.conversation_id),
        customers=tuple(customers),
        owners=(*customers, *map(work.owner_of, customers)),
    )
    return forget_old(work.tables, work.home, work.rules, kept, now, dry_run)


async def _conversation(work: Retention, name: str, now: datetime, *, dry_run: bool) -> Step | None:
    try:
        due = due_at(await work.log.read(ConversationId(name)), work.rules)
    except ConversationNotFound:
        return None
    if due is None or due[0] > now:
        return None
    try:
        if dry_run:
            await work.in_thread(lambda: work.holds.check(conversations=[name]))
            return Step(kind="conversation", id=name, rule=due[1], outcome="due")
        await work.eraser.erase(Subject(conversation_id=name), reason="retention")
    except ErasureHeld:
        return Step(kind="conversation", id=name, rule=due[1], outcome="held")
    except AssistantError:
        log.exception("a conversation that is due could not be erased: the next run tries again")
        return Step(kind="conversation", id=name, rule=due[1], outcome="failed")
    return Step(kind="conversation", id=name, rule=due[1])


async def carry_out_requests(work: Retention) -> tuple[Step, ...]:
    """What customers asked to be erased. Raises StoreUnavailable."""
    asked: Sequence[ErasureRequest] = await work.in_thread(work.requests.open)
    return tuple([await _request(work, one) for one in asked])


async def _request(work: Retention, asked: ErasureRequest) -> Step:
    subject = (
        Subject(customer_id=asked.customer_id) if asked.customer_id else Subject(conversation_id=asked.conversation_id)
    )
    try:
        erased = await work.eraser.erase(subject, reason=asked.reason)
    except ErasureHeld as error:
        await _note(work, asked, "held", ", ".join(hold.hold_id for hold in error.holds))
        return Step(kind="request", id=asked.request_id, outcome="held")
    except AssistantError as error:
        log.exception("an erasure that was asked for failed: it is tried again")
        await _note(work, asked, "failed", type(error).__name__)
        return Step(kind="request", id=asked.request_id, outcome="failed")
    await _note(work, asked, "done", erased.request_id)
    return Step(kind="request", id=asked.request_id)


async def _note(work: Retention, asked: ErasureRequest, state: Any, detail: str) -> None:
    if asked.state != state or state == "done":
        await work.in_thread(lambda: work.requests.ended(asked.request_id, state, detail))
