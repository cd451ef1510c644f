"""How much the audit log costs: µs a link, rows a second, what a desk call waits, seconds to verify. One JSON object.

    python scripts/measure_audit.py --rows 1000000 --out audit.json

SQLite in a folder of its own; with --url a PostgreSQL URL ("embedded": one that is started for it), whose audit tables must be
empty. CPU seconds beside wall seconds: on a busy machine the former tell.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Engine

from assistant.audit.acts import Entry, Who
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed, row_of
from assistant.audit.checkpoints import make_checkpoint
from assistant.audit.journal import MOST_AT_ONCE, Audit
from assistant.audit.keys import open_signing_key, public_hex
from assistant.audit.links import link_of
from assistant.audit.opening import open_chain
from assistant.audit.verifying import verify
from assistant.stores.database import for_tables
from assistant.stores.small_tables import open_engine

LOOK = Entry(
    act="conversation_read",
    who=Who(kind="agent", id="mara"),
    what="conversation:c_0192f0c4a7be4d0f",
    whose="customer_4711",
    why="claimed",
    details={"seen:customer_4711": ("orders", "profile")},
)
LINKS = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(asked.url) as url:
        home = Path(folder)
        engine = open_engine(home, for_tables(url) if url else "")
        told = measured(engine, home, asked.rows)
        told |= {"bytes_a_row": round((home / "house.db").stat().st_size / asked.rows)} if not url else {}
        engine.dispose()
    told |= {"database": "postgresql" if url else "sqlite", "load": os.getloadavg()[0], "cores": os.cpu_count()}
    told["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps(told, indent=2)
    sys.stdout.write(text + "\n")
    if asked.out:
        asked.out.write_text(text + "\n")


@contextmanager
def _database(url: str) -> Iterator[str]:
    if url != "embedded":
        yield url
        return
    from eval.servers.postgres import PostgresServer

    server = PostgresServer.make()
    server.start()
    try:
        yield server.url()
    finally:
        server.remove()


def measured(engine: Engine, home: Path, rows: int) -> dict[str, Any]:
    chain = open_chain(engine, home, AuditSettings())
    chain.open()
    told: dict[str, Any] = {"rows": rows, "link_us_cpu": _links(chain)}
    told |= asyncio.run(_latency(Audit(chain)))
    told |= _filled(chain, rows)
    signer = open_signing_key(AuditSettings(), home)
    opened = Entry(act="opened", who=LOOK.who, details={"signing": public_hex(signer)})
    chain.append([Timed(at=chain.now(), entry=opened)])
    told["checkpoint_ms_cpu"] = round(1e3 * _cpu(lambda: make_checkpoint(chain, signer, at=datetime.now(UTC)))[0], 2)
    before = _peak_mb()
    cpu, wall, found = _cpu(lambda: verify(engine, chain.ring, tell=_tell))
    assert found.holds, found.findings[:3]
    told |= {
        "verify_rows": found.entries,
        "verify_seconds_cpu": round(cpu, 2),
        "verify_seconds_wall": round(wall, 2),
        "verify_grew_mb": round(_peak_mb() - before, 1),
        "verify_us_a_row_cpu": round(1e6 * cpu / found.entries, 2),
    }
    return told


def _links(chain: Chain) -> float:
    key, link = chain.ring.key(chain.ring.newest), b""
    row = row_of(0, 1, chain.ring.newest, Timed(at=1, entry=LOOK))

    def work() -> None:
        nonlocal link
        for _ in range(LINKS):
            link = link_of(row, link, key)

    return round(1e6 * min(_cpu(work)[0] for _ in range(3)) / LINKS, 2)


async def _latency(audit: Audit) -> dict[str, Any]:
    """What one desk call waits, alone and among fifty at once; what a turn pays for a note."""
    alone = [await _waited(audit) for _ in range(100)]
    among = [one for _ in range(4) for one in await asyncio.gather(*(_waited(audit) for _ in range(50)))]
    began = time.process_time()
    for _ in range(10_000):
        audit.note(LOOK)
    note = (time.process_time() - began) / 10_000
    await audit.flush()
    return {
        "record_ms_p50": round(1e3 * statistics.median(alone), 2),
        "record_ms_p95": round(1e3 * statistics.quantiles(alone, n=20)[-1], 2),
        "record_ms_p95_of_50_at_once": round(1e3 * statistics.quantiles(among, n=20)[-1], 2),
        "note_us_cpu": round(1e6 * note, 2),
    }


async def _waited(audit: Audit) -> float:
    began = time.perf_counter()
    await audit.record(LOOK)
    return time.perf_counter() - began


def _filled(chain: Chain, rows: int) -> dict[str, Any]:
    def work() -> None:
        for start in range(0, rows, MOST_AT_ONCE):
            batch = [Timed(at=chain.now(), entry=LOOK)] * min(MOST_AT_ONCE, rows - start)
            chain.append(batch)
            if start % (100 * MOST_AT_ONCE) == 0:
                sys.stderr.write(f"written {start:,} of {rows:,}\n")

    cpu, wall, _ = _cpu(work)
    return {"write_rows_s_wall": round(rows / wall), "write_us_a_row_cpu": round(1e6 * cpu / rows, 2)}


def _cpu(work: Callable[[], Any]) -> tuple[float, float, Any]:
    began, at = time.process_time(), time.perf_counter()
    found = work()
    return time.process_time() - began, time.perf_counter() - at, found


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tell(done: int, of: int) -> None:
    if done % 200_000 == 0:
        sys.stderr.write(f"verified {done:,} of {of:,}\n")


if __name__ == "__main__":
    main()
