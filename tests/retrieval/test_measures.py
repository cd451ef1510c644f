"""Measures: stored sparsely, read as whole columns."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from retrieval.measures import measures_of

ROWS = st.lists(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.floats(0, 9)), max_size=4), max_size=12)


@given(ROWS)
def test_a_column_holds_what_each_row_states_and_nan_elsewhere(rows: list[list[tuple[str, float]]]) -> None:
    measures = measures_of(rows)
    assert set(measures) == {key for row in rows for key, _ in row}
    for key in (*measures, *measures):
        stated = [dict(row).get(key, math.nan) for row in rows]
        assert str(measures[key].tolist()) == str(stated)


def test_what_no_row_states_is_not_there() -> None:
    assert measures_of([[("a", 1.0)]]).get("b") is None
