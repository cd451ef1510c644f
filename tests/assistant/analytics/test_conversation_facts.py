"""What a conversation's log says of how it went."""

from __future__ import annotations

from decimal import Decimal

from assistant.analytics.conversation_facts import facts_of
from assistant.events import (
    ActionTaken,
    AgentJoined,
    CartChanged,
    CartItem,
    ConfirmationAnswered,
    FeedbackGiven,
    HandoffRequested,
    OutcomeRecorded,
    ToolCalled,
    ToolReturned,
    TurnId,
)
from assistant.shown import Cart
from retrieval.catalogue import Money, ProductId, VariantId
from tests.assistant.analytics.talked import log_of, said, search, turn

PRICE = Money(amount=Decimal(9), currency="USD")
CART = Cart(
    items=(CartItem(variant_id=VariantId("v"), product_id=ProductId("p"), title="T", quantity=1, price=PRICE),),
    total=PRICE,
)


def test_turns_replies_and_their_seconds_are_counted() -> None:
    facts = facts_of(log_of(said(), *turn("find_products"), said(), *turn("unclear"), seconds=2.0))
    assert (facts.customer_turns, facts.replies, facts.latency_p50, facts.not_understood) == (2, 2, 2.0, 1)
    assert facts.intents == ["find_products", "unclear"]
    assert (facts.channels, facts.language) == (["web"], "en")


def test_the_language_is_that_of_the_last_reply() -> None:
    assert facts_of(log_of(said("ein Zelt"), *turn(language="de"))).language == "de"


def test_a_search_fails_when_nothing_is_found_or_the_thing_asked_for_is_missing() -> None:
    facts = facts_of(
        log_of(
            *turn(facts=search("tent")),
            *turn(facts=search("red kayak", missing=["kayak"])),
            *turn(facts=[*search("a canoe", found=False), *search("canoe")]),
            *turn(facts=search("raft", found=False)),
        )
    )
    assert (facts.searches, facts.not_found) == (4, ["kayak", "raft"])


def test_the_funnel_is_walked_by_words_or_by_buttons() -> None:
    asked = facts_of(log_of(said(), *turn("product_question"), said(), *turn("check_out")))
    assert (asked.opened, asked.carted, asked.checked_out) == (True, False, True)
    pressed = facts_of(log_of(said(action=ActionTaken(name="show_product")), CartChanged(cart=CART)))
    assert (pressed.opened, pressed.carted, pressed.checked_out) == (True, True, False)


def test_what_was_confirmed_counts_only_when_it_was_carried_out() -> None:
    def change(error: str | None) -> int:
        done = ToolReturned(turn_id=TurnId("t"), call_id="k", name="cancel_order", error=error)
        asked = ToolCalled(turn_id=TurnId("t"), call_id="k", name="cancel_order")
        yes = ConfirmationAnswered(confirmation_id="y", answer="yes")
        return facts_of(log_of(said(), *turn(facts=[yes, asked, done]))).changes_done

    assert (change(None), change("Refusal")) == (1, 0)


def test_a_person_is_noted_with_the_rule_that_asked_and_what_came_of_it() -> None:
    facts = facts_of(
        log_of(
            said("a person please"),
            HandoffRequested(reason="asked", summary="", rule="asked"),
            AgentJoined(agent_id="a", name="A"),
            OutcomeRecorded(agent_id="a", outcome="solved"),
        )
    )
    assert (facts.asked_for_person, facts.agent_joined, facts.handoff, facts.outcome) == (True, True, "asked", "solved")


def test_the_last_thumb_is_what_counts() -> None:
    thumbs = FeedbackGiven(about_seq=3, rating="up"), FeedbackGiven(about_seq=5, rating="down")
    facts = facts_of(log_of(said(), *thumbs))
    assert (facts.thumbs_up, facts.thumbs_down, facts.last_thumb) == (1, 1, "down")


def test_replies_from_before_intents_were_told_are_read_by_their_tools() -> None:
    assert facts_of(log_of(said(), *turn(facts=search("tent")))).intents == ["find_products"]
