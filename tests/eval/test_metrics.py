"""Rates, intervals, percentiles and gates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gates import DIALOGUE, Gate, failed
from eval.metrics import Rate, mean_interval, percentile, ratio_interval, wilson


def test_wilsons_interval_is_that_of_the_published_example() -> None:
    low, high = wilson(15, 148)  # Newcombe 1998, table I: 81 of 263 and 15 of 148
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_rate_and_stays_between_0_and_1(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    share = hits / (hits + more) if hits + more else 0.5
    assert 0 <= low <= share <= high <= 1


def test_a_rate_of_nothing_has_no_value() -> None:
    assert Rate(hits=0, of=0).to_plain() == {"hits": 0, "of": 0, "rate": None, "interval_95": [0.0, 1.0]}


@pytest.mark.parametrize(("share", "value"), [(0.5, 2.0), (0.95, 4.0), (1.0, 4.0), (0.0, 1.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value
    assert percentile([], share) == 0.0


def test_a_gate_tells_which_figure_missed_it_and_by_what() -> None:
    report = {"turns_reached": {"rate": 0.9}, "ungrounded_figures": 2, "unnamed_cards": 0}
    assert failed(DIALOGUE, report) == (
        "turns reached rate is 0.9, less than 0.95",
        "ungrounded figures is 2, more than 0",
        "turns failed was not measured",
    )
    assert Gate(figure=("turns_reached", "rate"), least=0.9).verdict(report) == ""


def test_a_mean_lies_in_its_interval_and_the_same_seed_gives_the_same() -> None:
    values = [0.0, 0.5, 1.0, 1.0, 0.75, 0.25] * 5
    low, high = mean_interval(values)
    assert low < sum(values) / len(values) < high
    assert (low, high) == mean_interval(values)
    assert mean_interval([]) == (0.0, 1.0)


def test_turns_that_stand_and_fall_together_give_a_wider_interval() -> None:
    together = [(0.0, 10.0), (10.0, 10.0)] * 5
    apart = [(float(at % 2), 1.0) for at in range(100)]
    (low, high), (other_low, other_high) = ratio_interval(together), ratio_interval(apart)
    assert high - low > 2 * (other_high - other_low)
