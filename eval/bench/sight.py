"""`python -m eval.bench.sight --json`: what seeing costs a turn, in CPU time: without it, as it is by default, with traces.

Whole turns in process, a conversation at a time, in rounds: each round has every mode once, in an order drawn anew, so that what
else runs on the machine meets all alike. A mode's cost is the median over rounds of its CPU beside that of no sight in the same
round; its interval is a bootstrap over rounds. Traces are made and encoded, and forgotten: sending is the network's.

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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from assistant.bootstrap import Aisle, open_aisle
from assistant.events import AssistantSaid, ConversationId
from assistant.settings import AisleSettings
from assistant.shop_index import indexed_revision
from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.tracing import TurnTraces
from assistant.signals import Committed
from eval.bench import sight_direct
from eval.bench.turn import SCRIPT, _cpu, _echo
from model_serving.language_models.scripted import ScriptedModel

SHARES: Final[Mapping[str, float | None]] = {"none": None, "metrics": None, "traces_0.1": 0.1, "traces_1.0": 1.0}
"""By mode, the turns that are traced. metrics: the default. traces_0.1: with AISLE_TRACES_URL, at the default share."""
BOUND_PERCENT: Final = 3.0
DRAWN: Final = 2_000
"""Resamples of the bootstrap."""


async def bench_sight(*, rounds: int, home: Path | None = None, seed: int = 1) -> dict[str, Any]:
    used: dict[str, list[float]] = {mode: [] for mode in SHARES}
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
            for number in range(-2, rounds):
                order = chance.sample(list(SHARES), len(SHARES))
                for place, mode in enumerate(order):
                    took = await _block(aisle, mode, number * len(order) + place + 100)
                    if number >= 0:  # the first two are for warming up
                        used[mode].append(took)
                if number >= 0 and number % 20 == 19:
                    print(f"{number + 1} of {rounds} rounds: {_so_far(used)}", file=sys.stderr)  # noqa: T201
    return report_of(used, chance)


async def _block(aisle: Aisle, mode: str, visit: int) -> float:
    """Milliseconds of CPU a turn, of one conversation."""
    gc.collect()
    with _seeing(aisle.assistant.sight, mode):
        began = _cpu()
        await _conversation(aisle, visit)
        traces = aisle.assistant.sight.traces
        if isinstance(traces, TurnTraces):
            traces.flush()
        return (_cpu() - began) / len(SCRIPT) * 1000


async def _conversation(aisle: Aisle, visit: int) -> None:
    """The figures are never the same again, so that no cache answers for a turn."""
    conversation, _ = await aisle.assistant.start(channel="web")
    figures = {"price": 90 + visit % 900, "size": 38 + visit % 9, "rating": 3 + visit % 2}
    for line, text in enumerate(SCRIPT):
        await _turn(aisle, conversation, text.format(**figures), f"{visit}-{line}")


async def _turn(aisle: Aisle, conversation: ConversationId, text: str, client_id: str) -> None:
    async with aisle.assistant.subscribe(conversation) as messages:
        await aisle.assistant.receive(conversation, text, client_id=client_id, channel="web")
        async for message in messages:
            for event in message.events if isinstance(message, Committed) else ():
                if isinstance(event.fact, AssistantSaid):
                    aisle.assistant.sight.delivered(str(event.fact.turn_id), "web")
                    return


@contextmanager
def _seeing(sight: Sight, mode: str) -> Iterator[None]:
    share = SHARES[mode]
    sight.quiet = mode == "none"
    if share is not None:
        sight.settings = SightSettings(traces_share=share)
        sight.traces = TurnTraces(sight_direct.forgotten)
    try:
        yield
    finally:
        if isinstance(sight.traces, TurnTraces):
            sight.traces.close()
        sight.traces, sight.quiet = None, False


# -- figures -------------------------------------------------------------------------------------------------------------


def report_of(used: Mapping[str, Sequence[float]], chance: Random) -> dict[str, Any]:
    """Of milliseconds a turn by mode and round, the rounds alike placed."""
    costs = {
        mode: [(one / none - 1) * 100 for one, none in zip(used[mode], used["none"], strict=True)] for mode in used
    }
    more = {mode: [(one - none) * 1000 for one, none in zip(used[mode], used["none"], strict=True)] for mode in used}
    intervals = {mode: _interval(costs[mode], chance) for mode in used if mode != "none"}
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 1),
        "rounds": len(used["none"]),
        "turns_a_mode": len(used["none"]) * len(SCRIPT),
        "cpu_ms_a_turn": {mode: round(median(used[mode]), 3) for mode in used},
        "cost_percent": {mode: round(median(costs[mode]), 2) for mode in intervals},
        "cost_percent_interval_95": intervals,
        "cost_us_a_turn": {mode: round(median(more[mode])) for mode in intervals},
        "bound_percent": BOUND_PERCENT,
        "within": intervals["traces_0.1"][1] <= BOUND_PERCENT,
    }


def _interval(values: Sequence[float], chance: Random) -> list[float]:
    """95 %, of the median, by bootstrap (Efron 1979)."""
    drawn = sorted(median(chance.choices(values, k=len(values))) for _ in range(DRAWN))
    return [round(drawn[int(DRAWN * 0.025)], 2), round(drawn[int(DRAWN * 0.975)], 2)]


def _so_far(used: Mapping[str, Sequence[float]]) -> str:
    return ", ".join(f"{mode} {median(values):.3f} ms" for mode, values in used.items())


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
