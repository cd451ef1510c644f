"""The fold: any log has one state, however and whenever it is read."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from assistant.conversation import REMEMBERED_MESSAGES, Conversation, Unanswered
from assistant.events import (
    CUSTOMER,
    Actor,
    AgentJoined,
    AgentLeft,
    AssistantSaid,
    ClientId,
    ConversationClosed,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Event,
    Fact,
    HandoffRequested,
    TurnFailed,
    TurnId,
    TurnStarted,
)
from assistant.stores.standing import Standing
from tests.assistant.any_log import facts_of, log_of, logs

T = TurnId("t")


def state_after(*facts: Fact) -> Conversation:
    return Conversation.replay(log_of(ConversationStarted(locale="en"), [_draft(fact) for fact in facts]))


def _draft(fact: Fact) -> Draft:
    return Draft(fact=fact, actor=CUSTOMER, channel="web")


def said(text: str) -> CustomerSaid:
    return CustomerSaid(client_id=ClientId(text), text=text)


def reply(text: str, *, interrupted: bool = False) -> AssistantSaid:
    return AssistantSaid(turn_id=T, text=text, language="en", interrupted=interrupted)


def waiting(state: Conversation) -> list[str]:
    return [unanswered.said.text for unanswered in state.unanswered]


@given(logs)
def test_replaying_a_log_is_folding_it_event_by_event(log: Sequence[Event]) -> None:
    state = Conversation(id=log[0].conversation)
    for event in log:
        state = state.applying(event)
    assert Conversation.replay(log) == state


@given(logs, st.data())
def test_a_reconnect_at_any_cut_point_ends_in_the_same_state(log: Sequence[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(log)))
    resumed = Conversation.replay(log[:cut])
    assert resumed.last_seq == cut
    for event in log[cut:]:
        resumed = resumed.applying(event)
    assert resumed == Conversation.replay(log)


@given(logs)
def test_every_prefix_of_a_log_is_a_sound_state(log: Sequence[Event]) -> None:
    for end in range(1, len(log) + 1):
        state = Conversation.replay(log[:end])
        assert state.last_seq == end
        assert len(state.transcript) <= REMEMBERED_MESSAGES
        assert len(set(state.channels)) == len(state.channels)
        open_seqs = [waits.seq for waits in (*state.answering, *state.unanswered)]
        assert len(set(open_seqs)) == len(open_seqs)
        assert all(isinstance(log[seq - 1].fact, CustomerSaid) for seq in open_seqs)
        assert not state.answering or state.turn is not None


@given(logs)
def test_what_a_store_keeps_beside_the_log_agrees_with_the_fold(log: Sequence[Event]) -> None:
    standing = Standing()
    for end, event in enumerate(log, 1):
        standing = standing.after(event.seq, event.fact)
        state = Conversation.replay(log[:end])
        assert standing.turn == (state.turn or "")
        assert standing.waiting == tuple(waits.seq for waits in state.unanswered)
        assert standing.serving == tuple(waits.seq for waits in state.answering)
        assert standing.by_people == (state.status in ("agent", "closed"))
        assert standing.desk == {"waiting_for_agent": "waiting", "agent": "agent"}.get(state.status, "")


@given(logs, st.integers(-2, 40))
def test_an_event_out_of_order_is_refused(log: Sequence[Event], seq: int) -> None:
    state = Conversation.replay(log)
    if seq != state.last_seq + 1:
        stray = log_of(log[0].fact, [])[0]
        with pytest.raises(ValueError, match="cannot follow"):
            state.applying(_at(stray, seq))


def _at(event: Event, seq: int) -> Event:
    return Event(
        seq=seq,
        id=event.id,
        conversation=event.conversation,
        at=event.at,
        actor=Actor(kind="system"),
        channel="web",
        fact=event.fact,
    )


@given(logs, facts_of(ConversationClosed))
def test_a_closed_conversation_waits_for_nobody(log: Sequence[Event], closed: Fact) -> None:
    rest = [Draft(fact=event.fact, actor=event.actor, channel=event.channel) for event in log[1:]]
    state = Conversation.replay(log_of(log[0].fact, [*rest, _draft(closed)]))
    assert state.status == "closed"
    assert state.unanswered == ()


def test_no_events_are_no_conversation() -> None:
    with pytest.raises(ValueError, match="at least one event"):
        Conversation.replay([])


def test_what_a_customer_says_waits_until_a_turn_takes_it() -> None:
    state = state_after(said("a"), said("b"), TurnStarted(turn_id=T, answers=(2,)))
    assert waiting(state) == ["b"]
    assert [taken.said.text for taken in state.answering] == ["a"]
    assert state.turn == T


def test_a_reply_ends_the_turn_and_leaves_what_came_during_it_open() -> None:
    state = state_after(said("a"), TurnStarted(turn_id=T, answers=(2,)), said("b"), reply("x"))
    assert (state.turn, state.answering) == (None, ())
    assert waiting(state) == ["b"]


def test_a_reply_cut_off_before_its_first_word_leaves_its_question_open_in_order() -> None:
    state = state_after(said("a"), TurnStarted(turn_id=T, answers=(2,)), said("b"), reply("", interrupted=True))
    assert waiting(state) == ["a", "b"]
    assert [line.text for line in state.transcript] == ["a", "b"]


def test_a_failed_turn_ends_and_its_sentence_is_in_the_transcript() -> None:
    state = state_after(said("a"), TurnStarted(turn_id=T, answers=(2,)), TurnFailed(turn_id=T, code="x", text="Sorry"))
    assert (state.turn, waiting(state)) == (None, [])
    assert state.transcript[-1].text == "Sorry"


def test_while_an_agent_answers_nothing_waits_for_the_assistant() -> None:
    joined = AgentJoined(agent_id="a", name="Ann")
    state = state_after(said("a"), HandoffRequested(reason="asked", summary=""), said("b"), joined, said("c"))
    assert state.status == "agent"
    assert waiting(state) == []
    after = state_after(joined, AgentLeft(agent_id="a", name="Ann"), said("d"))
    assert after.status == "assistant"
    assert waiting(after) == ["d"]


def test_the_transcript_remembers_the_last_messages_only() -> None:
    state = state_after(*(said(str(number)) for number in range(REMEMBERED_MESSAGES + 5)))
    assert [line.text for line in state.transcript] == [str(number) for number in range(5, REMEMBERED_MESSAGES + 5)]


def test_a_turn_that_takes_up_thousands_costs_by_their_number_not_by_its_square() -> None:
    many = 20_000
    waiting = tuple(range(2, many + 2))
    began = time.process_time()
    standing = Standing(waiting=waiting).after(many + 2, TurnStarted(turn_id=T, answers=waiting))
    assert (standing.serving, standing.waiting) == (waiting, ())
    asked = tuple(Unanswered(seq=seq, said=_SAID, channel="web") for seq in waiting)
    state = replace(state_after(), last_seq=many + 1, unanswered=asked)
    started = log_of(ConversationStarted(locale="en"), [_draft(TurnStarted(turn_id=T, answers=waiting))])[-1]
    after = state.applying(dataclasses.replace(started, seq=many + 2))
    assert (after.answering, after.unanswered) == (asked, ())
    assert time.process_time() - began < 2.0


_SAID = CustomerSaid(client_id=ClientId("m"), text="hi")
