"""The delivery machine alone: order, gaps, coalescing, snapshots; and for every cut point the same log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Partial
from assistant.events import (
    ASSISTANT,
    CUSTOMER,
    AssistantSaid,
    ClientId,
    ConversationId,
    CustomerSaid,
    Event,
    NoteAdded,
    TurnId,
)
from assistant.signals import Committed, Delta, Lagged, Stage, Typing
from channels.delivery import COALESCED_SECONDS, Delivery
from channels.frames import Accepted, DeltaFrame, EventFrame, Live, Reset, SignalFrame, Snapshot, Welcome

TURN = TurnId("t_1")


def event(seq: int, fact=None) -> Event:
    fact = fact or CustomerSaid(client_id=ClientId(f"m{seq}"), text=f"text {seq}")
    return Event(
        seq=seq,
        id=f"e{seq}",
        conversation=ConversationId("c"),
        at=datetime(2026, 11, 22, tzinfo=UTC),
        actor=CUSTOMER if isinstance(fact, CustomerSaid) else ASSISTANT,
        channel="web",
        fact=fact,
    )


def events(first: int, last: int) -> tuple[Event, ...]:
    return tuple(event(seq) for seq in range(first, last + 1))


def reply(seq: int, text: str = "done") -> Event:
    return event(seq, AssistantSaid(turn_id=TURN, text=text, language="en"))


def seqs(frames) -> list[int]:
    return [frame.event["seq"] for frame in frames if isinstance(frame, EventFrame)]


def delta(offset: int, text: str, turn: TurnId = TURN) -> Delta:
    return Delta(turn_id=turn, offset=offset, text=text)


def test_events_that_were_replayed_are_not_sent_again_when_they_arrive_live():
    delivery = Delivery(sent=0)
    assert seqs(delivery.replayed(events(1, 5))) == [1, 2, 3, 4, 5]
    assert seqs(delivery.received(Committed(events=events(4, 7)), 0.0)) == [6, 7]


def test_a_gap_on_the_bus_is_filled_from_the_log():
    delivery = Delivery(sent=2)
    assert seqs(delivery.received(Committed(events=events(5, 6)), 0.0)) == []
    assert delivery.behind
    assert seqs(delivery.caught_up(events(3, 6), None)) == [3, 4, 5, 6]
    assert not delivery.behind


def test_a_lagged_subscriber_reads_the_log_and_gets_a_snapshot_for_the_lost_words():
    delivery = Delivery(sent=2)
    delivery.received(delta(0, "lost"), 0.0)
    assert delivery.received(Lagged(), 0.0) == [] and delivery.behind
    frames = delivery.caught_up(events(3, 4), Partial(turn_id=TURN, text="lost words"))
    assert seqs(frames) == [3, 4]
    assert frames[-1] == Snapshot(turn_id=TURN, offset=0, text="lost words")


def test_the_first_word_goes_at_once_and_the_next_ones_together():
    delivery = Delivery(sent=0)
    assert delivery.received(delta(0, "One"), 10.0) == [DeltaFrame(turn_id=TURN, offset=0, text="One")]
    assert delivery.received(delta(3, " two"), 10.001) == []
    assert delivery.received(delta(7, " three"), 10.002) == []
    assert delivery.due() == 10.0 + COALESCED_SECONDS
    assert delivery.flush(10.04) == [DeltaFrame(turn_id=TURN, offset=3, text=" two three")]
    assert delivery.due() is None and delivery.flush(10.05) == []


def test_waiting_words_go_before_the_reply_that_ends_them_and_late_ones_never():
    delivery = Delivery(sent=0)
    delivery.received(delta(0, "One"), 0.0)
    delivery.received(delta(3, " two"), 0.001)
    frames = delivery.received(Committed(events=(reply(1),)), 0.002)
    assert frames[0] == DeltaFrame(turn_id=TURN, offset=3, text=" two") and seqs(frames) == [1]
    assert delivery.received(delta(7, " late"), 9.0) == []


def test_words_that_are_taken_back_are_replaced():
    delivery = Delivery(sent=0)
    delivery.received(delta(0, "It costs"), 0.0)
    delivery.received(delta(8, " $5"), 0.001)
    delivery.received(delta(8, " more"), 0.002)
    assert delivery.flush(1.0) == [DeltaFrame(turn_id=TURN, offset=8, text=" more")]


def test_a_snapshot_swallows_the_words_that_it_already_holds():
    delivery = Delivery(sent=3)
    frames = delivery.live(Partial(turn_id=TURN, text="One two"))
    assert frames == [Live(), Snapshot(turn_id=TURN, offset=0, text="One two")]
    assert delivery.received(delta(3, " two"), 0.0) == []
    assert delivery.received(delta(7, " three"), 0.1) == [DeltaFrame(turn_id=TURN, offset=7, text=" three")]


def test_the_acknowledgement_comes_once_and_ahead_of_its_event():
    delivery = Delivery(sent=2)
    delivery.sending.add("m3")
    frames = delivery.received(Committed(events=(event(3),)), 0.0)
    assert frames[0] == Accepted(client_id="m3", seq=3) and seqs(frames) == [3]
    assert delivery.accepted("m3", 3) == []
    delivery.sending.add("m1")
    assert delivery.accepted("m1", 1) == [Accepted(client_id="m1", seq=1)]


def test_a_customer_sees_that_something_stands_there_but_not_what():
    note = event(1, NoteAdded(agent_id="a", text="SECRET"))
    (frame,) = Delivery(sent=0).replayed((note,))
    assert isinstance(frame, EventFrame)
    assert (frame.event["seq"], frame.event["type"], frame.event["data"]) == (1, "withheld", {})


def test_signals_pass_and_ones_own_typing_does_not_come_back():
    delivery = Delivery(sent=0)
    delivery.typed()
    assert delivery.received(Typing(who="customer", on=True), 0.0) == []
    assert delivery.received(Typing(who="customer", on=False), 0.0) == [
        SignalFrame(signal="typing", who="customer", on=False)
    ]
    assert delivery.received(Typing(who="agent", on=True), 0.0) == [SignalFrame(signal="typing", who="agent", on=True)]
    assert delivery.received(Stage(turn_id=TURN, stage="searching", label="Searching…"), 0.0) == [
        SignalFrame(signal="stage", turn_id=TURN, stage="searching", label="Searching…")
    ]


@pytest.mark.parametrize(("after", "last_seq", "reset"), [(9, 7, True), (0, 501, True), (1, 501, False), (7, 7, False)])
def test_a_stranger_history_and_a_long_absence_are_reset_to_what_is_now(after, last_seq, reset):
    delivery = Delivery(sent=after)
    frames = delivery.opened("c", last_seq=last_seq, status="assistant")
    assert isinstance(frames[0], Welcome)
    assert [type(frame) for frame in frames[1:]] == ([Reset] if reset else [])
    assert delivery.sent == (last_seq if reset else after)


@given(
    total=st.integers(1, 30),
    after=st.integers(0, 30),
    read_to=st.integers(0, 30),
    batches=st.lists(st.integers(1, 5), max_size=30),
    lost=st.sets(st.integers(0, 30)),
)
def test_whatever_the_bus_drops_each_event_comes_once_and_in_order(total, after, read_to, batches, lost):
    after, read_to = min(after, total), max(min(read_to, total), min(after, total))
    log = events(1, total)
    delivery = Delivery(sent=after)
    got = seqs(delivery.replayed(log[after:read_to]))
    place, number = min(after, read_to), 0
    for number, size in enumerate([*batches, *[5] * 30]):
        batch = log[place : place + size]
        place += size
        if not batch:
            break
        got += seqs(delivery.received(Lagged() if number in lost else Committed(events=batch), float(number)))
        if delivery.behind:
            got += seqs(delivery.caught_up(log[delivery.sent : min(place, total)], None))
    assert got == list(range(after + 1, delivery.sent + 1)) and delivery.sent == total


@given(
    pieces=st.lists(st.tuples(st.text(max_size=5), st.integers(0, 6), st.floats(0.0, 0.1)), max_size=25),
    cut=st.integers(0, 25),
)
def test_the_words_that_a_client_has_equal_those_that_were_written(pieces, cut):
    delivery, spoken, shown, now = Delivery(sent=0), "", "", 0.0
    for number, (text, back, pause) in enumerate(pieces):
        spoken = spoken[: len(spoken) - back]
        frames = delivery.received(delta(len(spoken), text), now) if text else []
        spoken += text
        now += pause
        if number == cut:
            delivery, shown = Delivery(sent=0), ""
            frames = delivery.live(Partial(turn_id=TURN, text=spoken) if spoken else None)
        for frame in frames:
            if isinstance(frame, DeltaFrame | Snapshot):
                shown = shown[: frame.offset] + frame.text
    for frame in delivery.flush(now):
        shown = shown[: frame.offset] + frame.text
    if pieces and pieces[-1][0]:
        assert shown == spoken


@pytest.mark.parametrize(
    ("after", "known", "reset"),
    [(3, "g1", False), (3, "", False), (3, "g0", True), (0, "g0", False), (9, "g1", True)],
)
def test_a_client_that_counted_another_history_is_told_so_whatever_its_seq(after: int, known: str, reset: bool) -> None:
    delivery = Delivery(sent=after, generation=known)
    frames = delivery.opened("c_1", last_seq=5, status="assistant", generation="g1")
    assert frames[0].generation == "g1"  # type: ignore[attr-defined]
    assert [frame.reason for frame in frames[1:]] == (["another_history"] if reset else [])  # type: ignore[attr-defined]
