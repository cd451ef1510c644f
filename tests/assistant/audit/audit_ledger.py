"""A small audit log to plant changes in: lanes, a rotated key, checkpoints in the database and in a folder."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, StaticPool, create_engine

from assistant.audit.acts import Entry, Who
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed
from assistant.audit.checkpoints import document_of, make_checkpoint
from assistant.audit.exporting import FolderSink
from assistant.audit.keys import KeyRing, open_ring, open_signing_key, public_hex
from assistant.audit.upkeep import rotate

LANES_USED = 3
AGENT = Who(kind="agent", id="mara")


@dataclass
class Ledger:
    content: bytes
    ring: KeyRing
    folder: Path
    public_key: str

    def opened(self) -> tuple[Engine, sqlite3.Connection]:
        """A copy of its own, in memory."""
        db = sqlite3.connect(":memory:", check_same_thread=False)
        db.deserialize(self.content)
        return create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool), db


def entry(n: int) -> Entry:
    acts = ("conversation_read", "message_sent", "customer_read", "conversation_claimed")
    return Entry(
        act=acts[n % len(acts)],
        who=Who(kind="agent", id=f"agent{n % 5}"),
        what=f"conversation:c_{n}",
        whose=f"u_{n % 11}",
        why="claimed",
        details={"n": n},
    )


def build_ledger(home: Path, *, rounds: int = 6, each: int = 5) -> Ledger:
    """`rounds` checkpoints, and entries after the last one."""
    settings = AuditSettings(_env_file=None)
    db = sqlite3.connect(":memory:", check_same_thread=False)
    engine = create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool)
    ring, signer, folder = open_ring(settings, home), open_signing_key(settings, home), home / "elsewhere"
    chains = [Chain(engine, ring) for _ in range(LANES_USED)]
    at, now, number = datetime(2026, 11, 23, tzinfo=UTC), 1_000_000, 0
    for lane, chain in enumerate(chains):
        chain.open()
        chain.lane = lane
        opened = Entry(act="opened", who=AGENT, details={"signing": public_hex(signer)})
        chain.append([Timed(at=now, entry=opened)])
    for turn in range(rounds + 1):
        for chain in chains:
            timed = [Timed(at=now + n, entry=entry(number + n)) for n in range(each)]
            chain.append(timed)
            number, now = number + each, now + 1_000_000
        if turn == rounds // 2:
            ring.add()
            rotate(chains[0], AGENT, signer)
        if turn < rounds:
            made = make_checkpoint(chains[0], signer, at=at + timedelta(hours=turn))
            assert made is not None
            FolderSink(folder).deliver(made.number, document_of(made))
    content = db.serialize()
    return Ledger(content=content, ring=ring, folder=folder, public_key=public_hex(signer))


def read_json(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text())
    return found
