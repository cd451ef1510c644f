"""What each bench prints becomes figures with goals; what proves nothing is no figure."""

from typing import Any

import pytest

from eval.bench.whole import reading, reading_load, reading_models
from eval.bench.whole.result import Figure

SPREAD = {"count": 9, "p50": 2.0, "p95": 7.0, "p99": 8.0, "max": 9.0}
SOUND = dict.fromkeys(("lost", "duplicated", "gaps", "double_replies", "not_delivered"), 0)


def load(users: int, **more: Any) -> dict[str, Any]:
    return {
        "load": {"users": users}, "messages": 90, "messages_a_second": 9.0, "ack_ms": SPREAD, "reply_ms": SPREAD,
        "delivery_to_second_device_ms": {**SPREAD, "count": 0}, "cpu_ms_a_message": 1.2,
        "cpu_ms_a_message_by_process": {"server 1": 1.2}, **SOUND, **more,
    }  # fmt: skip


def by_name(figures: tuple[Figure, ...]) -> dict[str, Figure]:
    return {one.name: one for one in figures}


def turns(cpu: float) -> dict[str, Any]:
    return {
        "turns": 9,
        "turns_a_second": 150.0,
        "cpu_ms_a_turn": cpu,
        "durable_reply_ms": {"p50": 8, "p95": 20, "p99": 70},
    }


def test_turns_have_goals_at_one_and_at_sixty_four_and_plots_where_they_grow() -> None:
    figures, plots = reading.turn({"index": "whole", **{f"{n}_at_once": turns(5.5) for n in (1, 4, 64)}})
    found = by_name(figures)
    assert found["1 at once: durable reply p50"].met is True
    assert found["1 at once: durable reply p99"].met is False
    assert found["64 at once: turns a second"].met is False
    assert [point.x for point in plots[0].lines[0].points] == [1.0, 4.0, 64.0]
    assert reading.turn({"1_at_once": turns(5.5)})[1] == ()


def test_a_thousand_users_have_goals_and_fewer_only_a_plot() -> None:
    figures, plots = reading_load.users([load(100), load(1_000)])
    found = by_name(figures)
    assert found["100 users: reply p95"].goal is None
    assert found["1,000 users: reply p95"].met is True
    assert {plot.name for plot in plots} == {"load-latency", "load-cpu"}


def test_what_was_lost_misses_its_goal_and_says_what() -> None:
    figures, _ = reading_load.load([load(40, lost=2)])
    wrong = by_name(figures)["lost, doubled, not delivered"]
    assert wrong.met is False
    assert wrong.about.startswith("2 lost")


@pytest.mark.parametrize(
    "proof",
    [
        lambda: reading_load.load([load(40, reply_ms={**SPREAD, "count": 0})]),
        lambda: reading_load.kill([{"kills": 0, "acknowledged": 10}]),
        lambda: reading_load.kill([{"kills": 3, "acknowledged": 0}]),
        lambda: reading_models.overload({"accepted": 0}),
        lambda: reading.devices({"delivered": 0}),
    ],
)
def test_what_proves_nothing_is_no_figure(proof: Any) -> None:
    with pytest.raises(ValueError, match=r"nothing|nobody"):
        proof()


def test_kills_are_judged_by_what_must_be_nought() -> None:
    raw = {
        "kills": 8,
        "acknowledged": 100,
        "lost": 0,
        "gaps": 1,
        "back_ms": {"p50": 400.0, "p95": 800.0, "max": 900.0},
        "resume_ms": {},
    }
    found = by_name(reading_load.kill([raw])[0])
    assert (found["lost"].met, found["gaps"].met, found["back after a kill p95"].value) == (True, False, 800.0)


def test_a_fault_that_did_not_hold_misses() -> None:
    raw = {"faults": [{"fault": "F9", "wrong": {"not closed": 1}, "figures": {"p99_ms": 173.0, "words": "x"}}]}
    found = by_name(reading_models.faults(raw)[0])
    assert (found["F9: not closed"].met, found["F9: p99_ms"].value) == (False, 173.0)


def test_the_embedded_engine_has_goals_where_they_were_set() -> None:
    one = {
        "streams": 4,
        "dropped": {"Timeout": 2},
        "first_word_ms": {"p50": 48.0, "p95": 85.0, "max": 90.0},
        "tokens_a_second": 73.0,
    }
    figures, plots = reading_models.embedded(
        {"prefix_tokens": 400, "1_at_once": one, "3_at_once": one, "4_at_once_noisy_neighbour": one}
    )
    found = by_name(figures)
    assert found["1 at once: first word p95"].met is True
    assert found["1 at once: tokens a second"].met is False
    assert (found["1 at once: dropped"].value, found["1 at once: dropped"].about) == (2.0, "2 Timeout")
    assert found["3 at once: first word p95"].goal is None
    assert found["beside a process that takes a core: tokens a second"].met is True
    assert len(plots) == 1
