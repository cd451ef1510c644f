"""The pure core of the Python client: the published vectors, and the line under whatever a network does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.client import (
    Event,
    Line,
    Log,
    Outgoing,
    Rejected,
    Replaced,
    TokenRefused,
    fact_of,
    read_event,
    state_hash,
)
from channels.client import facts as told
from channels.client.frames import ErrorFrame, Happened, Live, Reset, read_frame
from channels.client.line import CatchUp, Deliver, Fail, Move, Redial, Send, SendLater, Settle, back_off
from channels.client.log import told_apart

VECTORS = json.loads((Path(__file__).parents[2] / "assistant" / "state_hash_vectors.json").read_text("utf-8"))[
    "vectors"
]


def event(seq: int, kind: str = "customer_said", **data: Any) -> Event:
    raw = {"seq": seq, "id": f"e{seq}", "conversation_id": "c", "at": "2026-11-22T10:00:00.123Z", "channel": "web"}
    return read_event({**raw, "actor": {"kind": "customer"}, "type": kind, "data": data})


def message(name: str) -> Outgoing:
    return Outgoing(client_id=name, kind="message", text=name)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_fold_gives_the_published_hash(vector: dict[str, Any]) -> None:
    log = Log.replay(event(one["seq"], one["type"], **one["data"]) for one in vector["events"])
    canonical = json.dumps(told_apart(log), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical == vector["canonical"]
    assert state_hash(log) == vector["state_hash"]


def test_an_unknown_type_and_unknown_fields_are_skipped() -> None:
    log = Log.replay([event(1, "something_new", x=1), event(2, client_id="a", text="hello", novelty={"y": 2})])
    assert log.last_seq == 2 and [line.text for line in log.transcript] == ["hello"]
    assert fact_of(event(1, "something_new")) is None
    assert read_frame('{"type": "something_new"}') is None and read_frame("[]") is None and read_frame("{") is None


def test_a_reply_that_is_shown_and_then_spoken_is_one_line() -> None:
    log = Log.replay(
        [
            event(1, "turn_started", turn_id="t", answers=[]),
            event(2, "reply_ready", turn_id="t", text="Two tents, a red one and a blue one."),
            event(3, "assistant_said", turn_id="t", text="Two tents,", interrupted=True),
        ]
    )
    assert [(line.text, line.interrupted) for line in log.transcript] == [("Two tents,", True)]
    assert log.turn_id is None


def test_an_event_out_of_order_is_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match="read the events after 0 first"):
        Log().applying(event(2, client_id="a", text="hello"))


def test_cards_and_money_are_typed() -> None:
    card = {"kind": "product", "id": "p", "title": "Tent", "price": {"amount": "89.00", "currency": "EUR"}}
    card["actions"] = [{"id": "add", "label": "Add", "action": "add_to_cart", "arguments": {"variant_id": "v"}}]
    said = fact_of(event(1, "assistant_said", turn_id="t", text="A tent.", cards=[card]))
    assert isinstance(said, told.AssistantSaid)
    assert str(said.cards[0].price.amount) == "89.00" and said.cards[0].actions[0].arguments == {"variant_id": "v"}


# -- the line --------------------------------------------------------------------------------------------------------


@given(st.data())
def test_whatever_the_network_does_every_event_is_delivered_once_and_in_order(data: st.DataObject) -> None:
    """A server that replays after `last_seq` at each hello, and a line that doubles, drops and breaks at will."""
    whole = [event(seq, client_id=f"m{seq}", text="x") for seq in range(1, 30)]
    line, delivered = Line(), []
    for _ in range(data.draw(st.integers(1, 6))):
        line.hello("c", "token", "device")
        sent = whole[line.last_seq : data.draw(st.integers(0, len(whole)))]
        for one in sent:
            copies = data.draw(st.sampled_from([1, 1, 1, 2, 0]))
            moves = [move for _ in range(copies) for move in line.heard(Happened(event=one))]
            delivered += [move.event.seq for move in moves if isinstance(move, Deliver)]
            if any(isinstance(move, Redial) for move in moves):
                break
    line.hello("c", "token", "device")
    for one in whole[line.last_seq :]:
        delivered += [move.event.seq for move in line.heard(Happened(event=one)) if isinstance(move, Deliver)]
    assert delivered == list(range(1, 30))


@given(st.lists(st.sampled_from(["say", "lost", "live", "accepted", "event"]), max_size=40))
def test_a_message_is_sent_again_until_it_is_settled_and_is_settled_once(steps: list[str]) -> None:
    line, settled = Line(), []
    moves: list[Move] = []
    for step in steps:
        match step:
            case "say":
                moves = line.say(message("a")) if "a" not in settled else []
            case "lost":
                line.lost(1006, 0.5)
                moves = []
            case "live":
                moves = line.heard(Live())
                assert [isinstance(move, Send) for move in moves] == [True] * len(line.waiting)
            case "accepted":
                frame = read_frame('{"type": "accepted", "client_id": "a", "seq": 1}')
                moves = line.heard(frame) if frame else []
            case _:
                moves = line.heard(Happened(event=event(line.last_seq + 1, client_id="a", text="a")))
        settled += [move.client_id for move in moves if isinstance(move, Settle)]
        if settled:
            assert line.waiting == {}
    assert settled in ([], ["a"])


def test_a_passing_error_is_tried_later_and_a_lasting_one_is_told() -> None:
    line = Line()
    line.heard(Live())
    line.say(message("a"))
    [later] = line.heard(ErrorFrame(code="too_many_messages", client_id="a"))
    assert isinstance(later, SendLater) and later.item.client_id == "a" and later.seconds > 0
    [failed] = line.heard(ErrorFrame(code="text_too_long", detail="4,000 at most", client_id="a"))
    assert isinstance(failed, Fail) and isinstance(failed.error, Rejected) and not line.waiting
    assert line.heard(ErrorFrame(code="text_too_long", client_id="a")) == []


def test_a_reset_is_read_by_http_from_where_the_client_is_or_from_the_start() -> None:
    line = Line(last_seq=7)
    assert line.heard(Reset(reason="too_far_behind")) == [CatchUp(7)]
    assert line.heard(Reset(reason="another_history")) == [CatchUp(0, anew=True)]
    assert line.caught_up([event(1, text="a"), event(2, text="b")]) == [
        Deliver(event(1, text="a")),
        Deliver(event(2, text="b")),
    ]


def test_a_refused_or_replaced_line_is_not_dialled_again() -> None:
    assert isinstance(Line().lost(4401, 0.5), TokenRefused)
    assert isinstance(Line().lost(4409, 0.5), Replaced)


@given(st.integers(0, 1000), st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_to_half_a_minute_and_is_never_nothing(attempt: int, chance: float) -> None:
    assert 0.2 <= back_off(attempt, chance) <= 30
    waited = Line(losses=attempt).lost(4429, chance)
    assert isinstance(waited, float) and waited >= 10
