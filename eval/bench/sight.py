"""`python -m eval.bench.sight --json`: what seeing costs a turn, in CPU time: without it, as it is by default, with traces.

Whole turns in process. Of each mode one conversation is under way, all with the same lines; they take their turns line by line, in
an order drawn anew, so that what else runs on the machine meets all alike and milliseconds apart. A mode's cost is the mean of the
differences to the same turn without sight, the tenth at either end left out; its interval is a bootstrap over rounds of
conversations. Traces are made and encoded, and forgotten: sending is the network's.

Above: `aisle bench`. Below: `bench_turn`'s script, the assistant's sight, `sight_direct` (the same without turns around it).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np

from assistant.bootstrap import Aisle, open_aisle
from assistant.events import AssistantSaid, ConversationId
from assistant.settings import AisleSettings
from assistant.shop_index import indexed_revision
from assistant.sight.happened import Happened
from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.tracing import TurnTraces
from assistant.signals import Committed
from eval.bench import sight_direct
from eval.bench.turn import SCRIPT, _echo
from model_serving.language_models.scripted import ScriptedModel

SHARES: Final[Mapping[str, float | None]] = {"none": None, "metrics": None, "traces_0.1": 0.1, "traces_1.0": 1.0}
"""By mode, the turns that are traced. metrics: the default. traces_0.1: with AISLE_TRACES_URL, at the default share."""
BOUND_PERCENT: Final = 3.0
WARM: Final = 3
"""Rounds that are not counted."""
DRAWN: Final = 1_000
"""Resamples of the bootstrap."""


Used = Mapping[str, list[list[float]]]
"""By mode and round: milliseconds of CPU of each turn, the lines alike placed."""


async def bench_sight(*, rounds: int, home: Path | None = None, seed: int = 1) -> dict[str, Any]:
    chance = Random(seed)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        log = Path(scratch) / "conversations.db"
        settings = AisleSettings(home=home or Path(scratch), answering_writer="template", log_path=log)
        if indexed_revision(settings) is None:
            async with open_aisle(settings, model=ScriptedModel(_echo)):
                pass  # makes the shop and its index
        # Else what other languages need would be indexed beside the turns, and its CPU counted as theirs.
        quiet = settings.model_copy(update={"index_builds": False})
        async with open_aisle(quiet, model=ScriptedModel(_echo)) as aisle:
            with _traces() as traces:
                used = await _rounds(aisle, rounds, chance, traces)
    return report_of(used, seed)


async def _rounds(aisle: Aisle, rounds: int, chance: Random, traces: Mapping[str, TurnTraces]) -> Used:
    used: Used = {mode: [] for mode in SHARES}
    for number in range(-WARM, rounds):
        took = await _round(aisle, number, chance, traces)
        for mode, each in took.items() if number >= 0 else ():
            used[mode].append(each)
        if number > 0 and number % 25 == 0:
            print(f"round {number} of {rounds}", file=sys.stderr)  # noqa: T201
    return used


async def _round(aisle: Aisle, number: int, chance: Random, traces: Mapping[str, TurnTraces]) -> dict[str, list[float]]:
    """A conversation in each mode. The figures change from round to round, so that no cache answers for a turn."""
    figures = {"price": 90 + (number + WARM) % 900, "size": 38 + number % 9, "rating": 3 + number % 2}
    talks = {mode: (await aisle.assistant.start(channel="web"))[0] for mode in SHARES}
    took: dict[str, list[float]] = {mode: [] for mode in SHARES}
    sight, waiting = aisle.assistant.sight, {mode: list[Happened]() for mode in SHARES}
    gc.collect()
    for line, text in enumerate(SCRIPT):
        for mode in chance.sample(list(SHARES), len(SHARES)):
            _see(sight, mode, traces)
            sight.waiting = waiting[mode]
            began = time.process_time()
            await _turn(aisle, talks[mode], text.format(**figures), f"{number}-{line}")
            took[mode].append((time.process_time() - began) * 1000)
            waiting[mode], sight.waiting = sight.waiting, []
    for mode in chance.sample(list(SHARES), len(SHARES)):
        afterwards = _counted(sight, mode, traces, waiting[mode]) / len(SCRIPT)
        took[mode] = [one + afterwards for one in took[mode]]
    return took


def _counted(sight: Sight, mode: str, traces: Mapping[str, TurnTraces], waiting: list[Happened]) -> float:
    """Milliseconds. At a full server that is done for some hundred turns at once; here for one conversation's, which is dearer."""
    _see(sight, mode, traces)
    sight.waiting = waiting
    began = time.process_time()
    sight.fold()
    if mode in traces:
        traces[mode].flush()
    return (time.process_time() - began) * 1000


async def _turn(aisle: Aisle, conversation: ConversationId, text: str, client_id: str) -> None:
    async with aisle.assistant.subscribe(conversation) as messages:
        await aisle.assistant.receive(conversation, text, client_id=client_id, channel="web")
        async for message in messages:
            for event in message.events if isinstance(message, Committed) else ():
                if isinstance(event.fact, AssistantSaid):
                    aisle.assistant.sight.delivered(str(event.fact.turn_id), "web")
                    return


def _see(sight: Sight, mode: str, traces: Mapping[str, TurnTraces]) -> None:
    share = SHARES[mode]
    sight.quiet, sight.traces = mode == "none", traces.get(mode)
    sight.settings = SightSettings.model_construct(traces_share=share or 0.0)


@contextmanager
def _traces() -> Iterator[Mapping[str, TurnTraces]]:
    opened = {mode: TurnTraces(sight_direct.forgotten) for mode, share in SHARES.items() if share is not None}
    try:
        yield opened
    finally:
        for one in opened.values():
            one.close()


# -- figures -------------------------------------------------------------------------------------------------------------


def report_of(used: Used, seed: int = 1) -> dict[str, Any]:
    base = np.array(used["none"])
    more = {mode: np.array(used[mode]) - base for mode in used if mode != "none"}
    chance = np.random.default_rng(seed)
    intervals = {mode: _interval(base, each, chance) for mode, each in more.items()}
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 1),
        "rounds": len(base),
        "turns_a_mode": int(base.size),
        "cpu_ms_a_turn": {mode: round(_mean(np.array(used[mode])), 3) for mode in used},
        "cost_us_a_turn": {mode: round(_mean(each) * 1000) for mode, each in more.items()},
        "cost_percent": {mode: round(_mean(each) / _mean(base) * 100, 2) for mode, each in more.items()},
        "cost_percent_interval_95": intervals,
        "bound_percent": BOUND_PERCENT,
        "within": intervals["traces_0.1"][1] <= BOUND_PERCENT,
    }


def _mean(values: Any) -> float:
    """Without the tenth at either end: a turn during which the machine was taken away says nothing of sight."""
    ordered = np.sort(values, axis=None)
    cut = ordered.size // 10
    return float(ordered[cut : ordered.size - cut].mean())


def _interval(base: Any, more: Any, chance: np.random.Generator) -> list[float]:
    """95 %, by bootstrap (Efron 1979) over rounds: the turns of one conversation hang together."""
    drawn = []
    for _ in range(DRAWN):
        rows = chance.integers(0, len(base), len(base))
        drawn.append(_mean(more[rows]) / _mean(base[rows]) * 100)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return [round(float(low), 2), round(float(high), 2)]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=150, help="of one conversation in each mode")
    asked.add_argument("--home", type=Path, help="with an index already: saves making one")
    asked.add_argument("--json", action="store_true", help="JSON is what it prints, with or without")
    given = asked.parse_args()
    began = time.monotonic()
    report = asyncio.run(bench_sight(rounds=given.rounds, home=given.home))
    report["alone_us_a_turn"] = sight_direct.report()
    report["seconds"] = round(time.monotonic() - began)
    print(json.dumps(report, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
