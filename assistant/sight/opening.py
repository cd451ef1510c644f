"""Opens what Sight needs around it: its settings, its traces, the models' calls. Above: bootstrap. Below: `sight`, `tracing`."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.sight.sight import Sight
from assistant.sight.sight_settings import SightSettings
from assistant.sight.tracing import open_traces
from model_serving.call_board import CallBoard

FOLD_SECONDS = 1.0
"""How often what was told is counted, and the processor's time given to its minute."""


@asynccontextmanager
async def sight_on(sight: Sight, board: CallBoard) -> AsyncIterator[None]:
    """While open, models' calls are told and traces go out. Raises TracesUnavailable."""
    sight.settings = SightSettings()
    traces = open_traces(sight.settings, replica=replica_name(), on_lost=sight.measures.untraced.inc)
    sight.traces, board.also = traces, sight.called
    counting = asyncio.create_task(_count(sight))
    try:
        yield
    finally:
        counting.cancel()
        sight.fold()
        sight.traces = None
        if traces is not None:
            await asyncio.to_thread(traces.close)


def replica_name() -> str:
    """Of this process, as traces and /admin call it."""
    return f"{socket.gethostname()}-{os.getpid()}"


async def _count(sight: Sight) -> None:
    while True:
        sight.recent.cpu_used()
        await asyncio.sleep(FOLD_SECONDS)
