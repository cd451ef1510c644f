"""The matrix: F1 to F15, each runnable by itself, seeded, against real servers. Above: the command and tests."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
from websockets import WebSocketException

from eval.faults.of_bursts import burst
from eval.faults.of_models import model_breaks, model_hangs
from eval.faults.of_network import partitioned
from eval.faults.of_processes import app_killed, bus_down, postgres_killed, worker_stopped
from eval.faults.of_readers import non_reader
from eval.faults.of_senders import doubled_and_reordered
from eval.faults.of_storage import disk_full, older_backup, spoiled_rows
from eval.faults.of_time import away_for_a_week, clock_jumps
from eval.faults.outcome import Conditions, Fault, Outcome, Seen
from eval.kill.figures import Failed
from eval.servers.child import ServerMissing

FAULTS: Final[Sequence[Fault]] = (
    Fault(
        name="F1",
        title="the app is killed (SIGKILL) at random moments",
        invariant="what was acknowledged is in the log; one reply to each message; no effect twice",
        run=app_killed,
    ),
    Fault(
        name="F2",
        title="PostgreSQL is killed and started again",
        invariant="nothing acknowledged without a commit; it goes on by itself",
        run=postgres_killed,
    ),
    Fault(
        name="F3",
        title="the bus is away for a minute",
        invariant="every event is on every device, by sweep: p95 within 2 s; nothing lost",
        run=bus_down,
    ),
    Fault(
        name="F4",
        title="the language model hangs",
        invariant="a whole and true reply within the deadline; well again soon after",
        run=model_hangs,
    ),
    Fault(
        name="F5",
        title="the language model fails, lies, breaks off or never ends",
        invariant="no partial reply is shown as final; no tool runs on invalid arguments; the breaker opens",
        run=model_breaks,
    ),
    Fault(
        name="F6",
        title="the disk is full",
        invariant="nothing is acknowledged that is not stored; reads work; it goes on when there is room",
        run=disk_full,
    ),
    Fault(
        name="F7",
        title="the wall clock jumps by two hours, either way",
        invariant="order is by seq; no token is refused for it; every message has its one reply",
        run=clock_jumps,
    ),
    Fault(
        name="F8",
        title="sends are doubled, delayed and cut on their way from several devices",
        invariant="one event for each client_id; each device's messages in its own order",
        run=doubled_and_reordered,
    ),
    Fault(
        name="F9",
        title="a client does not read",
        invariant="it is closed with 4408; the others' p99 within 10 %; memory is bounded",
        run=non_reader,
    ),
    Fault(
        name="F10",
        title="one visitor sends a hundred times as much",
        invariant="what was accepted is kept; the rest is told 429 with Retry-After; others are served",
        run=burst,
    ),
    Fault(
        name="F11",
        title="a worker stands still past its lease (SIGSTOP), and wakes in the middle of its words",
        invariant="its late writes are refused: one reply to each message",
        run=worker_stopped,
    ),
    Fault(
        name="F12",
        title="a server is cut off from its database",
        invariant="no acknowledgement after 5 s, and none that is not kept; afterwards it goes on",
        run=partitioned,
    ),
    Fault(
        name="F13",
        title="a device is offline for seven days",
        invariant="its log is the server's, to the last event",
        run=away_for_a_week,
    ),
    Fault(
        name="F14",
        title="an older backup is restored",
        invariant="every device that resumes is told to begin anew; no seq silently means another event",
        run=older_backup,
    ),
    Fault(
        name="F15",
        title="rows of the log are torn or flipped",
        invariant="`aisle db check --deep` names exactly the row",
        run=spoiled_rows,
    ),
)


async def run_fault(fault: Fault, under: Conditions) -> Outcome:
    """In a folder of its own. What could not be carried out does not hold, and says why."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"aisle-{fault.name}-", dir=under.folder) as made:
        try:
            seen = await fault.run(replace(under, folder=Path(made)))
        except (Failed, ServerMissing, OSError, TimeoutError, httpx.HTTPError, WebSocketException) as error:
            seen = Seen(wrong={"not_carried_out": 1}, note=f"{type(error).__name__}: {error}"[:400])
    return Outcome(
        fault=fault.name,
        title=fault.title,
        invariant=fault.invariant,
        held=seen.held,
        wrong=seen.wrong,
        figures=seen.figures,
        seconds=round(time.monotonic() - began, 1),
        seed=under.seed,
        note=seen.note,
    )
