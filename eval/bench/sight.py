"""`python -m eval.bench.sight`: what seeing costs a turn, in CPU time: without it, as it is by default, with traces.

The turns of `bench_turn`, in process, in rounds that take their turns: what else runs on the machine meets all alike. Traces go
to an exporter that encodes and forgets them: sending is the network's. Above: nothing. Below: `bench_turn`, the assistant's sight.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from assistant.bootstrap import Aisle, open_aisle
from assistant.settings import AisleSettings
from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.tracing import TurnTraces
from eval.bench.turn import _cpu, _echo, _play
from model_serving.language_models.scripted import ScriptedModel

MODES = ("none", "metrics", "traces_0.1", "traces_1.0")
"""metrics: the default. traces_0.1: with AISLE_TRACES_URL, at the default share."""
AT_ONCE = 8


async def bench_sight(*, seconds: float, rounds: int, home: Path | None = None) -> dict[str, Any]:
    used: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        log = Path(scratch) / "conversations.db"
        settings = AisleSettings(home=home or Path(scratch), answering_writer="template", log_path=log)
        async with open_aisle(settings, model=ScriptedModel(_echo)) as aisle:
            await _play(aisle, AT_ONCE, seconds=seconds)
            for number in range(rounds):
                for mode in (*MODES[number % len(MODES) :], *MODES[: number % len(MODES)]):
                    with _seeing(aisle.assistant.sight, mode):
                        used[mode].append(await _cpu_a_turn(aisle, seconds))
                    print(f"round {number + 1} {mode}: {used[mode][-1]:.3f} ms a turn", file=sys.stderr)  # noqa: T201
    return _report(used)


def _report(used: dict[str, list[float]]) -> dict[str, Any]:
    ratios = {mode: [one / none for one, none in zip(used[mode], used["none"], strict=True)] for mode in MODES}
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": os.getloadavg()[0],
        "cpu_ms_a_turn": {mode: round(median(used[mode]), 3) for mode in MODES},
        "cost_percent": {mode: round((median(ratios[mode]) - 1) * 100, 2) for mode in MODES},
        "cost_percent_by_round": {mode: [round((one - 1) * 100, 1) for one in ratios[mode]] for mode in MODES},
    }


async def _cpu_a_turn(aisle: Aisle, seconds: float) -> float:
    began = _cpu()
    timings = await _play(aisle, AT_ONCE, seconds=seconds)
    return (_cpu() - began) / len(timings.reply) * 1000


@contextmanager
def _seeing(sight: Sight, mode: str) -> Iterator[None]:
    kind, _, share = mode.partition("_")
    sight.quiet = kind == "none"
    if kind == "traces":
        sight.settings = SightSettings(traces_share=float(share))
        sight.traces = TurnTraces(forgotten)
    try:
        yield
    finally:
        if isinstance(sight.traces, TurnTraces):
            sight.traces.close()
        sight.traces, sight.quiet = None, False


def forgotten(body: bytes) -> None:
    """What would be sent was made, and is forgotten: sending is the network's."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=20.0, help="of each mode in each round")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--home", type=Path, help="with an index already: saves making one")
    given = asked.parse_args()
    report = asyncio.run(bench_sight(seconds=given.seconds, rounds=given.rounds, home=given.home))
    print(json.dumps(report, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
