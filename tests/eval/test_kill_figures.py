"""The judge of the kill proof finds what it is there to find."""

from __future__ import annotations

from typing import Any

import pytest

from eval.kill.figures import Promise, Verdict, fingerprint, judge, open_seqs


def event(seq: int, kind: str, **data: Any) -> dict[str, Any]:
    return {"seq": seq, "type": kind, "data": data}


STARTED = event(1, "conversation_started", locale="en")
SAID = event(2, "customer_said", client_id="m1", text="hi")
TURN = event(3, "turn_started", turn_id="t1", answers=[2])
REPLY = event(4, "assistant_said", turn_id="t1", text="hello")
LOG = [STARTED, SAID, TURN, REPLY]
KEPT = Promise(client_id="m1", text="hi", seq=2)


def test_a_log_that_keeps_every_promise_has_no_fault() -> None:
    assert judge(LOG, [KEPT]) == Verdict()


@pytest.mark.parametrize(
    "broken",
    [
        Promise(client_id="m2", text="hi", seq=2),
        Promise(client_id="m1", text="other", seq=2),
        Promise(client_id="m1", text="hi", seq=3),
        Promise(client_id="m1", text="hi", seq=9),
    ],
)
def test_a_promise_that_the_log_does_not_hold_under_its_seq_is_a_loss(broken: Promise) -> None:
    assert judge(LOG, [KEPT, broken]) == Verdict(lost=1)


def test_a_message_written_twice_is_a_duplicate() -> None:
    twice = [
        *LOG,
        event(5, "customer_said", client_id="m1", text="hi"),
        event(6, "turn_started", turn_id="t2", answers=[5]),
    ]
    assert judge([*twice, event(7, "turn_failed", turn_id="t2", code="x")], []) == Verdict(duplicated=1)


def test_a_missing_seq_is_a_gap() -> None:
    assert judge([STARTED, SAID, REPLY | {"seq": 4}], []).gaps == 1


def test_two_final_facts_of_a_turn_are_a_double_reply() -> None:
    assert judge([*LOG, event(5, "turn_failed", turn_id="t1", code="x")], []) == Verdict(double_replies=1)


@pytest.mark.parametrize(
    ("log", "waiting"),
    [
        ([STARTED, SAID], {2}),
        ([STARTED, SAID, TURN], {2}),
        (LOG, set()),
        ([STARTED, SAID, TURN, event(4, "turn_failed", turn_id="t1", code="x")], set()),
        ([STARTED, SAID, TURN, event(4, "assistant_said", turn_id="t1", text="", interrupted=True)], {2}),
        ([STARTED, SAID, TURN, event(4, "assistant_said", turn_id="t1", text="he", interrupted=True)], set()),
        ([*LOG, event(5, "customer_said", client_id="m2", text="and?")], {5}),
    ],
)
def test_what_no_ended_turn_served_is_unanswered(log: list[dict[str, Any]], waiting: set[int]) -> None:
    assert open_seqs(log) == waiting
    assert judge(log, []).unanswered == len(waiting)


def test_the_fingerprint_is_of_seq_type_and_data_and_of_their_order() -> None:
    assert fingerprint(LOG) == fingerprint([dict(reversed(item.items())) | {"id": "other"} for item in LOG])
    assert fingerprint(LOG) != fingerprint([*LOG[:3], REPLY | {"data": {"turn_id": "t1", "text": "Hello"}}])
    assert fingerprint(LOG) != fingerprint(LOG[:3])
    assert fingerprint(LOG) != fingerprint([SAID, STARTED, TURN, REPLY])
