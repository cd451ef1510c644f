"""Strategies: any fact, and any log that a store could hold. For the property tests of the fold, the codec and the stores."""

from __future__ import annotations

import string
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from assistant.events import (
    CHANNELS,
    FACTS_BY_TYPE,
    ActionTaken,
    Actor,
    AgentSaid,
    AssistantSaid,
    Card,
    CardAction,
    Cart,
    CartChanged,
    CartItem,
    ChannelName,
    Citation,
    ConfirmationAsked,
    ContextChanged,
    ConversationId,
    ConversationStarted,
    CustomerSaid,
    Draft,
    Event,
    Fact,
    QuickReply,
    ToolCalled,
    ToolReturned,
    TurnFailed,
    TurnStarted,
)
from retrieval.catalogue import Money

C = ConversationId("c_1")

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, json_values, max_size=3)
channels: st.SearchStrategy[ChannelName] = st.sampled_from(CHANNELS)
amounts = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
turn_ids = st.sampled_from(["t1", "t2", "t3"])
client_ids = st.text(string.ascii_letters, min_size=1, max_size=8)

moneys = st.builds(Money, amount=amounts, currency=st.sampled_from(["USD", "EUR"]))
items = st.builds(CartItem, options=st.dictionaries(texts, texts, max_size=2), price=moneys)
carts = st.builds(Cart, items=st.lists(items, max_size=2).map(tuple), total=moneys)
buttons = st.builds(CardAction, arguments=objects)
cards = st.builds(Card, price=st.none() | moneys, subtitle=texts, actions=st.lists(buttons, max_size=2).map(tuple))
actions = st.none() | st.builds(ActionTaken, arguments=objects)

_SPECIAL: dict[type, dict[str, st.SearchStrategy[object]]] = {
    ToolCalled: {"arguments": objects},
    ToolReturned: {"result": json_values},
    ContextChanged: {"context": objects},
    CartChanged: {"cart": carts},
    ConfirmationAsked: {"arguments": objects},
    TurnFailed: {"text": texts},
    AgentSaid: {"client_id": client_ids | st.just("")},
    AssistantSaid: {
        "cards": st.lists(cards, max_size=2).map(tuple),
        "citations": st.lists(st.builds(Citation), max_size=2).map(tuple),
        "quick_replies": st.lists(st.builds(QuickReply), max_size=2).map(tuple),
        "interrupted": st.booleans(),
    },
    TurnStarted: {"answers": st.lists(st.integers(1, 12), max_size=3).map(tuple)},
    CustomerSaid: {"client_id": client_ids, "action": actions, "audio": st.booleans()},
}


def facts_of(kind: type) -> st.SearchStrategy[Fact]:
    special = dict(_SPECIAL.get(kind, {}))
    if "turn_id" in kind.__dataclass_fields__:  # type: ignore[attr-defined]
        special["turn_id"] = turn_ids
    return st.builds(kind, **special)


facts: st.SearchStrategy[Fact] = st.one_of([facts_of(kind) for kind in FACTS_BY_TYPE.values()])
"""Every type of fact, whatever comes before it."""
later_facts = st.one_of([facts_of(kind) for kind in FACTS_BY_TYPE.values() if kind is not ConversationStarted])
drafts = st.builds(Draft, fact=later_facts, actor=st.builds(Actor), channel=channels)


def log_of(start: Fact, rest: Sequence[Draft]) -> tuple[Event, ...]:
    first = Draft(fact=start, actor=Actor(kind="system"), channel="web")
    began = datetime(2026, 11, 22, tzinfo=UTC)
    return tuple(
        Event(
            seq=seq,
            id=str(seq),
            conversation=C,
            at=began + timedelta(seconds=seq),
            actor=draft.actor,
            channel=draft.channel,
            fact=draft.fact,
        )
        for seq, draft in enumerate([first, *rest], 1)
    )


logs = st.builds(log_of, facts_of(ConversationStarted), st.lists(drafts, max_size=25))
