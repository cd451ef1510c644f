"""The gates of a canary: what is worse is found soon, what is alike is left alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_serving.canary_watch import CanaryWatch, Outcome, Tally, worse


def turns_until_rollback(stable: float, canary: float, *, turns: int, seed: int, share: float = 0.1) -> int | None:
    """Turns of both arms together until the verdict; None: there was none."""
    drawn = random.Random(seed)
    watch = CanaryWatch()
    for turn in range(1, turns + 1):
        here = drawn.random() < share
        watch.saw("canary" if here else "stable", Outcome(failed=drawn.random() < (canary if here else stable)))
        if here and watch.verdict():
            return turn
    return None


def test_a_canary_that_fails_half_of_its_turns_goes_within_two_hundred_turns() -> None:
    found = [turns_until_rollback(0.01, 0.5, turns=200, seed=seed) for seed in range(40)]
    assert all(turn is not None for turn in found)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_a_canary_as_good_as_the_stable_model_stays(rate: float) -> None:
    gone = [seed for seed in range(40) if turns_until_rollback(rate, rate, turns=1000, seed=seed) is not None]
    assert len(gone) <= 1


def test_the_verdict_names_the_gate_and_both_counts() -> None:
    watch = CanaryWatch()
    for _ in range(40):
        watch.saw("stable", Outcome(grounded=True))
    for _ in range(5):
        watch.saw("canary", Outcome(grounded=False))
    assert watch.verdict() == "ungrounded: 5 of 5 turns of the canary, 0 of 40 beside it"


def test_what_a_turn_does_not_tell_is_not_counted() -> None:
    watch = CanaryWatch()
    watch.saw("canary", Outcome(valid=False))
    assert (watch.tally("canary", "failed").seen, watch.tally("canary", "invalid")) == (0, Tally(bad=1, seen=1))


def test_slow_is_measured_against_the_stable_models_own_times() -> None:
    watch = CanaryWatch()
    for step in range(40):
        watch.saw("stable", Outcome(failed=False, ttft=0.1 + step / 1000))
    for _ in range(6):
        watch.saw("canary", Outcome(failed=False, ttft=0.15))
    assert watch.verdict() == ""
    for _ in range(6):
        watch.saw("canary", Outcome(failed=False, ttft=0.6))
    assert watch.verdict().startswith("slow: 6 of 12")


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_exact_test_is_a_probability_and_falls_with_every_further_bad_turn(a: int, b: int, c: int, d: int) -> None:
    odds = worse(Tally(bad=a, seen=a + b), Tally(bad=c, seen=c + d))
    assert 0 <= odds <= 1 + 1e-9
    assert worse(Tally(bad=a + 1, seen=a + b + 1), Tally(bad=c, seen=c + d)) <= odds + 1e-9
