"""What replicas tell, added up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.sight.bins import binned
from channels.sight.documents import Dependency, Error, HourFigures, MinuteFigures, Now, Queue, Replica, StageTold, Told
from channels.sight.together import (
    dependencies_together,
    differing,
    errors_together,
    minutes_together,
    now_together,
    several,
    stages_together,
    status_of,
    versions_together,
)

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = HourFigures.model_validate(dict.fromkeys(HourFigures.model_fields, 0))


def told(name: str, **given: Any) -> Told:
    leaving = given.pop("leaving", False)
    whole: dict[str, Any] = {
        "status": "ready",
        "currency": "USD",
        "dependencies": [],
        "now": now(),
        "hour": HOUR,
        "minutes": [],
        "stages": [],
        "versions": {},
        "index": "1",
        "errors": [],
    }
    release = given.pop("release", "1.0")
    replica = Replica(name=name, release=release, started_at=AT, uptime_seconds=1, memory_bytes=1, leaving=leaving)
    return Told(**whole | given, replica=replica)


def now(**given: Any) -> Now:
    rest: dict[str, Any] = {"turns": 1, "turns_most": 8, "connections": 2, "connections_most": 10}
    return Now(**rest | {"waiting_for_people": None, "queues": [], "refused": {"messages": 1}} | given)


def minute(number: int, turns: int) -> MinuteFigures:
    return MinuteFigures(
        at=AT.replace(minute=number), turns=turns, failed=0, interrupted=0, not_grounded=0, fallbacks=0
    )


def stage(name: str, seconds: float, n: int, by_minute: list[float | None]) -> StageTold:
    return StageTold(stage=name, n=n, p50=seconds, p95=seconds, p95_by_minute=by_minute, bins=binned([seconds] * n))


def test_it_is_served_as_long_as_one_serves_and_one_that_leaves_is_no_trouble() -> None:
    bad = told("b", status="not_ready")
    assert status_of([told("a"), told("b")], silent=False) == "ready"
    assert status_of([told("a"), bad], silent=False) == "degraded"
    assert status_of([told("a")], silent=True) == "degraded"
    assert status_of([bad], silent=False) == "not_ready"
    assert status_of([told("a"), told("b", status="not_ready", leaving=True)], silent=False) == "ready"
    assert status_of([told("b", status="not_ready", leaving=True)], silent=False) == "not_ready"


def test_loads_add_up_but_who_waits_for_a_person_is_one_queue_for_all() -> None:
    queue = Queue(name="writer", waiting=1, working=2, slots=4)
    both = now_together([now(queues=[queue], waiting_for_people=3), now(queues=[queue], waiting_for_people=2)])
    assert (both.turns, both.turns_most, both.waiting_for_people) == (2, 16, 3)
    assert both.queues == [Queue(name="writer", waiting=2, working=4, slots=8)] and both.refused == {"messages": 2}


def test_stages_are_of_all_turns_and_the_slowest_replica_is_seen_in_its_minute() -> None:
    a = told("a", minutes=[minute(1, 90)], stages=[stage("turn", 0.1, 90, [0.1])])
    b = told("b", minutes=[minute(1, 10), minute(2, 1)], stages=[stage("turn", 2.0, 10, [2.0, None])])
    minutes = minutes_together([a.minutes, b.minutes])
    (turn,) = stages_together([a, b], minutes)
    assert [one.turns for one in minutes] == [100, 1]
    assert turn.n == 100 and turn.p95_by_minute == [2.0, None]
    assert turn.p50 == pytest.approx(0.1, rel=0.05) and turn.p95 == pytest.approx(2.0, rel=0.05)


def test_of_a_dependency_the_worst_is_told_with_who_says_so() -> None:
    good = Dependency(name="shop", state="ready", good=True, detail="")
    bad = Dependency(name="shop", state="failed", good=False, detail="TimeoutError")
    (found,) = dependencies_together([told("a", dependencies=[good]), told("b", dependencies=[bad])])
    assert (found.state, found.detail, found.on) == ("failed", "TimeoutError", ["b"])
    (found,) = dependencies_together([told("a", dependencies=[bad]), told("b", dependencies=[bad])])
    assert found.on == []


def test_who_runs_something_else_is_named() -> None:
    three = [told(name, versions={"writer": "m@1"}) for name in "ab"]
    three.append(told("c", versions={"writer": "m@2"}, index="2", release="1.1"))
    assert versions_together(three) == {"writer": "m@1 (2), m@2 (1)"}
    assert several(one.index for one in three) == "1 (2), 2 (1)"
    assert differing(three) == {"a": [], "b": [], "c": ["release", "index", "writer"]}


def test_errors_of_all_stand_by_time() -> None:
    def error(second: int, replica: str) -> Error:
        at = AT.replace(second=second)
        return Error(at=at, what="E", stage="", turn_id="t", trace_id="", trace_page="", replica=replica)

    both = errors_together([told("a", errors=[error(3, "a"), error(1, "a")]), told("b", errors=[error(2, "b")])])
    assert [(one.at.second, one.replica) for one in both] == [(3, "a"), (2, "b"), (1, "a")]
