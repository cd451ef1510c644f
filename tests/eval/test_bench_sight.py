"""What seeing costs, out of rounds: paired, with an interval, and said to be within its bound only where the interval is."""

from __future__ import annotations

from random import Random

from eval.bench.sight import SHARES, report_of


def rounds(cost: float, *, noise: float, count: int = 100) -> dict[str, list[list[float]]]:
    """Of a machine whose pace changes from round to round; every mode but none costs `cost` of a turn more."""
    chance = Random(3)
    paces = [chance.lognormvariate(0, 0.5) for _ in range(count)]
    return {
        mode: [[pace * 5 * (1 + (mode != "none") * cost) * chance.gauss(1, noise) for _ in range(16)] for pace in paces]
        for mode in SHARES
    }


def test_a_cost_is_found_under_the_machines_own_changes() -> None:
    told = report_of(rounds(0.01, noise=0.05))
    low, high = told["cost_percent_interval_95"]["traces_0.1"]
    assert low <= told["cost_percent"]["traces_0.1"] <= high
    assert 0.4 < told["cost_percent"]["traces_0.1"] < 1.6 and told["within"]


def test_a_cost_past_the_bound_and_one_that_is_not_known_well_are_not_within() -> None:
    assert not report_of(rounds(0.06, noise=0.05))["within"]
    assert not report_of(rounds(0.01, noise=0.5, count=10))["within"]
