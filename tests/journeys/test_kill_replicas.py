"""Two replicas over real servers, one of which dies (kill -9) again and again. `aisle bench kill` has the full sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.kill.figures import Failed
from eval.kill.replicas import Plan, Victim, prove
from eval.kill.server_process import ServerProcess
from eval.servers.child import ServerMissing

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(("victim", "bus"), [("postgres", True), ("valkey", True), ("app", False)])
async def test_whoever_dies_nothing_is_lost_doubled_or_done_twice(tmp_path: Path, victim: Victim, bus: bool) -> None:
    plan = Plan(
        victim=victim, bus=bus, kills=1 if victim == "app" else 3, seed=5, conversations=2, devices=2, pause=(0.2, 0.6)
    )
    try:
        figures = await prove(plan, tmp_path)
    except ServerMissing as error:
        pytest.skip(f"no PostgreSQL or Valkey can be started here: {error}")
    assert figures["acknowledged"] > 1
    assert figures["passed"], figures


async def test_where_a_replica_does_not_come_back_all_that_was_measured_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    started = ServerProcess.start

    async def start_once(server: ServerProcess) -> None:
        if server.restart_seconds:
            raise Failed("the server was not ready")
        await started(server)

    monkeypatch.setattr(ServerProcess, "start", start_once)
    plan = Plan(victim="app", kills=3, conversations=1, devices=2, pause=(1.0, 1.5), startled=0.0)
    try:
        figures = await prove(plan, tmp_path, tell=told.append)
    except ServerMissing as error:
        pytest.skip(f"no PostgreSQL or Valkey can be started here: {error}")
    assert (figures["passed"], figures["stopped"], figures["kills"]) == (False, "the server was not ready", 1)
    assert figures["acknowledged"] + figures["acknowledged_not_judged"] > 0
    assert "pg_stat" not in told[-1]
    assert "idle" in told[-1]


@pytest.mark.long
async def test_whole_products_that_are_replaced_one_after_the_other_leave_nobody_without_a_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    plan = Plan(victim="rolling", house="product", kills=2, seed=3, conversations=2, devices=2, pause=(0.5, 1.0))
    try:
        figures = await prove(plan, tmp_path)
    except ServerMissing as error:
        pytest.skip(f"no PostgreSQL or Valkey can be started here: {error}")
    assert figures["passed"], figures
    assert figures["acknowledged"] > 10
    assert figures["end_ms"]["max"] < 20_000
