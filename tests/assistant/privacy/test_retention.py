"""Retention: what is due by which rule, done by one of many replicas, and what customers asked to be erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from assistant.erasing.ports import Erased, Reason, Subject
from assistant.errors import StoreUnavailable
from assistant.events import (
    CUSTOMER,
    SYSTEM,
    ChannelName,
    ClientId,
    ConsentChanged,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    DataErased,
    Event,
    Fact,
    NoteAdded,
)
from assistant.privacy.due import due_at, may_be_due
from assistant.privacy.erasure_requests import ErasureRequest, ErasureRequests
from assistant.privacy.holds import LegalHolds
from assistant.privacy.nightly import Nightly
from assistant.privacy.old_rows import Held, forget_old
from assistant.privacy.privacy_rules import RetentionRules, read_rules
from assistant.privacy.retention import Retention, carry_out_requests
from assistant.privacy.runs import LEASE_SECONDS, Runs
from assistant.stores.small_tables import open_engine

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = read_rules(Path("nowhere")).retention
STARTED = ConversationStarted(locale="en")


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path)
    yield engine
    engine.dispose()


def log(*facts: Fact, channel: ChannelName = "web") -> list[Event]:
    return [
        Event(
            seq=seq,
            id=f"e{seq}",
            conversation=ConversationId("c"),
            at=NOON,
            actor=SYSTEM if seq == 1 else CUSTOMER,
            channel=channel,
            fact=fact,
        )
        for seq, fact in enumerate(facts, 1)
    ]


def said(*, audio: bool = False) -> CustomerSaid:
    return CustomerSaid(client_id=ClientId("m"), text="hello", audio=audio)


@pytest.mark.parametrize(
    ("events", "days", "rule"),
    [
        (log(STARTED, said()), 730, "messages on web"),
        (log(STARTED, said(audio=True)), 365, "transcripts on web"),
        (log(STARTED, said(), channel="call"), 365, "transcripts on call"),
        (log(STARTED, said(), channel="kiosk"), 30, "messages on kiosk"),
        (log(STARTED, said(), ConsentChanged(purpose="recording", given=False)), 7, "recording was refused"),
    ],
)
def test_the_shortest_period_of_what_a_conversation_holds_decides(events: list[Event], days: int, rule: str) -> None:
    assert due_at(events, RULES) == (NOON + timedelta(days=days), rule)


def test_notes_shorten_only_the_conversations_that_have_some() -> None:
    rules = RetentionRules(kinds={"messages": {"any": "2 years"}, "notes": {"any": "10 days"}})
    without, noted = log(STARTED, said()), log(STARTED, said(), NoteAdded(agent_id="a", text="x"))
    assert due_at(without, rules) == (NOON + timedelta(days=730), "messages on web")
    assert due_at(noted, rules) == (NOON + timedelta(days=10), "notes")


def test_what_is_kept_for_ever_or_erased_is_never_due() -> None:
    assert due_at(log(STARTED, said()), RetentionRules()) is None
    assert due_at(log(STARTED, said(), DataErased(request_id="er_1", scope="conversation")), RULES) is None


def test_only_what_may_be_due_is_looked_at(tables: Engine) -> None:
    day = 86_400_000_000
    now = round(NOON.timestamp() * 1_000_000)
    with tables.begin() as db:
        db.execute(text("CREATE TABLE conversations (id INTEGER PRIMARY KEY, name TEXT)"))
        db.execute(text("CREATE TABLE events (conversation INTEGER, seq INTEGER, at INTEGER, type TEXT)"))
        for number, (name, days, types) in enumerate(
            (
                ("c_old", 900, ["customer_said"]),
                ("c_new", 1, ["customer_said"]),
                ("c_gone", 900, ["customer_said", "data_erased"]),
                ("c_chose", 10, ["consent_changed", "customer_said"]),
                ("c_quiet", 10, ["customer_said"]),
            ),
            1,
        ):
            db.execute(text("INSERT INTO conversations VALUES (:id, :name)"), {"id": number, "name": name})
            for seq, kind in enumerate(types, 1):
                row = {"id": number, "seq": seq, "at": now - days * day, "type": kind}
                db.execute(text("INSERT INTO events VALUES (:id, :seq, :at, :type)"), row)
    assert [name for page in may_be_due(tables, RULES, NOON) for name in page] == ["c_chose", "c_old"]
    assert list(may_be_due(tables, RetentionRules(refused="forever"), NOON)) == []


def test_a_log_that_cannot_be_read_is_told(tables: Engine) -> None:
    with pytest.raises(StoreUnavailable):
        list(may_be_due(tables, RULES, NOON))


def test_done_call_backs_go_and_open_ones_stay(tables: Engine, tmp_path: Path) -> None:
    with tables.begin() as db:
        db.execute(
            text("CREATE TABLE desk_callbacks (conversation_id TEXT, customer_id TEXT, state TEXT, done_at TEXT)")
        )
        for name, state, done in (("a", "done", "2026-01-01"), ("b", "open", ""), ("c", "done", "2026-01-01")):
            row = {"name": name, "state": state, "done": done}
            db.execute(text("INSERT INTO desk_callbacks VALUES (:name, '', :state, :done)"), row)
    held = Held(conversations=("c",))
    assert forget_old(tables, tmp_path, RULES, held, NOON, dry_run=True)["callbacks"] == 1
    assert forget_old(tables, tmp_path, RULES, held, NOON, dry_run=False)["callbacks"] == 1
    with tables.connect() as db:
        assert set(db.execute(text("SELECT conversation_id FROM desk_callbacks")).scalars()) == {"b", "c"}


def test_of_many_replicas_one_takes_the_days_run_and_another_when_it_died(tables: Engine) -> None:
    one, two = Runs(tables, owner="one"), Runs(tables, owner="two")
    assert one.take(NOON) and not two.take(NOON)
    assert one.keep(NOON, done=3, held=1, failed=0)
    later = NOON + timedelta(seconds=LEASE_SECONDS + 1)
    assert two.take(later) and not one.keep(later, done=4, held=1, failed=0)
    assert two.keep(later, done=5, held=1, failed=0, ended=True)
    assert not one.take(later) and not two.take(later)
    (run,) = two.newest()
    assert (run.owner, run.done, run.held, bool(run.ended_at)) == ("two", 5, 1, True)
    assert one.take(NOON + timedelta(days=1))


class Eraser:
    """Refuses as the holds do, and remembers."""

    def __init__(self, holds: LegalHolds, *, breaks: bool = False) -> None:
        self.holds, self.breaks = holds, breaks
        self.erased: list[Subject] = []

    async def erase(self, subject: Subject, *, reason: Reason = "asked") -> Erased:
        names: Sequence[str] = (subject.conversation_id,) if subject.conversation_id else ()
        self.holds.check(customer_id=subject.customer_id, conversations=names)
        if self.breaks:
            raise StoreUnavailable("down")
        self.erased.append(subject)
        return Erased(request_id="er_register", subject="hash", reason=reason, asked_at="")


def work_of(tables: Engine, home: Path, clock: Clock, *, breaks: bool = False) -> Any:
    async def in_thread(call: Any) -> Any:
        return call()

    holds = LegalHolds(tables, clock)
    return Retention(
        rules=RULES,
        log=None,  # type: ignore[arg-type]
        log_engine=tables,
        tables=tables,
        eraser=Eraser(holds, breaks=breaks),
        holds=holds,
        requests=ErasureRequests(tables, clock),
        in_thread=in_thread,
        home=home,
    )


async def test_what_was_asked_is_carried_out_once_and_names_nobody_afterwards(tables: Engine, tmp_path: Path) -> None:
    work = work_of(tables, tmp_path, Clock())
    for _ in range(2):
        work.requests.note(ErasureRequest(request_id="er_1", conversation_id="c1", customer_id="maya"))
    assert [step.outcome for step in await carry_out_requests(work)] == ["done"]
    assert work.eraser.erased == [Subject(customer_id="maya")] and await carry_out_requests(work) == ()
    (kept,) = work.requests.of(conversation_id="c1")
    assert (kept.state, kept.customer_id, kept.detail) == ("done", "", "er_register")


async def test_what_is_held_or_fails_stays_open_and_is_tried_again(tables: Engine, tmp_path: Path) -> None:
    work = work_of(tables, tmp_path, Clock())
    hold = work.holds.place(conversation_id="c1", reason="case", by="officer")
    work.requests.note(ErasureRequest(request_id="er_1", conversation_id="c1"))
    assert [step.outcome for step in await carry_out_requests(work)] == ["held"]
    assert work.requests.of(conversation_id="c1")[0].state == "held"
    work.holds.release(hold.hold_id, by="officer")
    work.eraser.breaks = True
    assert [step.outcome for step in await carry_out_requests(work)] == ["failed"]
    work.eraser.breaks = False
    assert [step.outcome for step in await carry_out_requests(work)] == ["done"]


async def test_the_night_begins_at_its_hour_and_only_once(tables: Engine, tmp_path: Path) -> None:
    clock = Clock()
    work = work_of(tables, tmp_path, clock)
    with tables.begin() as db:
        db.execute(text("CREATE TABLE conversations (id INTEGER PRIMARY KEY, name TEXT)"))
        db.execute(text("CREATE TABLE events (conversation INTEGER, seq INTEGER, at INTEGER, type TEXT)"))
    nightly = Nightly(retention=work, runs=Runs(tables, owner="one"), clock=clock)
    clock.at = NOON.replace(hour=2)
    await nightly.once()
    assert nightly.runs.newest() == ()
    clock.at = NOON.replace(hour=3)
    await nightly.once()
    await nightly.once()
    (run,) = nightly.runs.newest()
    assert run.ended_at and run.done == 0
