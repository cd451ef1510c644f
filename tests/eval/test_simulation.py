"""The turn engine under simulated faults: the same seed is the same run, and nothing is lost, doubled or left open."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from eval.simulation.chances import CALM, Chances
from eval.simulation.simulation import Size, simulate

ROUGH = Chances(crash_every=2, refused=0.15, unsure=0.1, slow=0.05, dropped=0.5)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Hundreds of simulated faults are each logged."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_when_nothing_goes_wrong_nothing_is_wrong() -> None:
    report = simulate(1, CALM, Size(replicas=2))
    assert report["passed"] and report["deaths"] == 0 and report["retries"] == 0


def test_the_same_seed_gives_the_same_run() -> None:
    assert simulate(5, size=Size(replicas=2)) == simulate(5, size=Size(replicas=2))


@pytest.mark.parametrize("replicas", [1, 2, 3])
@pytest.mark.parametrize("first", range(0, 20, 10))
def test_whatever_dies_is_late_or_lost_every_promise_is_kept(replicas: int, first: int) -> None:
    for seed in range(first, first + 10):
        report = simulate(seed, size=Size(replicas=replicas))
        assert report["passed"], report


def test_rough_weather_changes_nothing_but_the_time() -> None:
    for seed in range(3):
        report = simulate(seed, ROUGH, Size(replicas=3))
        assert report["passed"], report


def test_without_fences_it_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks can fail: a log that takes writes under outdated leases lets two replicas serve the same message."""
    from assistant.stores.memory import MemoryEventStore

    fenced = MemoryEventStore.append

    async def unfenced(self: MemoryEventStore, conversation, drafts, **_):  # type: ignore[no-untyped-def]
        return await fenced(self, conversation, drafts)

    monkeypatch.setattr(MemoryEventStore, "append", unfenced)
    assert not all(simulate(seed, size=Size(replicas=2))["passed"] for seed in range(20))
