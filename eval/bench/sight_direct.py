"""`python -m eval.bench.sight_direct`: what seeing itself costs, µs of CPU a turn of eight stages that do nothing.

Steadier than `eval.bench.sight` on a busy machine: nothing else is in the figure. Above: nothing. Below: the assistant's sight.
"""

from __future__ import annotations

import asyncio
import json
import time
from statistics import median
from types import SimpleNamespace
from typing import Any

from assistant.events import AssistantSaid
from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import stage
from assistant.sight.tracing import TurnTraces

STAGES = ("listening", "understanding", "flows", "retrieval", "tool", "drafting", "writing", "grounding")
TURNS = 3_000


def forgotten(body: bytes) -> None:
    """What would be sent was made, and is forgotten: sending is the network's."""


async def _turn(conversation: Any, said: Any, live: Any) -> AssistantSaid:
    for name in STAGES:
        with stage(name):
            pass
    return AssistantSaid(turn_id=live.id, text="", language="en")


async def _turns(sight: Sight) -> float:
    watched: Any = sight.watching(_turn)
    conversation = SimpleNamespace(id="c_1", transcript=(SimpleNamespace(who="assistant"),))
    said = [SimpleNamespace(seq=1, channel="web")]
    began = time.process_time()
    for number in range(TURNS):
        name = f"t_{number}"
        sight.received("c_1", 1, time.perf_counter())
        await watched(conversation, said, SimpleNamespace(id=name))
        sight.stored(name, time.perf_counter())
        sight.delivered(name, "web")
    sight.fold()
    return (time.process_time() - began) / TURNS * 1e6


def measured(share: float | None, *, quiet: bool = False) -> float:
    sight = Sight()
    sight.quiet = quiet
    if share is not None:
        sight.settings, sight.traces = SightSettings(traces_share=share), TurnTraces(forgotten)
    used = asyncio.run(_turns(sight))
    if isinstance(sight.traces, TurnTraces):
        sight.traces.close()
    return used


def report() -> dict[str, float]:
    """µs of CPU a turn, by mode: the median of three."""
    modes: dict[str, tuple[float | None, bool]] = {
        "none": (None, True),
        "metrics": (None, False),
        "traces_0.1": (0.1, False),
        "traces_1.0": (1.0, False),
    }
    return {
        name: round(median(measured(share, quiet=quiet) for _ in range(3)), 1) for name, (share, quiet) in modes.items()
    }


def main() -> None:
    print(json.dumps({"cpu_us_a_turn": report()}))  # noqa: T201


if __name__ == "__main__":
    main()
