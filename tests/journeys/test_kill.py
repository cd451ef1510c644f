"""The server dies (kill -9) again and again while customers talk to it. Nothing that it acknowledged is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.kill.proof import Plan, prove
from eval.kill.server_process import ServerProcess, free_port, small_server

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("turns", [8, pytest.param(30, marks=pytest.mark.long)])
async def test_killing_the_server_at_random_loses_and_doubles_nothing(tmp_path: Path, turns: int) -> None:
    plan = Plan(turns=turns, seed=7, conversations=2, devices=2)
    port = free_port()
    server = ServerProcess(command=small_server(tmp_path, port), port=port, log=tmp_path / "server.log")
    figures = await prove(plan, server)
    assert figures["kills"] >= turns // 10 + 1
    assert figures["acknowledged"] == plan.turns
    assert figures["passed"], figures
