"""Replies for tests of renderings: as the assistant makes them, and any that hypothesis can think of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from assistant.answering.formats import money
from assistant.events import (
    ASSISTANT,
    AssistantSaid,
    Card,
    CardAction,
    ConversationId,
    Event,
    Fact,
    QuickReply,
    TurnId,
)
from retrieval.catalogue import Money


def happened(fact: Fact, seq: int = 7, **fields) -> Event:
    event = {"actor": ASSISTANT, "channel": "text", **fields}
    return Event(
        seq=seq,
        id=f"e{seq}",
        conversation=ConversationId("c_1"),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        fact=fact,
        **event,
    )


def product(number: int, title: str, price: str = "89.00", currency: str = "USD") -> Card:
    return Card(
        kind="product",
        id=f"p{number}",
        title=title,
        price=Money(amount=Decimal(price), currency=currency),
        availability="in stock",
        actions=(
            CardAction(id="add", label="Add to cart", action="add_to_cart", arguments={"product_id": f"p{number}"}),
            CardAction(id="details", label="Details", action="show_product", arguments={"product_id": f"p{number}"}),
        ),
    )


def said(text: str, cards=(), replies=(), language: str = "en") -> AssistantSaid:
    return AssistantSaid(
        turn_id=TurnId("t"),
        text=text,
        language=language,
        cards=tuple(cards),
        quick_replies=tuple(QuickReply(label=label, text=words) for label, words in replies),
    )


TENTS = (product(1, "Sola Garden 3 Tent", "79.00"), product(2, "Varde Weekend 2 Tent", "99.00"))
TENTS_SAID = said(
    "These fit best:\n- **Sola Garden 3 Tent**: $79.00, in stock\n- **Varde Weekend 2 Tent**: $99.00, in stock",
    TENTS,
    [("Cheaper", "Something cheaper"), ("Compare the first two", "Compare the first two")],
)

words = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=2, max_size=9)
titles = st.lists(words, min_size=1, max_size=6).map(" ".join)
amounts = st.decimals(min_value=1, max_value=9_999, places=2, allow_nan=False)


@st.composite
def sentences(draw) -> str:
    """Plain ones, with a price or a date now and then."""
    said = draw(st.lists(words, min_size=2, max_size=14))
    said.insert(
        draw(st.integers(0, len(said))), draw(st.sampled_from(["$1,234.50", "12 March 2026", "well", "3 days"]))
    )
    return " ".join(said).capitalize() + draw(st.sampled_from([".", ".", "?", "!"]))


@st.composite
def replies(draw) -> AssistantSaid:
    """What the protocol allows: cards named in the text or not, priced or not, in a list or in a sentence."""
    names = draw(st.lists(titles, max_size=12, unique=True))
    cards = [
        product(n, name, str(draw(amounts)), draw(st.sampled_from(["USD", "EUR", "NOK"])))
        for n, name in enumerate(names)
    ]
    lines = [" ".join(draw(st.lists(sentences(), min_size=0, max_size=12)))]
    for card in cards:
        how = draw(st.sampled_from(["listed", "named", "left out"]))
        assert card.price is not None
        if how != "left out":
            lines.append(f"- **{card.title}**" + (f": {money(card.price)}" if how == "listed" else ""))
    lines.append("Which one would you like?")
    labels = draw(st.lists(st.one_of(titles, st.sampled_from(["M", "42", "Cheaper"])), max_size=6, unique=True))
    return said("\n".join(line for line in lines if line), cards, [(label, f"I say {label}") for label in labels])
