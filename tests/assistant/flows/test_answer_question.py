"""Questions of fact: answered from the catalogue and the policies with their source, or not at all."""

from __future__ import annotations

import pytest

from assistant.flows.attribute_meant import another_property
from tests.assistant.shopper import Shopper
from tests.assistant.small_shop import POLICIES

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("is the fjell storm 2 tent waterproof?", "3000 mm"),
        ("how heavy is the fjell storm 2 tent?", "2.1 kg"),
        ("how much is the fjell storm 2 tent?", "$189.00"),
        ("what colours does the fjell storm 2 tent come in?", "blue and red"),
        ("how many people fit in the fjell storm 2 tent?", "2"),
        ("what is the fjell storm 2 tent made of?", "ripstop nylon"),
        ("what do people say about the fjell storm 2 tent?", "Dry through a whole week of rain."),
    ],
)
async def test_a_question_about_a_product_is_answered_from_the_catalogue(
    shopper: Shopper, question: str, fact: str
) -> None:
    reply = await shopper.say(question)
    assert fact in reply.text and reply.shown == ["t1"]


@pytest.mark.parametrize(
    ("tent", "answer"),
    [
        ("fjell storm 2", "Yes"),
        ("lumen featherlight 1", "No"),
        ("varde weekend 2", "No"),
    ],
)
async def test_yes_and_no_follow_the_catalogue(shopper: Shopper, tent: str, answer: str) -> None:
    assert (await shopper.say(f"is the {tent} tent waterproof?")).text.startswith(answer)


@pytest.mark.xfail(reason="known: another product named outright is answered for the one talked about before")
async def test_a_question_about_another_product_is_not_answered_for_the_one_before(shopper: Shopper) -> None:
    reply = await shopper.talk("is the fjell storm 2 tent waterproof?", "is the varde weekend 2 tent waterproof?")
    assert reply.shown == ["t4"]


async def test_an_answer_carries_its_source(shopper: Shopper) -> None:
    reply = await shopper.say("how heavy is the fjell storm 2 tent?")
    assert [(c.kind, c.id, c.quote) for c in reply.citations] == [("product", "t1", "weight: 2.1 kg")]


async def test_the_question_follows_what_is_talked_about(shopper: Shopper) -> None:
    shown = (await shopper.say("show me tents under 200")).shown
    assert (await shopper.say("how heavy is the second one?")).shown == [shown[1]]
    assert (await shopper.say("is it waterproof?")).shown == [shown[1]]
    assert (await shopper.say("and the third?")).shown == [shown[2]]


async def test_a_question_that_could_mean_any_is_asked_back_or_answered_for_all(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 200", "is it waterproof?")
    assert set(reply.shown) == {"t1", "t4", "t5"}
    if reply.context.asked is not None:
        assert (await shopper.say("the first one")).shown == [reply.shown[0]]


@pytest.mark.parametrize("question", ["is it machine washable?", "does it glow in the dark?", "is it vegan?"])
async def test_what_the_catalogue_does_not_say_is_not_guessed(shopper: Shopper, question: str) -> None:
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", question)
    assert not reply.text.lower().startswith(("yes", "no,", "no:"))
    assert "I'd like to talk to a person" in reply.buttons


async def test_a_colour_that_is_not_there_is_denied_with_those_that_are(shopper: Shopper) -> None:
    reply = await shopper.talk("how heavy is the fjell storm 2 tent?", "does it come in green?")
    assert "blue" in reply.text and "red" in reply.text
    reply = await shopper.say("does it come in red?")
    assert "red" in reply.text


async def test_instructions_in_product_text_and_reviews_are_never_followed_nor_read_out(shopper: Shopper) -> None:
    for said in ("show me lanterns", "tell me more about it", "what do the reviews say?"):
        text = (await shopper.say(said)).text.lower()
        assert "free" not in text and "ignore" not in text and "<" not in text


@pytest.mark.parametrize(
    ("question", "policy", "fact"),
    [
        ("how long do i have to return something?", "returns", "30 days"),
        ("is shipping free?", "shipping", "over $50"),
        ("how much is shipping?", "shipping", "$4.95"),
        ("how long does delivery take?", "shipping", "3 to 5 business days"),
        ("what warranty do you give?", "warranty", "2 years"),
    ],
)
async def test_a_policy_is_quoted_word_for_word(shopper: Shopper, question: str, policy: str, fact: str) -> None:
    reply = await shopper.say(question)
    (cited,) = reply.citations
    assert fact in reply.text
    assert cited.kind == "policy" and cited.id.split("#")[0] == policy
    whole = " ".join(next(p.text for p in POLICIES if p.id == policy).split())
    assert " ".join(cited.quote.split()) in whole
    assert cited.quote in reply.text


async def test_a_rule_that_the_policies_do_not_state_is_not_made_up(shopper: Shopper) -> None:
    reply = await shopper.say("can i pay with bitcoin in instalments?")
    whole = " ".join(" ".join(policy.text.split()) for policy in POLICIES)
    assert all(" ".join(citation.quote.split()) in whole for citation in reply.citations)
    assert not reply.text.lower().startswith("yes")


async def test_how_much_it_weighs_is_answered_by_its_weight(shopper: Shopper) -> None:
    assert "2.1 kg" in (await shopper.say("how much does the fjell storm 2 tent weigh?")).text


@pytest.mark.parametrize(
    ("question", "attribute", "another"),
    [
        ("is it windproof too?", "waterproof", True),
        ("is it waterproof?", "waterproof", False),
        ("is it breathable?", "breathability", False),
        ("how long does it take to put up?", "setup time", False),
    ],
)
def test_a_property_is_not_answered_with_its_neighbour(question: str, attribute: str, another: bool) -> None:
    assert another_property(question, attribute) is another


async def test_a_figure_of_it_where_several_are_shown_is_told_of_each(shopper: Shopper) -> None:
    reply = await shopper.talk("show me tents under 200", "how heavy is it?")
    assert all(figure in reply.text for figure in ("2.1 kg", "2.9 kg", "3.3 kg"))
    assert reply.context.asked is None


@pytest.mark.parametrize(
    ("first", "then", "fact"),
    [
        ("what warranty do you give?", "and how long?", "2 years"),
        ("can i return something?", "how long do i have?", "30 days"),
        ("how long does delivery take?", "and how much?", "$4.95"),
    ],
)
async def test_a_bare_question_is_answered_from_the_rules_just_told(
    shopper: Shopper, first: str, then: str, fact: str
) -> None:
    told = {citation.id.split("#")[0] for citation in (await shopper.say(first)).citations}
    reply = await shopper.say(then)
    assert fact in reply.text
    assert {citation.id.split("#")[0] for citation in reply.citations} == told
