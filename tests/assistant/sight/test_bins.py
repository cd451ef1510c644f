"""Durations by size: percentiles of many minutes and replicas, within the width of a bin of what they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.sight.bins import added, binned, percentile_of


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
