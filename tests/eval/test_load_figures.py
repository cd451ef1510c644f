"""From what workers saw to figures: nothing that was promised goes missing unseen, and a stall is charged in full."""

from __future__ import annotations

from typing import Any

from eval.load.figures import back_to_normal, latencies, outcome, quantiles, stages
from eval.load.tally import Sent, Tally


def row(intended: float, **more: Any) -> dict[str, Any]:
    usual = {"user": 0, "measured": True, "sent": intended, "refused": 0.0, "code": "", "told_to_wait": False}
    times = {"acked": 0.0, "watched": 0.0, "first_word": 0.0, "replied": 0.0, "seq": 0, "failed": False}
    return {"intended": intended, **usual, **times, **more}


def result(*rows: dict[str, Any], watched: tuple[int, ...] = (), **verdict: int) -> dict[str, Any]:
    return {
        "sent": list(rows),
        "watched_users": list(watched),
        "closes": {4429: 1},
        "open_sockets": 1,
        "settle_seconds": 0.1,
        "verdict": {"lost": 0, "duplicated": 0, "gaps": 0, "unanswered": 0, "double_replies": 0, **verdict},
    }


def test_latency_counts_from_the_intended_moment_however_late_it_was_sent() -> None:
    assert latencies([row(1.0, sent=5.0, acked=5.5)], "acked") == [4.5]
    assert stages([row(1.0, sent=5.0, acked=5.5)])["sent_after_intended_ms"]["max"] == 4000.0


def test_what_never_came_is_no_latency_but_is_counted() -> None:
    found = outcome(
        [result(row(1.0), row(2.0, acked=2.1), row(3.0, refused=3.1, code="overloaded", told_to_wait=True))]
    )
    assert (found["messages"], found["accepted"], found["refused"], found["never_answered"]) == (3, 1, 1, 1)
    assert found["refused_by_code"] == {"overloaded": 1}
    assert found["refused_with_time_to_wait"] == 1


def test_an_accepted_message_that_the_second_device_never_saw_is_told() -> None:
    seen, unseen, alone = row(1, acked=1.1, watched=1.2), row(2, acked=2.1), row(3, acked=3.1, user=1)
    assert outcome([result(seen, unseen, alone, watched=(0,))])["not_delivered"] == 1


def test_verdicts_and_closes_of_all_workers_are_summed() -> None:
    found = outcome([result(lost=1), result(lost=2, gaps=1)])
    assert (found["lost"], found["gaps"], found["closed_sockets"]) == (3, 1, {"4429": 2})


def test_nothing_measured_has_no_percentile_above_zero() -> None:
    assert quantiles([]) == {"count": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "max": 0.0}


def test_back_to_normal_is_when_all_of_a_second_are_answered_soon() -> None:
    late = [row(at / 10, replied=at / 10 + 3) for at in range(100, 120)]
    well = [row(at / 10, replied=at / 10 + 0.1) for at in range(120, 200)]
    assert back_to_normal([*late, *well], 10.0, 1.0) == 2.0
    assert back_to_normal(late, 10.0, 1.0) is None


def test_a_refused_message_is_not_normal() -> None:
    rows = [row(10.5, refused=10.6), row(11.7, replied=11.8), row(14.0, replied=14.1)]
    assert back_to_normal(rows, 10.0, 1.0) == 0.75


def test_a_tally_follows_a_message_to_the_reply_of_its_turn() -> None:
    tally = Tally(sent={"m": Sent(user=3, client_id="m", text="hi", intended=1.0, measured=True, sent=1.0)})
    tally.acked(3, "m", 7, 1.1)
    assert tally.waits_for() == 1
    tally.turn_began(3, "t", [7])
    tally.words("t", 1.2)
    tally.turn_ended("t", 1.3, failed=False)
    one = tally.sent["m"]
    assert (one.acked, one.seq, one.first_word, one.replied) == (1.1, 7, 1.2, 1.3)
    assert tally.waits_for() == 0


def test_another_users_seq_is_another_message() -> None:
    tally = Tally(sent={"m": Sent(user=3, client_id="m", text="hi", intended=1.0, measured=True, sent=1.0)})
    tally.acked(3, "m", 7, 1.1)
    tally.turn_began(4, "t", [7])
    tally.turn_ended("t", 1.3, failed=False)
    assert not tally.sent["m"].replied
