"""The whole of it once, small: a server of its own, users of their own processes, figures at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.load.bench import Load, bench_load
from eval.load.growth import bench_growth
from eval.load.plot import turn_growth_svg

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_load_is_measured_and_every_promise_is_found_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.load.bench.WARM_SECONDS", {"scripted": 0.2})
    load = Load(users=6, rate=3.0, seconds=1.5, ramp=0.2, watched=0.5, processes=2, house="scripted")
    told: list[str] = []
    found = await bench_load(load, tell=told.append)
    assert json.loads(json.dumps(found)) == found
    assert found["accepted"] == found["messages"] > 5
    assert found["delivery_to_second_device_ms"]["count"] > 0
    assert found["reply_ms"]["p50"] >= found["ack_ms"]["p50"] > 0
    assert (found["lost"], found["duplicated"], found["not_delivered"], found["unanswered"]) == (0, 0, 0, 0)
    assert (found["sockets"], found["open_sockets_at_the_end"]) == (9, 9)
    assert found["cpu_ms_a_message"] >= 0
    assert told


async def test_a_log_grown_by_rows_is_one_that_the_store_serves(tmp_path: Path) -> None:
    found = await bench_growth(
        conversations=[50, 200], events=[10, 100], turns=20, folder=tmp_path, tell=lambda _: None
    )
    assert [*found["by_conversations"]] == ["50", "200"]
    assert found["by_events_of_the_conversation"]["100"]["turn_ms"]["count"] == 20
    assert "<svg" in turn_growth_svg(found)
