"""The codec of facts: what is written is what is read, for every type and any content."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import (
    CUSTOMER,
    FACTS_BY_TYPE,
    SYSTEM,
    AssistantSaid,
    Card,
    ClientId,
    ConversationId,
    CustomerSaid,
    Event,
    Fact,
    FactUnknown,
    TurnId,
    decode_fact,
    encode_fact,
    event_to_wire,
    fact_type,
)
from channels.frames import visible
from retrieval.catalogue import Money
from tests.assistant.any_log import C, facts, facts_of


@given(st.data(), st.sampled_from(sorted(FACTS_BY_TYPE)))
def test_every_type_of_fact_comes_back_from_json_as_it_went(data: st.DataObject, name: str) -> None:
    fact = data.draw(facts_of(FACTS_BY_TYPE[name]))
    assert fact_type(fact) == name
    assert decode_fact(name, encode_fact(fact)) == fact


@given(facts)
def test_the_wire_shows_the_same_data_as_the_store_keeps(fact: Fact) -> None:
    at = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
    wire = event_to_wire(Event(seq=7, id="x", conversation=C, at=at, actor=CUSTOMER, channel="web", fact=fact))
    assert json.loads(msgspec.json.encode(wire["data"])) == json.loads(encode_fact(fact))
    assert wire["at"] == "2026-11-22T10:00:00.123Z"
    assert list(wire) == ["seq", "id", "conversation_id", "at", "actor", "channel", "type", "data"]


def test_the_types_have_the_names_of_the_protocol() -> None:
    named = (
        "conversation_started channel_joined channel_left customer_said customer_identified turn_started turn_failed "
        "tool_called tool_returned confirmation_asked confirmation_answered cart_changed assistant_said "
        "handoff_requested agent_joined agent_left agent_said note_added suggestion_made suggestion_used "
        "feedback_given conversation_closed"
    )
    assert set(named.split()) <= set(FACTS_BY_TYPE)


def test_money_travels_as_a_decimal_string() -> None:
    card = Card(kind="product", id="p", title="Tent", price=Money(amount=Decimal("89.00"), currency="USD"))
    said = AssistantSaid(turn_id=TurnId("t"), text="Tent", language="en", cards=(card,))
    assert json.loads(encode_fact(said))["cards"][0]["price"] == {"amount": "89.00", "currency": "USD"}


def test_a_log_written_before_a_field_was_added_is_still_read() -> None:
    assert decode_fact("customer_said", b'{"client_id":"m","text":"hi"}') == CustomerSaid(
        client_id=ClientId("m"), text="hi"
    )
    assert decode_fact("customer_said", b'{"client_id":"m","text":"hi","from_the_future":1}').text == "hi"  # type: ignore[union-attr]


def test_a_fact_of_a_newer_release_is_read_as_unknown_and_shown_to_no_customer() -> None:
    fact = decode_fact("customer_sang", b'{"song":"secret"}')
    assert fact == FactUnknown(was="customer_sang")
    event = Event(
        seq=3,
        id="e3",
        conversation=ConversationId("c"),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor=SYSTEM,
        channel="web",
        fact=fact,
    )
    assert event_to_wire(event)["data"] == {"was": "customer_sang"}
    assert (visible(event)["seq"], visible(event)["type"], visible(event)["data"]) == (3, "withheld", {})


def test_wrong_data_are_errors() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_fact("customer_said", b'{"client_id":"m"}')


@pytest.mark.parametrize("kind", FACTS_BY_TYPE.values(), ids=FACTS_BY_TYPE)
def test_facts_are_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert fields(kind)
