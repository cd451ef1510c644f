"""Figures: what is contained, what resolved, by which rule, and how sure that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.analytics.fact_rows import FactRow
from assistant.analytics.measuring import figures_of, share
from tests.assistant.analytics.made_rows import LATER, START, row


def why(*rows: FactRow, now: datetime = LATER, later: tuple[FactRow, ...] = ()) -> dict[str, int]:
    return {one.name: one.count for one in figures_of(rows, now=now, later=later).why_resolved}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"asked_for_person": True, "last_thumb": "up"}, "person"),
        ({"agent_joined": True, "changes_done": 1}, "person"),
        ({"last_thumb": "down", "changes_done": 1}, "thumb_down"),
        ({"changes_done": 1}, "done"),
        ({"checked_out": True}, "checked_out"),
        ({"last_thumb": "up"}, "thumb_up"),
        ({}, "silent"),
    ],
)
def test_the_first_rule_that_fits_decides(fields: dict[str, Any], rule: str) -> None:
    assert why(row("c", **fields)) == {rule: 1}


def test_silence_counts_for_neither_side() -> None:
    figures = figures_of([row("a"), row("b"), row("c", last_thumb="up")], now=LATER).all
    assert (figures.resolved.count, figures.resolved.n) == (1, 1)
    assert (figures.silent.count, figures.silent.n) == (2, 3)


def test_who_may_still_come_back_is_not_silent_yet() -> None:
    figures = figures_of([row("a")], now=START + timedelta(hours=2))
    assert [one.name for one in figures.why_resolved] == ["recent"]
    assert figures.all.silent.n == 0


def test_a_known_customer_who_comes_back_within_a_day_was_not_served() -> None:
    first = row("a", person_mark="m", changes_done=1)
    soon, late = row("b", person_mark="m", at=timedelta(hours=20)), row("b", person_mark="m", at=timedelta(hours=30))
    assert why(first, soon) == {"came_back": 1, "silent": 1}
    assert why(first, late) == {"done": 1, "silent": 1}
    assert why(first, later=(soon,)) == {"came_back": 1}


def test_strangers_are_not_one_customer() -> None:
    assert why(row("a"), row("b", at=timedelta(hours=1))) == {"silent": 2}


def test_a_page_that_was_opened_is_no_conversation() -> None:
    figures = figures_of([row("a", customer_turns=0), row("b")], now=LATER)
    assert (figures.all.conversations, figures.opened_only) == (1, 1)


def test_containment_by_channel_and_language() -> None:
    rows = [row("a"), row("b", asked_for_person=True), row("c", channels=("call", "web"), language="de")]
    figures = figures_of(rows, now=LATER)
    assert [(one.name, one.contained.count, one.contained.n) for one in figures.by_channel] == [
        ("web", 1, 2),
        ("call", 1, 1),
    ]
    assert [(one.name, one.conversations) for one in figures.by_language] == [("en", 2), ("de", 1)]


def test_the_funnel_counts_who_came_so_far_in_order() -> None:
    rows = [
        row("a", searches=1),
        row("b", searches=1, opened=True),
        row("c", searches=2, opened=True, carted=True),
        row("d", searches=1, carted=True, checked_out=True),
        row("e", carted=True),
    ]
    steps = figures_of(rows, now=LATER).funnel
    assert [(one.name, one.of_all.count) for one in steps] == [
        ("search", 4),
        ("opened", 3),
        ("cart", 2),
        ("checkout", 1),
    ]
    assert (steps[3].of_before.share, steps[3].of_all.share) == (0.5, 0.25)


def test_nothing_to_count_is_no_share() -> None:
    figures = figures_of([], now=LATER).all
    assert figures.contained.share is None
    assert figures.turns_p50 is None


def test_the_interval_of_ten_out_of_ten_says_that_it_is_few() -> None:
    found = share(10, 10)
    assert (found.share, found.low, found.high) == (1.0, 0.7225, 1.0)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    found = share(*counted)
    assert found.share is not None and found.low is not None and found.high is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
