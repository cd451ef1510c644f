"""When users speak: a plan that can be repeated, and that keeps to its rate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.load.schedule import Burst, Plan, has_watcher, messages, shares, url_of

PLAN = Plan(urls=("a", "b"), first_user=0, users=200, all_users=200, rate=0.5, ramp=10.0, seconds=60.0)


@given(users=st.integers(1, 10_000), workers=st.integers(1, 16))
def test_every_user_has_one_worker_and_shares_differ_by_one_at_most(users: int, workers: int) -> None:
    parts = shares(users, workers)
    covered = [user for first, count in parts for user in range(first, first + count)]
    assert covered == list(range(users))
    assert max(count for _, count in parts) - min(count for _, count in parts) <= 1


@given(user=st.integers(0, 199))
def test_a_plan_says_the_same_again_in_order_within_its_time(user: int) -> None:
    said = messages(PLAN, user)
    assert said == messages(PLAN, user)
    assert [one.at for one in said] == sorted(one.at for one in said)
    assert all(PLAN.ramp * user / 200 <= one.at < PLAN.end for one in said)


def test_the_rate_is_kept_in_the_mean() -> None:
    inside = sum(one.at >= PLAN.ramp for user in range(200) for one in messages(PLAN, user))
    assert inside / 200 / PLAN.seconds == pytest.approx(0.5, rel=0.05)


def test_users_of_a_silent_plan_say_nothing() -> None:
    assert messages(replace(PLAN, rate=0.0), 3) == []


def test_a_burst_comes_on_top_and_ends() -> None:
    plan = replace(PLAN, rate=0.05, burst=Burst(at=20.0, seconds=10.0, times=100.0))
    said = [one.at for user in range(200) for one in messages(plan, user)]
    within = sum(20 <= at < 30 for at in said)
    assert within / 200 / 10 == pytest.approx(5.0, rel=0.05)
    assert sum(at >= 30 for at in said) / 200 / 40 == pytest.approx(0.05, rel=0.25)


@given(share=st.floats(0, 1))
def test_second_devices_are_spread_evenly(share: float) -> None:
    plan = replace(PLAN, watched=share)
    assert abs(sum(has_watcher(plan, user) for user in range(200)) - 200 * share) <= 1


def test_a_second_device_is_on_the_other_replica() -> None:
    assert all(url_of(("a", "b"), user, 0) != url_of(("a", "b"), user, 1) for user in range(6))
