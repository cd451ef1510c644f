"""A public screen: of what is a customer's own not a word, of shopping every word; for any log, and however it is read."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.conversation import Conversation
from assistant.events import (
    AGENTS_ONLY,
    CUSTOMER,
    FACTS_BY_TYPE,
    SYSTEM,
    Actor,
    AgentJoined,
    AgentLeft,
    AssistantSaid,
    Card,
    CartChanged,
    ChannelJoined,
    ChannelLeft,
    Citation,
    ClientId,
    ContextChanged,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    DisplayAllowed,
    Draft,
    Fact,
    ToolCalled,
    TurnId,
    TurnStarted,
    event_to_wire,
)
from assistant.memories import FORGET
from assistant.public_screen import NEUTRAL, Masked, Screen
from assistant.state_hash import state_hash, told_apart
from tests.assistant.any_log import channels, facts_of, later_facts, log_of, logs
from tests.assistant.wire_state import folded, hashed

CANARY = "kanarek@example.com"
T = TurnId("t1")
START = ConversationStarted(locale="en")
SHOWN_ALWAYS = (
    ConversationStarted,
    ChannelJoined,
    ChannelLeft,
    DisplayAllowed,
    TurnStarted,
    CartChanged,
    AgentJoined,
    AgentLeft,
)
"""Of names that we made, of closed sets, the cart, which is shopping, and the name of who serves."""


def draft(fact: Fact, channel: Any = "mobile", actor: Actor = SYSTEM) -> Draft:
    return Draft(fact=fact, actor=actor, channel=channel)


def said(seq_text: str, channel: Any = "kiosk") -> Draft:
    return draft(CustomerSaid(client_id=ClientId(seq_text), text=seq_text), channel, CUSTOMER)


def identified() -> Draft:
    fact = CustomerIdentified(customer_id=CANARY, method="email")
    return draft(fact, "mobile", Actor(kind="customer", id=CANARY))


def reply(text: str = "Two tents: Fjell and Dune.", **fields: Any) -> AssistantSaid:
    cards = (Card(kind="product", id="P-1", title="Fjell"), Card(kind="product", id="P-2", title="Dune"))
    return AssistantSaid(turn_id=T, text=text, **{"language": "en", "cards": cards, **fields})


def wire(events) -> list[dict[str, Any]]:
    shown = []
    for event in events:
        plain = json.loads(json.dumps(event_to_wire(event)))
        if isinstance(event, Masked):
            plain["data"]["private"] = True
        shown.append(plain)
    return shown


def told(events) -> str:
    """All that reaches a client: what is for agents alone is withheld from every customer (`frames.visible`)."""
    return json.dumps(wire(event for event in events if not isinstance(event.fact, AGENTS_ONLY)), ensure_ascii=False)


def with_canary(value: Any) -> Any:
    """The same with the canary in every text that stands in it."""
    if isinstance(value, str):
        return CANARY
    if isinstance(value, tuple | list):
        return type(value)(with_canary(one) for one in value)
    if isinstance(value, dict):
        return {key: with_canary(one) for key, one in {**value, "x": "x"}.items()}
    return value


def seeded(kind: type, fact: Fact) -> Fact:
    closed = {
        "kind",
        "language",
        "channel",
        "method",
        "rating",
        "answer",
        "reason",
        "outcome",
        "turn_id",
        "call_id",
        "code",
    }
    closed |= (
        {"confirmation_id", "suggestion_id", "callback_id", "message_id"}
        if kind.__name__ != "HandoffRequested"
        else set()
    )
    if kind.__name__ == "HandoffRequested" or kind.__name__ == "ConversationClosed":
        closed.discard("reason")
    changes = {
        each.name: with_canary(getattr(fact, each.name))
        for each in dataclasses.fields(kind)
        if each.name not in closed and isinstance(getattr(fact, each.name), str | dict)
    }
    return dataclasses.replace(fact, **changes)


@pytest.mark.parametrize("kind", [kind for kind in FACTS_BY_TYPE.values() if kind not in SHOWN_ALWAYS])
@given(data=st.data())
def test_of_every_type_of_fact_nothing_of_a_known_customer_is_told(kind, data) -> None:
    fact = seeded(kind, data.draw(facts_of(kind)))
    if isinstance(fact, AssistantSaid):
        fact = dataclasses.replace(fact, turn_id=T, cards=(), citations=(), quick_replies=(), written_by="template")
    said_on_phone = said(f"it is {CANARY}", "mobile")
    log = log_of(
        START, [said_on_phone, identified(), draft(TurnStarted(turn_id=T, answers=(2,))), draft(fact, "mobile")]
    )
    assert CANARY not in told(Screen().view(log))


@given(logs)
def test_a_screen_keeps_every_seq_and_type_and_gives_each_event_alike_whenever_it_is_asked(log) -> None:
    screen = Screen()
    first = screen.view(log)
    assert [(event.seq, type(event.fact), event.at) for event in first] == [(e.seq, type(e.fact), e.at) for e in log]
    assert screen.view(log) == first == Screen().view(log)
    by_one = Screen()
    assert tuple(by_one.shown(event) for event in log) == first


@given(st.lists(st.builds(draft, later_facts, channels), max_size=20), st.integers(0, 20))
def test_whatever_is_masked_holds_no_word_of_what_it_was(drafts, at) -> None:
    log = log_of(START, [*drafts[:at], identified(), *drafts[at:]])
    for event, shown in zip(log, Screen().view(log), strict=True):
        if isinstance(shown, Masked):
            assert shown.actor.kind != "customer" or not shown.actor.id
            assert not getattr(shown.fact, "cards", ()) and not getattr(shown.fact, "citations", ())
            text = getattr(shown.fact, "text", "")
            assert text in ("", *NEUTRAL.values()) and event.seq == shown.seq


@given(st.lists(st.sampled_from(["open", "find_products"]), max_size=6))
def test_whoever_shops_at_the_kiosk_alone_sees_every_word_as_it_is(tools) -> None:
    drafts = [
        draft(ChannelJoined(channel="kiosk"), "kiosk"),
        said("show me tents"),
        draft(TurnStarted(turn_id=T, answers=(3,)), "kiosk"),
    ]
    drafts += [
        draft(ToolCalled(turn_id=T, call_id="1", name="find_products", arguments={"need": "tent"}), "kiosk")
        for _ in tools
    ]
    drafts += [
        draft(ContextChanged(turn_id=T, context={"shown": ["P-1"]}), "kiosk"),
        draft(reply(written_by="m"), "kiosk"),
    ]
    log = log_of(START, drafts)
    screen = Screen()
    assert screen.view(log[:4]) == log[:4] and screen.streams and screen.turn == T
    assert screen.view(log) == log


def test_products_are_shown_to_a_customer_who_is_known_once_the_reply_is_whole() -> None:
    log = log_of(
        START,
        [identified(), said("tents"), draft(TurnStarted(turn_id=T, answers=(3,)), "kiosk"), draft(reply(), "kiosk")],
    )
    screen = Screen()
    screen.view(log[:4])
    assert not screen.streams, "words are held back until it is known what they tell"
    assert screen.shown(log[4]) == log[4]


@pytest.mark.parametrize(
    "own",
    [
        {"cards": (Card(kind="order", id="O-1", title="Order 1"),)},
        {"citations": (Citation(kind="order", id="O-1", title="Order", quote="shipped"),)},
        {"citations": (Citation(kind="profile", id="c", title="You", quote="Size 42"),)},
        {"text": f"Two tents for {CANARY}: Fjell and Dune."},
        {"cards": (), "written_by": "a-model"},
    ],
)
def test_a_reply_that_tells_of_the_customer_is_a_neutral_sentence(own) -> None:
    phone = said(f"i am {CANARY}", "mobile")
    log = log_of(
        START,
        [
            phone,
            identified(),
            said("and?"),
            draft(TurnStarted(turn_id=T, answers=(4,)), "kiosk"),
            draft(reply(**own), "kiosk"),
        ],
    )
    shown = Screen().view(log)[-1]
    assert isinstance(shown, Masked) and shown.fact.text == NEUTRAL["en"] and not shown.fact.cards


def test_a_turn_that_used_the_customers_own_is_masked_whatever_its_reply_says() -> None:
    own = draft(ToolCalled(turn_id=T, call_id="1", name="get_order", arguments={"order_id": "O-1"}), "kiosk")
    log = log_of(
        START,
        [identified(), said("x"), draft(TurnStarted(turn_id=T, answers=(3,)), "kiosk"), own, draft(reply(), "kiosk")],
    )
    assert isinstance(Screen().view(log)[-1], Masked)


def test_the_sentence_is_in_the_language_of_the_reply() -> None:
    turn = draft(TurnStarted(turn_id=T, answers=(2,)))
    log = log_of(
        ConversationStarted(locale="de-DE"), [said("hallo", "mobile"), turn, draft(reply(language="fr", cards=()))]
    )
    _, spoken, _, answered = Screen().view(log)
    assert (spoken.fact.text, answered.fact.text) == (NEUTRAL["de"], NEUTRAL["fr"])


def order_reply() -> Draft:
    return draft(reply(cards=(Card(kind="order", id="O-1", title="Order 1"),)), "kiosk")


@pytest.mark.parametrize(
    "ending",
    [
        draft(DisplayAllowed(allow=False)),
        draft(ChannelLeft(channel="kiosk"), "kiosk"),
        draft(CustomerSignedOut()),
        draft(ToolCalled(turn_id=T, call_id="1", name=FORGET)),
    ],
)
def test_the_customers_own_is_shown_by_their_leave_and_only_as_long_as_it_holds(ending) -> None:
    log = log_of(
        START, [identified(), order_reply(), draft(DisplayAllowed(allow=True)), order_reply(), ending, order_reply()]
    )
    masked = [isinstance(event, Masked) for event in Screen().view(log)]
    assert masked[2] and not masked[4] and masked[6]


@settings(deadline=None, max_examples=50)
@given(logs)
def test_what_a_screen_shows_folds_into_the_servers_state_but_for_products_it_held_back(log) -> None:
    assume(all(event.fact.customer_id for event in log if isinstance(event.fact, CustomerIdentified)))
    screen = Screen()
    state, shown = Conversation.replay(log), folded(wire(screen.view(log)))
    assert {**shown, "shown": []} == {**told_apart(state), "shown": []}
    assert hashed(shown) == state_hash(state, listed=screen.listed_at(state.last_seq))
    for number in range(1, len(log) + 1):  # and after any event, though the screen has seen more since
        had = Conversation.replay(log[:number])
        assert hashed(folded(wire(screen.view(log[:number])))) == state_hash(had, listed=screen.listed_at(number))


def test_a_seq_that_is_ahead_is_refused() -> None:
    log = log_of(START, [identified()])
    with pytest.raises(ValueError, match="cannot follow"):
        Screen().shown(log[1])
