from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed
from assistant.audit.checkpoints import make_checkpoint
from assistant.audit.keys import open_ring, open_signing_key
from assistant.audit.upkeep import prune
from assistant.audit.verifying import Verified, verify
from assistant.stores.small_tables import open_engine
from tests.assistant.audit.audit_ledger import AGENT, LANES_USED, Ledger, build_ledger, entry

PLANTED = 1_000
TEXTS = ("who", "act", "what", "whose", "why", "result", "details", "who_kind")

Rows = list[tuple[int, int]]
Planter = Callable[[sqlite3.Connection, random.Random, Rows], set[str]]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return build_ledger(tmp_path_factory.mktemp("audit"))


def places(verified: Verified) -> set[str]:
    return {finding.place for finding in verified.findings}


def test_an_untouched_log_holds_with_and_without_what_was_exported(ledger: Ledger) -> None:
    engine, _ = ledger.opened()
    told: list[tuple[int, int]] = []
    here = verify(engine, ledger.ring)
    both = verify(
        engine,
        ledger.ring,
        exported=ledger.folder,
        public_key=ledger.public_key,
        tell=lambda *so_far: told.append(so_far),
    )
    assert here.findings == both.findings == []
    assert both.entries == told[-1][1] > 100
    assert both.checkpoints == 6
    assert both.beyond >= LANES_USED * 5


# Each planter changes one thing and says which places may be named for it: one of them must be.


def edited(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    lane, seq = chance.choice(rows)
    column = chance.choice((*TEXTS, "at", "link", "key"))
    at = (lane, seq)
    if column == "at":
        db.execute("UPDATE audit_entries SET at = at + 1 WHERE lane = ? AND seq = ?", at)
    elif column == "link":
        db.execute("UPDATE audit_entries SET link = ? WHERE lane = ? AND seq = ?", (chance.randbytes(32), *at))
    else:
        db.execute(f"UPDATE audit_entries SET {column} = {column} || 'x' WHERE lane = ? AND seq = ?", at)
    return {f"entry {lane}/{seq}"}


def swapped(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    (lane, seq), (other, at) = chance.sample([row for row in rows if row[0] < LANES_USED], 2)
    db.execute("UPDATE audit_entries SET lane = -1 WHERE lane = ? AND seq = ?", (lane, seq))
    db.execute("UPDATE audit_entries SET lane = ?, seq = ? WHERE lane = ? AND seq = ?", (lane, seq, other, at))
    db.execute("UPDATE audit_entries SET lane = ?, seq = ? WHERE lane = -1", (other, at))
    return {f"entry {lane}/{seq}", f"entry {other}/{at}"}


def removed(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    inner = [row for row in rows if (row[0], row[1] + 1) in rows]
    lane, seq = chance.choice(inner)
    db.execute("DELETE FROM audit_entries WHERE lane = ? AND seq = ?", (lane, seq))
    return {f"entry {lane}/{seq}"}


def cut(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    """The last entries since the last checkpoint, and perhaps the head set back to what is left."""
    lane = chance.randrange(LANES_USED)
    last = max(seq for one, seq in rows if one == lane)
    left = last - chance.randint(1, 4)
    link = db.execute("SELECT link FROM audit_entries WHERE lane = ? AND seq = ?", (lane, left)).fetchone()[0]
    db.execute("DELETE FROM audit_entries WHERE lane = ? AND seq > ?", (lane, left))
    if chance.random() < 0.5:
        db.execute("UPDATE audit_heads SET seq = ?, link = ? WHERE lane = ?", (left, link, lane))
        return {f"lane {lane}"}
    return {f"entry {lane}/{last}", f"entries {lane}/{left + 1} to {lane}/{last}"}


def inserted(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    """An entry of the log once more: behind the end, or in the place of another that went."""
    lane, seq = chance.choice([row for row in rows if row[0] < LANES_USED])
    to = chance.randrange(LANES_USED)
    at = max(one for other, one in rows if other == to) + 1
    if chance.random() < 0.5:
        at = chance.choice([one for other, one in rows if other == to and (other, one) != (lane, seq)])
        db.execute("DELETE FROM audit_entries WHERE lane = ? AND seq = ?", (to, at))
    columns = "at, key, who_kind, who, act, what, whose, why, result, details, link"
    db.execute(
        f"INSERT INTO audit_entries (lane, seq, {columns}) SELECT ?, ?, {columns} FROM audit_entries"
        " WHERE lane = ? AND seq = ?",
        (to, at, lane, seq),
    )
    return {f"entry {to}/{at}"}


def checkpoint_changed(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    number = chance.randint(1, 6)
    (text,) = db.execute("SELECT document FROM audit_checkpoints WHERE number = ?", (number,)).fetchone()
    document = json.loads(text)
    match chance.randrange(5):
        case 0:
            document["heads"][0]["seq"] += chance.choice((-1, 1))
        case 1:
            document["at"] = "2026-11-24T00:00:00Z"
        case 2:
            document["heads"].pop()
        case 3:
            document["signature"] = chance.randbytes(64).hex()
        case _:
            db.execute("DELETE FROM audit_checkpoints WHERE number = ?", (number,))
            return {f"checkpoint {number}"} if number < 6 else {"checkpoint 6", "gone"}
    changed = json.dumps(document, sort_keys=True, separators=(",", ":"))
    db.execute("UPDATE audit_checkpoints SET document = ? WHERE number = ?", (changed, number))
    return {f"checkpoint {number}"}


def head_changed(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    lane = chance.randrange(16)
    if chance.random() < 0.3:
        db.execute("DELETE FROM audit_heads WHERE lane = ?", (lane,))
    else:
        db.execute("UPDATE audit_heads SET seal = ? WHERE lane = ?", (chance.randbytes(32), lane))
    return {f"lane {lane}"}


def key_named_anew(db: sqlite3.Connection, chance: random.Random, rows: Rows) -> set[str]:
    """Entries said to be another key's."""
    lane, seq = chance.choice(rows)
    keys = [key for (key,) in db.execute("SELECT DISTINCT key FROM audit_entries")]
    (own,) = db.execute("SELECT key FROM audit_entries WHERE lane = ? AND seq = ?", (lane, seq)).fetchone()
    other = chance.choice([*(key for key in keys if key != own), chance.randbytes(6).hex()])
    db.execute("UPDATE audit_entries SET key = ? WHERE lane = ? AND seq = ?", (other, lane, seq))
    return {f"entry {lane}/{seq}"}


PLANTERS: tuple[Planter, ...] = (
    edited,
    swapped,
    removed,
    cut,
    inserted,
    checkpoint_changed,
    head_changed,
    key_named_anew,
)


@pytest.mark.parametrize("many", [PLANTED // 10, pytest.param(PLANTED, marks=pytest.mark.slow)])
def test_each_planted_change_is_found_where_it_was_planted(ledger: Ledger, many: int) -> None:
    chance, missed, planted = random.Random(20261123), [], Counter[str]()
    _, whole = ledger.opened()
    rows: Rows = whole.execute("SELECT lane, seq FROM audit_entries ORDER BY lane, seq").fetchall()
    for n in range(many):
        planter = PLANTERS[n % len(PLANTERS)]
        engine, db = ledger.opened()
        expected = planter(db, chance, rows)
        db.commit()
        # The last checkpoint gone is seen by whoever has what was exported; all else without it, too.
        found = places(verify(engine, ledger.ring, exported=ledger.folder if "gone" in expected else None))
        planted[planter.__name__] += 1
        if not found & expected:
            missed.append((planter.__name__, expected, found))
        db.close()
    assert not missed, missed[:5]
    assert sum(planted.values()) == many and min(planted.values()) >= many // len(PLANTERS)


def test_a_chain_made_anew_with_a_stolen_key_is_another_than_the_checkpoints_know(ledger: Ledger) -> None:
    engine, db = ledger.opened()
    (seal,) = db.execute("SELECT seal FROM audit_heads WHERE lane = 0").fetchone()
    thief = Chain(engine, ledger.ring)
    thief.open()
    thief.lane = 0
    db.execute("DELETE FROM audit_entries WHERE lane = 0 AND seq > 3")
    link = db.execute("SELECT link, key FROM audit_entries WHERE lane = 0 AND seq = 3").fetchone()
    db.execute("UPDATE audit_heads SET seq = 3, link = ?, key = ? WHERE lane = 0", link)
    head = next(one for one in thief.heads(engine.connect()) if one.lane == 0)
    db.execute("UPDATE audit_heads SET seal = ? WHERE lane = 0", (thief._sealed(head).seal,))
    db.commit()
    thief.append([Timed(at=n, entry=entry(n + 500)) for n in range(60)])
    found = verify(engine, ledger.ring, exported=ledger.folder)
    assert any(one.trouble == "other_history" and one.place.startswith("entry 0/") for one in found.findings), seal


def test_all_checkpoints_signed_anew_with_another_key_are_told(ledger: Ledger, tmp_path: Path) -> None:
    engine, db = ledger.opened()
    db.execute("DELETE FROM audit_checkpoints")
    db.commit()
    other = open_signing_key(AuditSettings(_env_file=None), tmp_path)
    chain = Chain(engine, ledger.ring)
    assert make_checkpoint(chain, other, at=datetime(2026, 11, 24, tzinfo=UTC)) is not None
    assert {"checkpoint 1"} <= places(verify(engine, ledger.ring))  # the chain does not know who signed
    assert {"checkpoint 1", "checkpoint 2"} <= places(verify(engine, ledger.ring, exported=ledger.folder))
    pinned = verify(engine, ledger.ring, public_key=ledger.public_key)
    assert [one.trouble for one in pinned.findings] == ["key"]


def test_another_ring_of_keys_is_told_by_its_name_and_not_as_a_thousand_changed_entries(
    ledger: Ledger, tmp_path: Path
) -> None:
    engine, _ = ledger.opened()
    ring = open_ring(AuditSettings(_env_file=None), tmp_path)
    found = verify(engine, ring)
    assert {one.trouble for one in found.findings} == {"head", "key"}


def test_an_exported_checkpoint_that_was_changed_is_told(ledger: Ledger, tmp_path: Path) -> None:
    engine, _ = ledger.opened()
    folder = tmp_path / "drop"
    shutil.copytree(ledger.folder, folder)
    path = folder / "checkpoint-000004.json"
    path.write_text(path.read_text().replace('"lane":0', '"lane":1', 1))
    (folder / "checkpoint-000005.json").write_text("{}")
    assert {"checkpoint 4", "checkpoint checkpoint-000005.json"} <= places(verify(engine, ledger.ring, exported=folder))


def test_what_was_pruned_is_no_fault_and_what_follows_still_holds(ledger: Ledger) -> None:
    engine, db = ledger.opened()
    chain = Chain(engine, ledger.ring)
    chain.open()
    gone = prune(chain, AGENT, before=9_000_000)
    assert gone > 20
    assert verify(engine, ledger.ring, exported=ledger.folder).findings == []
    db.execute("DELETE FROM audit_entries WHERE lane = 0 AND seq = (SELECT MIN(seq) FROM audit_entries WHERE lane = 0)")
    db.commit()
    assert any(one.trouble == "removed" for one in verify(engine, ledger.ring).findings)


def test_nothing_written_yet_holds(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    chain = Chain(engine, open_ring(AuditSettings(_env_file=None), tmp_path))
    chain.open()
    assert verify(engine, chain.ring).holds
    engine.dispose()
