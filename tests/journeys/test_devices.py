"""Fifty conversations on four devices each, cut off at random points: every device has the server's log. (1,000: `aisle bench
devices`.)"""

from __future__ import annotations

import pytest

from eval.bench.devices import bench_devices

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_devices_that_are_cut_off_at_random_points_have_the_servers_log() -> None:
    report = await bench_devices(conversations=50, messages=1, at_once=10, seed=11)
    assert report["conversations"] == 50 and report["devices"] == 200 and report["reconnects"] > 200
    wrong = ("gaps", "doubled", "lost", "logs_unequal", "hashes_unequal", "unsettled")
    assert {name: report[name] for name in wrong} == dict.fromkeys(wrong, 0)
