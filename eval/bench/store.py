"""What the durable log costs: latency of an append, events a second under load, processor time each.

Above: `aisle bench store`. Below: the SQLite store, alone, on a file in a folder of the caller's choice.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    SYSTEM,
    AssistantSaid,
    Citation,
    ClientId,
    ContextChanged,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Fact,
    ToolCalled,
    ToolReturned,
    TurnStarted,
)
from assistant.ids import Ids, RandomIds
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.stores.entries import entries_of
from assistant.stores.sqlite import SqliteEventStore
from eval.bench.sealing import bench_sealing


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLoad:
    conversations: int
    """Each waits for its append before it makes the next."""
    turns: int
    """Of each conversation; a turn is two appends, of 2 and of 4 events."""


@dataclass(slots=True)
class _Tally:
    seconds: list[float]
    events: int = 0


LOADS = (StoreLoad(conversations=1, turns=200), StoreLoad(conversations=64, turns=40))


def bench_store(
    folder: Path | None = None, *, loads: Sequence[StoreLoad] = LOADS, sealed: bool = True
) -> dict[str, Any]:
    """Figures for each load. `folder` lies on the disk to be measured; without it, the temporary one."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="aisle-bench-") as made:
        path = Path(made)
        return {
            "sealed": sealed,
            "sealing": bench_sealing([entries_of(drafts, RandomIds()) for drafts in _turn(RandomIds(), 1, 0)]),
            "fsync_ms": _fsync_ms(path),
            "loads": [_figures(path / f"{n}.sqlite", load, sealed) for n, load in enumerate(loads)],
        }


def _figures(path: Path, load: StoreLoad, sealed: bool) -> dict[str, Any]:
    tally = _Tally([])
    figures = asyncio.run(_bench(path, load, tally, sealed))
    return figures | {"bytes_per_event": round(path.stat().st_size / tally.events)}


def _fsync_ms(folder: Path, tries: int = 50) -> dict[str, float]:
    """A 4 kB write and its fsync: what the disk itself asks for a commit."""
    taken = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(tries):
            file.write(os.urandom(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return _quantiles(taken)


async def _bench(path: Path, load: StoreLoad, tally: _Tally, sealed: bool) -> dict[str, Any]:
    ids = RandomIds()
    keys = open_sealing(AisleSettings(home=path.parent, database_url=SecretStr(""))) if sealed else None
    if keys is not None:
        keys.closes_with_log = True
    async with await SqliteEventStore.open(path, clock=_SystemClock(), ids=ids, sealing=keys) as store:
        names = [ids.conversation() for _ in range(load.conversations)]
        started = Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")
        await asyncio.gather(*(store.create(name, [started]) for name in names))
        began, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*(_converse(store, name, ids, load.turns, tally) for name in names))
        wall, processor = time.perf_counter() - began, time.process_time() - processor
    appends = len(tally.seconds)
    return {
        "conversations": load.conversations,
        "appends": appends,
        "append_ms": _quantiles(tally.seconds),
        "appends_per_second": round(appends / wall),
        "events_per_second": round(tally.events / wall),
        "turns_per_second": round(appends / 2 / wall),
        "processor_us_per_append": round(processor / appends * 1e6),
    }


async def _converse(store: SqliteEventStore, name: ConversationId, ids: Ids, turns: int, tally: _Tally) -> None:
    seq = 1
    for number in range(turns):
        for drafts in _turn(ids, seq, number):
            began = time.perf_counter()
            appended = await store.append(name, drafts)
            tally.seconds.append(time.perf_counter() - began)
            tally.events += len(appended.events)
            seq = appended.events[-1].seq


def _turn(ids: Ids, seq: int, number: int) -> tuple[list[Draft], list[Draft]]:
    """What a turn that finds products writes, in its usual sizes."""
    turn = ids.turn()
    said = CustomerSaid(client_id=ClientId(f"m{number}"), text="do you have a waterproof tent for two under 200?")
    found = [{"id": f"p{n}", "title": "Tent Fjell 2", "price": "189.00", "stock": n} for n in range(6)]
    cited = tuple(
        Citation(kind="product", id=f"p{n}", title="Tent Fjell 2", quote="waterproof, 2.1 kg") for n in range(3)
    )
    facts: list[Fact] = [
        ToolCalled(
            turn_id=turn, call_id="1", name="find_products", arguments={"query": "waterproof tent", "max": "200"}
        ),
        ToolReturned(turn_id=turn, call_id="1", name="find_products", result=found),
        ContextChanged(
            turn_id=turn, context={"need": {"category": "tents", "price": {"max": "200"}}, "focus": found[:2]}
        ),
        AssistantSaid(turn_id=turn, text="Three tents fit two people. " * 8, language="en", citations=cited),
    ]
    asked = [Draft(fact=said, actor=CUSTOMER, channel="web")]
    asked.append(Draft(fact=TurnStarted(turn_id=turn, answers=(seq + 1,)), actor=ASSISTANT, channel="web"))
    return asked, [Draft(fact=fact, actor=ASSISTANT, channel="web") for fact in facts]


def _quantiles(seconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(cuts[49] * 1e3, 3), "p95": round(cuts[94] * 1e3, 3), "p99": round(cuts[98] * 1e3, 3)}
