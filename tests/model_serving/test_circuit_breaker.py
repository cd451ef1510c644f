"""The breaker, by hand-held clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_serving.circuit_breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_it_opens_at_the_limit_lets_one_trial_through_and_closes_on_its_success() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=2, pause=5, now=clock)
    breaker.failed()
    assert breaker.admits()
    breaker.failed()
    assert breaker.state == "open" and not breaker.admits()
    clock.time = 5
    assert breaker.state == "half_open" and breaker.admits() and not breaker.admits()
    breaker.succeeded()
    assert breaker.state == "closed" and breaker.admits()


def test_a_failed_trial_opens_it_for_another_pause() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=1, pause=5, now=clock)
    breaker.failed()
    clock.time = 6
    assert breaker.admits()
    breaker.failed()
    assert not breaker.admits()
    clock.time = 11
    assert breaker.admits()


def test_a_trial_that_was_withdrawn_leaves_room_for_the_next() -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=1, pause=5, now=clock)
    breaker.failed()
    clock.time = 5
    assert breaker.admits()
    breaker.withdrawn()
    assert breaker.admits()


@given(st.lists(st.sampled_from(["call_ok", "call_bad", "call_gone", "wait"])))
def test_it_always_tries_again_after_a_pause(steps: list[str]) -> None:
    clock = Clock()
    breaker = CircuitBreaker(failures=3, pause=5, now=clock)
    outcome = {"call_ok": breaker.succeeded, "call_bad": breaker.failed, "call_gone": breaker.withdrawn}
    for step in steps:
        if step == "wait":
            clock.time += 3
        elif breaker.admits():
            outcome[step]()
    clock.time += 5
    assert breaker.admits()
