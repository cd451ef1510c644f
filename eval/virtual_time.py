"""An event loop whose clock stands still while anything works and jumps when everybody waits: minutes of load in a second,
the same in every run. For what does no I/O: simulations here, and tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._virtual_now = 0.0

    def time(self) -> float:
        return self._virtual_now

    def _run_once(self) -> None:
        waiting: list[Any] = self._scheduled  # type: ignore[attr-defined]
        if not self._ready and waiting:  # type: ignore[attr-defined]
            self._virtual_now = max(self._virtual_now, waiting[0].when())
        super()._run_once()  # type: ignore[misc]


def simulated(work: Coroutine[Any, Any, Found]) -> Found:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
