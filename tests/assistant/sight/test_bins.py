"""Durations by size: percentiles of many minutes and replicas, within the width of a bin of what they are."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sight.bins import added, binned, percentile_of
from assistant.sight.recent import Recent


@given(st.lists(st.floats(1e-5, 100), min_size=1, max_size=200), st.sampled_from((0.5, 0.95, 0.99)))
def test_a_percentile_is_within_a_bin_of_the_true_one(seconds: list[float], share: float) -> None:
    found = percentile_of(binned(seconds), share)
    ordered, rank = sorted(seconds), share * len(seconds)
    near = {ordered[max(0, min(len(ordered) - 1, int(rank) + off))] for off in (-1, 0)}
    assert found is not None and any(abs(found / one - 1) < 0.05 for one in near)


@given(st.lists(st.lists(st.floats(1e-5, 100), max_size=50), max_size=5))
def test_parts_add_up_to_the_whole(parts: list[list[float]]) -> None:
    whole = binned([one for part in parts for one in part])
    assert added(map(binned, parts)) == whole
    assert percentile_of({}, 0.5) is None


def test_a_minute_that_is_over_is_counted_once_and_a_sample_stands_for_all() -> None:
    now = [0.0]
    recent = Recent(clock=lambda: now[0], chance=Random(1))
    for _ in range(1_000):
        recent.stage(recent.minute(), "turn", 0.05)
    (minute,) = recent.last()
    assert sum(recent.stages(minute)["turn"].values()) == pytest.approx(1_000)
    recent.stage(minute, "turn", 3.0)
    now[0] = 60.0
    recent.minute()
    over = recent.stages(minute)
    assert recent.stages(minute) is over and sum(over["turn"].values()) == pytest.approx(1_001)
