"""A backlog over PostgreSQL: thousands of messages that were never answered keep no replica from starting, and all are served."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import NullPool, TextClause, create_engine, text

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    AssistantSaid,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    TurnId,
    TurnStarted,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.stores.database import for_tables
from assistant.stores.postgres import PostgresEventStore
from assistant.stores.postgres_statements import ENDED, KNOWN, WRITTEN_BEFORE
from assistant.turn_taking import MOST_SERVED

pytestmark = pytest.mark.anyio

C = ConversationId("c_backlog")
MANY = 300
STARTS = 50


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresEventStore]:
    async with await PostgresEventStore.open(postgres_url, ids=RandomIds()) as opened:
        yield opened


async def _neglect(store: PostgresEventStore) -> None:
    """Each message cut off the turn that was to answer all before it: as a release before left it."""
    await store.create(C, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")])
    seqs: list[int] = []
    for start in range(STARTS):
        said = [
            CustomerSaid(client_id=ClientId(f"{start}-{number}"), text="hello?") for number in range(MANY // STARTS)
        ]
        appended = await store.append(C, [Draft(fact=fact, actor=CUSTOMER, channel="web") for fact in said])
        seqs += [event.seq for event in appended.events]
        turn = TurnId(f"t_{start}")
        facts = (
            TurnStarted(turn_id=turn, answers=tuple(seqs)),
            AssistantSaid(turn_id=turn, text="", language="en", interrupted=True),
        )
        await store.append(C, [Draft(fact=fact, actor=ASSISTANT, channel="web") for fact in facts])


async def test_a_backlog_keeps_no_replica_from_starting_and_is_served_a_bounded_number_at_a_time(
    store: PostgresEventStore,
) -> None:
    await _neglect(store)
    served: list[int] = []
    done = asyncio.Event()

    async def turn(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        served.append(len(said))
        if sum(served) == MANY:
            done.set()
        return AssistantSaid(turn_id=live.id, text="Here I am.", language="en")

    assistant = Assistant(store=store, bus=InProcessBus(), run_turn=turn, ids=RandomIds())
    began = time.process_time()
    assert await assistant.resume_unanswered() == 1
    assert time.process_time() - began < 2.0
    async with asyncio.timeout(60):
        await done.wait()
    await assistant.drain()
    assert served == [MOST_SERVED] * (MANY // MOST_SERVED)
    assert not (await assistant.state(C)).unanswered
    assert await store.unanswered() == ()


async def test_what_judges_an_append_is_looked_up_by_key_even_where_nothing_was_ever_analysed(
    postgres_url: str, store: PostgresEventStore
) -> None:
    await _neglect(store)
    seqs = list(range(2, 14))
    asked: list[tuple[TextClause, dict[str, object]]] = [
        (KNOWN, {"client_ids": [f"{start}-0" for start in range(12)]}),
        (ENDED, {"turns": [f"t_{start}" for start in range(12)]}),
        (WRITTEN_BEFORE, {"seqs": seqs}),
    ]
    engine = create_engine(for_tables(postgres_url), poolclass=NullPool)
    with engine.connect() as db:
        for statement, values in asked:
            told = db.execute(
                text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}"), values | {"conversations": [1] * 12}
            )
            assert _looked_at(told.scalar_one()[0]["Plan"]) <= 10 * 12, statement.text


def _looked_at(plan: dict[str, Any]) -> float:
    """Rows that a plan's nodes took and threw away, all together."""
    rows = sum(float(count) for name, count in plan.items() if name.startswith(("Actual Rows", "Rows Removed")))
    return rows * float(plan["Actual Loops"]) + sum(_looked_at(part) for part in plan.get("Plans", ()))
