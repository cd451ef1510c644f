from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from assistant.audit.acts import LONGEST, MOST_LISTED, Entry, Who
from assistant.audit.audit_errors import AuditKeyMissing, AuditKeyUnreadable, AuditUnavailable
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.audit_tables import ENTRIES, LANES
from assistant.audit.chain import Chain, Timed
from assistant.audit.checkpoints import make_checkpoint
from assistant.audit.exporting import FolderSink
from assistant.audit.journal import MOST_WAITING
from assistant.audit.keeping import kept_audit
from assistant.audit.keys import KEYS_FILE, KeyRing, open_ring, open_signing_key
from assistant.audit.opening import open_audit, open_chain
from assistant.audit.reading import Sought, newest, oldest_first
from assistant.audit.upkeep import go_on_without, rotate
from assistant.audit.verifying import verify
from assistant.stores.small_tables import open_engine

pytestmark = pytest.mark.anyio
SETTINGS = AuditSettings(_env_file=None)
LOOK = Entry(
    act="conversation_read", who=Who(kind="agent", id="mara"), what="conversation:c_1", whose="u_1", why="claimed"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def chain_at(home: Path) -> Chain:
    return open_chain(open_engine(home), home, SETTINGS)


def many(count: int, act: Any = "conversation_read") -> list[Timed]:
    return [
        Timed(at=n, entry=Entry(act=act, who=Who(kind="agent", id=f"a{n}"), details={"n": n})) for n in range(count)
    ]


def test_many_writers_of_many_processes_leave_one_log_that_holds(tmp_path: Path) -> None:
    chains = [chain_at(tmp_path) for _ in range(4)]
    chains[0].open()
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(chain.append, many(5)) for chain in chains for _ in range(5)]:
            done.result()
    found = verify(chains[0].engine, chains[0].ring)
    assert found.holds and found.entries == 100


def test_two_that_write_the_same_lane_wait_for_each_other_and_none_is_lost(tmp_path: Path) -> None:
    chains = [chain_at(tmp_path) for _ in range(3)]
    for chain in chains:
        chain.open()
        chain.lane = 7
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(chain.append, many(3)) for chain in chains for _ in range(6)]:
            done.result()
    assert verify(chains[0].engine, chains[0].ring).entries == 54
    assert verify(chains[0].engine, chains[0].ring).holds


def test_a_lane_that_was_changed_from_outside_is_left_and_another_goes_on(tmp_path: Path) -> None:
    chain = chain_at(tmp_path)
    chain.append(many(3))
    lane = chain.lane
    with chain.engine.begin() as db:
        db.exec_driver_sql(f"UPDATE audit_heads SET seq = 1 WHERE lane = {lane}")
    chain.append(many(2))
    assert chain.lane != lane
    assert {finding.place for finding in verify(chain.engine, chain.ring).findings} >= {f"lane {lane}"}


def test_a_log_that_was_turned_back_as_a_whole_is_noticed_by_whoever_wrote_it(tmp_path: Path) -> None:
    chain = chain_at(tmp_path)
    chain.append(many(2))
    with chain.engine.connect() as db:
        head = db.exec_driver_sql(f"SELECT * FROM audit_heads WHERE lane = {chain.lane}").one()
    chain.append(many(3))
    with chain.engine.begin() as db:
        db.exec_driver_sql(f"DELETE FROM audit_entries WHERE lane = {chain.lane} AND seq > {head.seq}")
        db.exec_driver_sql(
            f"UPDATE audit_heads SET seq = ?, at = ?, link = ?, seal = ? WHERE lane = {chain.lane}",
            (head.seq, head.at, head.link, head.seal),
        )
    chain.append(many(1))
    [lost] = [one for _, one in newest(chain.engine, Sought(act="entries_lost"), limit=5)]
    assert lost.why == "turned_back" and lost.details["seq"] == 5


def test_a_rotated_key_is_found_by_those_that_were_running(tmp_path: Path) -> None:
    running, operator = chain_at(tmp_path), chain_at(tmp_path)
    running.append(many(2))
    operator.open()
    operator.ring.add()
    rotate(operator, Who(kind="operator", id="root"), open_signing_key(SETTINGS, tmp_path))
    running.append(many(2))
    found = verify(running.engine, running.ring)
    assert found.holds and found.entries == 4 + LANES
    with running.engine.connect() as db:
        assert db.execute(select(func.count(ENTRIES.c.key.distinct()))).scalar_one() == 2


def test_without_its_key_nothing_is_written_until_its_owner_says_that_it_is_lost(tmp_path: Path) -> None:
    chain_at(tmp_path).append(many(2))
    (tmp_path / KEYS_FILE).unlink()
    chain = chain_at(tmp_path)
    with pytest.raises(AuditKeyMissing, match="AISLE_AUDIT_KEYS"):
        chain.append(many(1))
    assert go_on_without(chain, Who(kind="operator", id="root")) == LANES
    chain.append(many(1))
    assert {one.trouble for one in verify(chain.engine, chain.ring).findings} == {"key"}


def test_keys_of_the_settings_win_and_are_checked(tmp_path: Path) -> None:
    given = "ab" * 32
    ring = open_ring(AuditSettings(_env_file=None, keys=f"{'cd' * 32},{given}"), tmp_path)
    assert ring.key(ring.newest) == bytes.fromhex(given)
    assert not (tmp_path / KEYS_FILE).exists()
    with pytest.raises(AuditKeyUnreadable, match="64 hexadecimal"):
        KeyRing(path=None, given="a password")
    with pytest.raises(AuditKeyUnreadable, match="AISLE_AUDIT_KEYS"):
        ring.add()


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    chain_at(tmp_path)
    open_signing_key(SETTINGS, tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("audit.*")} == {0o600}


def test_a_checkpoint_is_made_when_it_is_due_and_something_was_written(tmp_path: Path) -> None:
    chain, signer = chain_at(tmp_path), open_signing_key(SETTINGS, tmp_path)
    chain.append(many(2))
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    first = make_checkpoint(chain, signer, at=at, not_within=3_600)
    assert first is not None and first.number == 1
    assert make_checkpoint(chain, signer, at=at + timedelta(hours=2)) is None  # nothing since
    chain.append(many(1))
    assert make_checkpoint(chain, signer, at=at + timedelta(minutes=59), not_within=3_600) is None
    second = make_checkpoint(chain, signer, at=at + timedelta(minutes=61), not_within=3_600)
    assert second is not None and second.previous and not second.trouble


def test_an_exported_checkpoint_is_never_written_over(tmp_path: Path) -> None:
    sink = FolderSink(tmp_path / "drop")
    sink.deliver(1, "one")
    sink.deliver(1, "another")
    assert (tmp_path / "drop" / "checkpoint-000001.json").read_text() == "one\n"
    sink.deliver(3, "three")
    assert sink.delivered() == 1  # two is lacking, and comes with the next


def test_what_comes_from_outside_cannot_swell_an_entry(tmp_path: Path) -> None:
    chain = chain_at(tmp_path)
    flood = Entry(
        act="archive_searched",
        who=Who(kind="agent", id="a" * 5_000),
        what="w" * 5_000,
        details={"ids": tuple("i" * 900 for _ in range(900)), **{f"n{n}": "v" * 900 for n in range(50)}},
    )
    chain.append([Timed(at=1, entry=flood)])
    [(_, one)] = newest(chain.engine, Sought(), limit=1)
    assert len(one.who) == len(one.what) == LONGEST
    assert len(one.details["ids"]) == MOST_LISTED and len(one.details) == 24


def test_what_is_sought_is_found_by_any_of_its_sides_and_in_pages(tmp_path: Path) -> None:
    chain = chain_at(tmp_path)
    found = Entry(
        act="archive_searched", who=Who(kind="agent", id="ben"), details={"past[].customer_id": ("u_2", "u_3")}
    )
    other = Entry(act="conversation_read", who=Who(kind="agent", id="ben"), whose="u_33")
    chain.append([Timed(at=1_000_000, entry=LOOK), Timed(at=2_000_000, entry=found), Timed(at=3_000_000, entry=other)])
    engine = chain.engine

    def places(**sought: Any) -> list[str]:
        return [one.place.split("/")[1] for _, one in newest(engine, Sought(**sought), limit=10)]

    assert places(whose="u_3") == ["2"] and places(whose="u_1") == ["1"] and places(who="ben") == ["3", "2"]
    assert places(what="conversation:") == ["1"] and places(act="archive_searched") == ["2"]
    assert places(since=datetime(1970, 1, 1, 0, 0, 2), until=datetime(1970, 1, 1, 0, 0, 3)) == ["2"]
    (place, _), *_ = newest(engine, Sought(), limit=1)
    assert [one.place.split("/")[1] for _, one in newest(engine, Sought(), limit=9, before=place)] == ["2", "1"]
    chain.append(many(2_500))
    assert sum(len(page) for page in oldest_first(engine, Sought())) == 2_503


async def test_what_is_recorded_is_durable_when_it_returns_and_what_is_noted_comes_with_it(tmp_path: Path) -> None:
    audit = open_audit(open_engine(tmp_path), tmp_path, SETTINGS)
    audit.note(LOOK)
    await audit.record(LOOK)
    assert len(newest(audit.chain.engine, Sought(), limit=9)) == 2


async def test_a_hundred_that_wait_share_few_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = open_audit(open_engine(tmp_path), tmp_path, SETTINGS)
    commits: list[int] = []
    append = Chain.append
    monkeypatch.setattr(Chain, "append", lambda self, entries: (commits.append(len(entries)), append(self, entries))[1])
    await asyncio.gather(*(audit.record(LOOK) for _ in range(100)))
    assert sum(commits) == 100 and len(commits) <= 3


async def test_while_the_database_is_away_records_fail_and_notes_wait_or_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = open_audit(open_engine(tmp_path), tmp_path, SETTINGS)
    append = Chain._append

    def away(*_: Any) -> bool:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(Chain, "_append", away)
    with pytest.raises(AuditUnavailable, match="away"):
        await audit.record(LOOK)
    with pytest.raises(AuditUnavailable):
        audit.check()
    for _ in range(MOST_WAITING + 7):
        audit.note(LOOK)
    monkeypatch.setattr(Chain, "_append", append)
    await audit.flush()
    audit.check()
    assert [one.details["entries"] for _, one in newest(audit.chain.engine, Sought(act="entries_lost"), limit=3)] == [7]
    with audit.chain.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(ENTRIES)).scalar_one() == MOST_WAITING + 1


async def test_a_server_that_ends_writes_what_was_noted_and_signs_it(tmp_path: Path) -> None:
    tables = open_engine(tmp_path)
    async with kept_audit(tables, tmp_path, SETTINGS) as audit:
        audit.note(LOOK)
    folder = tmp_path / "audit" / "checkpoints"
    found = verify(tables, audit.chain.ring, exported=folder)
    assert found.holds and found.entries == 2 and found.beyond == 0 and found.checkpoints >= 1
    assert len(list(folder.glob("*.json"))) == found.checkpoints
