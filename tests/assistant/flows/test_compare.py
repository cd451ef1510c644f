"""Comparing: code computes from the catalogue, and what is said of each is its own."""

from __future__ import annotations

import pytest

from tests.assistant.shopper import Shopper

pytestmark = pytest.mark.anyio


async def test_two_products_are_put_side_by_side_with_their_own_facts(shopper: Shopper) -> None:
    shown = (await shopper.say("show me tents under 200")).shown
    reply = await shopper.say("compare the first two")
    assert reply.shown == shown[:2]
    facts = {"t1": ("2.1 kg", "$189.00"), "t4": ("2.9 kg", "$99.00"), "t5": ("3.3 kg", "$79.00")}
    assert all(fact in reply.text for key in reply.shown for fact in facts[key])


async def test_the_products_compared_are_the_ones_pointed_at(shopper: Shopper) -> None:
    shown = (await shopper.say("show me tents under 200")).shown
    assert (await shopper.say("compare the first and the third")).shown == [shown[0], shown[2]]


@pytest.mark.parametrize(
    ("question", "best"),
    [("which is lighter?", "t1"), ("which one is cheaper?", "t5"), ("which of them is rated best?", "t1")],
)
async def test_which_is_better_is_computed(shopper: Shopper, question: str, best: str) -> None:
    reply = await shopper.talk("show me tents under 200", question)
    assert reply.shown[0] == best


async def test_the_winner_is_what_is_talked_about_next(shopper: Shopper) -> None:
    await shopper.talk("show me tents under 200", "which one is the lightest?")
    assert (await shopper.say("how much is it?")).shown == ["t1"]


async def test_a_verdict_takes_all_that_is_shown_into_account(shopper: Shopper) -> None:
    shown = (await shopper.say("show me tents")).shown
    assert len(shown) == 4
    lightest = min(shown, key={"t1": 2.1, "t2": 5.4, "t3": 0.98, "t4": 2.9, "t5": 3.3, "t6": 24.0}.__getitem__)
    assert (await shopper.say("which one is the lightest?")).shown[0] == lightest


async def test_comparing_nothing_asks_which(shopper: Shopper) -> None:
    reply = await shopper.talk("show me kettles", "compare them")
    assert reply.context.asked is not None and reply.context.asked.flow == "compare"


async def test_advice_names_what_is_cheapest_and_what_is_rated_best(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 200", "compare all of them")
    assert set(reply.shown) == {"t1", "t4", "t5"}
    assert "Sola Garden" in reply.text and "4.6" in reply.text


@pytest.mark.parametrize("said", ["is it better than the Sola Palace?", "how does it compare to the Sola Palace 8"])
async def test_what_is_compared_by_name_need_not_be_on_the_table(shopper: Shopper, said: str) -> None:
    reply = await shopper.talk("do you have the Varde Weekend 2 tent?", said)
    assert set(reply.shown) == {"t4", "t6"}


async def test_a_kind_named_beside_is_no_product(shopper: Shopper) -> None:
    reply = await shopper.talk("do you have the Varde Weekend 2 tent?", "is it better than the other tents?")
    assert "t6" not in reply.shown or len(reply.shown) > 2


async def test_any_figure_that_they_state_may_be_compared(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 200", "which is for more persons?")
    assert reply.shown[0] == "t5" and "3" in reply.text
