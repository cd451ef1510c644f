"""The audit log over PostgreSQL: replicas write lanes of their own, keys are agreed on, and it verifies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.audit.acts import Entry, Who
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed
from assistant.audit.keys import open_signing_key
from assistant.audit.opening import open_chain, share_ring
from assistant.audit.reading import Sought, newest
from assistant.audit.upkeep import rotate
from assistant.audit.verifying import verify
from assistant.stores.database import for_tables
from assistant.stores.shared_files import share_files
from assistant.stores.small_tables import open_engine

LOOK = Entry(act="conversation_read", who=Who(kind="agent", id="mara"), whose="u_1", details={"ids": ("u_2",)})


def test_replicas_over_one_database_leave_one_log_and_share_their_keys(postgres_url: str, tmp_path: Path) -> None:
    settings = AuditSettings(_env_file=None)
    engines = [open_engine(tmp_path, for_tables(postgres_url)) for _ in range(3)]
    chains: list[Chain] = []
    for n, engine in enumerate(engines):
        chains.append(open_chain(engine, tmp_path / f"replica{n}", settings))
        chains[-1].append([Timed(at=chains[-1].now(), entry=LOOK)])
    assert len({chain.ring.newest for chain in chains}) == 1
    assert len({chain.lane for chain in chains}) == 3
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(chain.append, [Timed(at=1, entry=LOOK)] * 4) for chain in chains for _ in range(5)]:
            done.result()
    first = chains[0]
    first.ring.add()
    share_ring(engines[0], tmp_path / "replica0")
    rotate(first, LOOK.who, open_signing_key(settings, tmp_path / "replica0"))
    for chain in chains[1:]:
        chain.append([Timed(at=chain.now(), entry=LOOK)])
    found = verify(engines[1], chains[1].ring)
    assert found.holds and found.entries == 63 + 16 + 2
    with engines[2].begin() as db:
        db.exec_driver_sql("UPDATE audit_entries SET whose = 'u_9' WHERE lane = 0 AND seq = 1")
    assert [one.place for one in verify(engines[2], chains[2].ring).findings] == ["entry 0/1"]
    assert len(newest(engines[0], Sought(whose="u_2"), limit=500)) == 65
    for engine in engines:
        engine.dispose()


def test_keys_of_the_settings_never_reach_the_database(postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(tmp_path, for_tables(postgres_url))
    chain = open_chain(engine, tmp_path, AuditSettings(_env_file=None, keys="ab" * 32))
    chain.append([Timed(at=1, entry=LOOK)])
    assert verify(engine, chain.ring).holds
    share_files(engine, tmp_path, ())  # makes the table where there is none
    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM shared_files").scalar_one() == 0
    engine.dispose()
