"""`aisle bench load growth`: does a turn cost more once the log is large, or the conversation long? In process, own CPU time.

Logs are grown by writing rows as the store writes them; the store's own checks open them. Above: `command`. Below: the
assistant over the SQLite store, with a fixed turn.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.events import SYSTEM, AssistantSaid, ConversationId, ConversationStarted, Draft
from assistant.folds import Folds
from assistant.ids import RandomIds
from assistant.sealing.ports import Unsealed
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite import SqliteEventStore
from eval.load.crew import Tell
from eval.load.figures import quantiles
from eval.load.scripted_server import fixed_turn

BATCH = 50_000
ROUNDS = 5
"""Of a measurement: their median, for a machine that others use too is at times slower by half."""
EVENTS_EACH = 6
"""Of a conversation that stands in the log already: its start and two turns' worth of rows."""


async def bench_growth(
    *, conversations: Sequence[int], events: Sequence[int], turns: int, folder: Path | None, tell: Tell
) -> dict[str, Any]:
    """CPU and wall of a turn by the size of the log, and by the length of its conversation."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="aisle-growth-") as made:
        wide = await _wide(Path(made) / "wide.db", sorted(conversations), turns, tell)
        long = await _long(Path(made) / "long.db", sorted(events), turns, tell)
    return {
        "turns_each": turns,
        "by_conversations": wide,
        "by_events_of_the_conversation": long,
        "growth": {
            "cpu_of_a_turn_as_the_log_grows": _grown(wide, "cpu_ms_a_turn"),
            "cpu_of_a_first_turn_as_the_log_grows": _grown(wide, "cpu_ms_a_first_turn"),
            "cpu_of_a_turn_as_the_conversation_grows": _grown(long, "cpu_ms_a_turn"),
            "cpu_of_a_first_turn_as_the_conversation_grows": _grown(long, "cpu_ms_a_first_turn"),
        },
    }


def _grown(figures: dict[str, dict[str, Any]], name: str) -> float:
    """The last against the first, 0.2: a fifth more."""
    values = [one[name] for one in figures.values()]
    return round(float(values[-1]) / float(values[0]) - 1, 3)


async def _wide(path: Path, sizes: Sequence[int], turns: int, tell: Tell) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    await _model_conversation(path)
    there = 0
    for size in sizes:
        tell(f"growing the log to {size} conversations")
        await asyncio.to_thread(_grow, path, there, size, tell)
        there = size
        chance = random.Random(size)
        names = [_name(chance.randrange(size)) for _ in range(min(turns, size))]
        found[str(size)] = {**await _measured(path, names, turns), "log_mib": _mib(path)}
        tell(f"{size}: {found[str(size)]['cpu_ms_a_turn']} ms of CPU a turn")
    return found


async def _long(path: Path, lengths: Sequence[int], turns: int, tell: Tell) -> dict[str, dict[str, Any]]:
    """One conversation of each length; all turns are its own, so that it grows by their events alone."""
    found: dict[str, dict[str, Any]] = {}
    name = await _model_conversation(path)
    for length in lengths:
        await asyncio.to_thread(_lengthen, path, name, length)
        anew = await _measured(path, [name], max(20, min(turns, length // 8)))
        firsts = [(await _measured(path, [name], ROUNDS))["cpu_ms_a_first_turn"] for _ in range(ROUNDS)]
        found[str(length)] = {
            **anew,
            "cpu_ms_a_first_turn": statistics.median(firsts),
            "cpu_ms_a_first_turn_without_a_kept_state": anew["cpu_ms_a_first_turn"],
        }
        tell(f"{length} events: {found[str(length)]['cpu_ms_a_turn']} ms of CPU a turn")
    return found


async def _measured(path: Path, names: Sequence[str], turns: int) -> dict[str, Any]:
    """The first turn of each conversation reads it from the log; later ones find it in memory."""
    ids = RandomIds()
    store = await SqliteEventStore.open(path, clock=SystemClock(), ids=ids)
    tables = open_engine(path.parent)
    folds = Folds(tables, Unsealed())
    folds.make_table()
    assistant = Assistant(store=store, bus=InProcessBus(), run_turn=fixed_turn, ids=ids, folds=folds)
    try:
        first, first_cpu = await _turns(assistant, names, "first")
        again: list[float] = []
        costs: list[float] = []
        for number in range(ROUNDS):
            part = [names[n % len(names)] for n in range(number * turns // ROUNDS, (number + 1) * turns // ROUNDS)]
            seconds, cost = await _turns(assistant, part, f"again{number}")
            again += seconds
            costs.append(cost)
    finally:
        await assistant.drain()
        await store.close()
        tables.dispose()
    return {
        "cpu_ms_a_turn": statistics.median(costs),
        "cpu_ms_a_turn_by_round": costs,
        "turn_ms": quantiles(again),
        "cpu_ms_a_first_turn": first_cpu,
        "first_turn_ms": quantiles(first),
    }


async def _turns(assistant: Assistant, names: Sequence[str], mark: str) -> tuple[list[float], float]:
    """Wall seconds of each, and milliseconds of CPU a turn in the mean."""
    seconds, used = [], time.process_time()
    for number, name in enumerate(names):
        began = time.perf_counter()
        conversation = ConversationId(name)
        said = await assistant.receive(
            conversation, "do you have a tent for two?", client_id=f"{mark}{number}-{began}", channel="api"
        )
        events = await assistant.wait_for_reply(conversation, said.seq, timeout=30)
        assert any(isinstance(event.fact, AssistantSaid) for event in events)
        seconds.append(time.perf_counter() - began)
    return seconds, round((time.process_time() - used) / len(names) * 1e3, 3)


async def _model_conversation(path: Path) -> str:
    """Written by the store itself: what the grown rows are copies of."""
    ids = RandomIds()
    async with await SqliteEventStore.open(path, clock=SystemClock(), ids=ids) as store:
        name = ids.conversation()
        await store.create(name, [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="api")])
        assistant = Assistant(store=store, bus=InProcessBus(), run_turn=fixed_turn, ids=ids)
        for number in range(2):
            said = await assistant.receive(name, "a tent for two?", client_id=f"m{number}", channel="api")
            await assistant.wait_for_reply(name, said.seq, timeout=30)
        await assistant.drain()
    return name


def _mib(path: Path) -> float:
    return round(path.stat().st_size / 2**20, 1)


def _name(number: int) -> str:
    return f"grown-{number:09}"


def _grow(path: Path, there: int, size: int, tell: Tell) -> None:
    """Copies of the model conversation, row by row, under names and ids of their own."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-200000")
        model = db.execute("SELECT min(id) FROM conversations").fetchone()[0]
        kept = _columns(db, "conversations", {"id", "name"})
        rows = _columns(db, "events", {"conversation", "id"})
        for begin in range(there, size, BATCH):
            end = min(size, begin + BATCH)
            made = f"WITH RECURSIVE made(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM made WHERE n + 1 < {end})"  # nosec B608
            place = f"n + {model + 1}"
            db.execute(
                f"INSERT INTO conversations (id, name, {kept}) {made}"
                f" SELECT {place}, printf('grown-%09d', n), {kept} FROM made, conversations WHERE id = {model}"
            )
            db.execute(
                f"INSERT INTO events (conversation, id, {rows}) {made}"
                f" SELECT {place}, 'g' || n || '-' || seq, {rows} FROM made, events WHERE conversation = {model}"
            )
            for table, others in (("client_ids", "client_id, seq, digest"), ("ended_turns", "turn_id")):
                db.execute(
                    f"INSERT INTO {table} (conversation, {others}) {made}"
                    f" SELECT {place}, {others} FROM made, {table} WHERE conversation = {model}"
                )
            db.commit()
            if size > BATCH:
                tell(f"  {end} conversations")


def _columns(db: sqlite3.Connection, table: str, but: set[str]) -> str:
    """Whatever a later version of the log adds is copied too."""
    return ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in but)


def _lengthen(path: Path, name: str, length: int) -> None:
    """Customer's words without a turn would be unanswered: whole turns are repeated."""
    with sqlite3.connect(path) as db:
        key, last = db.execute("SELECT id, last_seq FROM conversations WHERE name = ?", (name,)).fetchone()
        columns = _columns(db, "events", {"seq", "id", "data"})
        model = db.execute(
            f"SELECT {columns}, data, type FROM events WHERE conversation = ? AND seq BETWEEN 2 AND 4 ORDER BY seq",
            (key,),
        ).fetchall()
        marks = ", ".join("?" * len(columns.split(", ")))
        for number, row in enumerate(_repeated(model, length - last), last + 1):
            data = _numbered(row[-2], row[-1], number)
            db.execute(
                f"INSERT INTO events ({columns}, seq, id, data) VALUES ({marks}, ?, ?, ?)",
                (*row[:-2], number, f"l{number}", data),
            )
            db.execute("UPDATE conversations SET last_seq = ? WHERE id = ?", (number, key))


def _repeated(rows: Sequence[Any], most: int) -> Iterator[Any]:
    whole = max(0, most) // max(1, len(rows))
    for _ in range(whole):
        yield from rows


def _numbered(data: str, kind: str, seq: int) -> str:
    """Names of its own for the message and the turn that this row belongs to."""
    raw = json.loads(data)
    turn = seq - {"customer_said": 0, "turn_started": 1, "assistant_said": 2}.get(kind, 0)
    if "client_id" in raw:
        raw["client_id"] = f"grown-{turn}"
    if "turn_id" in raw:
        raw["turn_id"] = f"grown-{turn}"
    if "answers" in raw:
        raw["answers"] = [turn]
    return json.dumps(raw)
