"""A database that answers nothing holds no request up, and is asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from channels.edge import rechecks
from channels.edge.rechecks import Rechecks

pytestmark = pytest.mark.anyio


class NeverTold:
    stale = True

    def refresh(self) -> None:
        raise AssertionError("asked in the thread alone")


async def test_what_is_not_told_in_time_is_gone_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecks, "PATIENCE_SECONDS", 0.02)
    answered, questions = asyncio.Event(), 0

    async def in_thread(_: Callable[[], Any]) -> None:
        nonlocal questions
        questions += 1
        await answered.wait()

    checks = Rechecks(NeverTold(), in_thread)  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await asyncio.gather(*(checks.fresh() for _ in range(20)))
    assert questions == 1
    answered.set()
    await asyncio.sleep(0)
    await checks.fresh()
    assert questions == 2
