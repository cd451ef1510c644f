"""Handing over: what is said of the wait, the rules that offer a person once, and what one can do who waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from assistant.conversation import Conversation
from assistant.desk.callbacks import CallBack
from assistant.desk.handoff_rules import HandoffRules, load_rules
from assistant.events import CallbackRequested, HandoffEnded, HandoffRequested, MessageLeft
from assistant.flows.waiting import phone_in
from assistant.outlook import Outlook
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class FakeOffice:
    told: Outlook = field(default_factory=lambda: Outlook(position=1, now=NOW))
    rules: HandoffRules = field(default_factory=load_rules)
    kept: list[CallBack] = field(default_factory=list)

    async def outlook(self, conversation: Conversation, *, priority: int = 0) -> Outlook:
        return self.told

    async def keep(self, wanted: CallBack) -> None:
        self.kept.append(wanted)


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
async def customer(brains: Brains, shop: SmallShop, office: FakeOffice) -> AsyncIterator[Shopper]:
    assistant = assistant_of(brains, shop, office=office)
    conversation, _ = await assistant.start(channel="web")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


async def in_language(brains: Brains, shop: SmallShop, office: FakeOffice, locale: str) -> Shopper:
    assistant = assistant_of(brains, shop, office=office)
    conversation, _ = await assistant.start(channel="web", locale=locale)
    return Shopper(assistant, conversation)


# -- asked for -------------------------------------------------------------------------------------------------------------


async def test_who_asks_for_a_person_is_told_their_place_and_the_wait(customer: Shopper, office: FakeOffice) -> None:
    office.told = Outlook(position=3, expected_wait_seconds=290, now=NOW)
    reply = await customer.say("I want to talk to a person")
    assert reply.facts(HandoffRequested)[0].rule == "asked"
    assert "number 3" in reply.text and "5 min" in reply.text


async def test_a_wait_that_is_not_known_is_not_told(customer: Shopper) -> None:
    reply = await customer.say("I want to talk to a person")
    assert "next in line" in reply.text and "min" not in reply.text.split()


async def test_outside_the_hours_they_are_told_when_and_offered_a_call_back_at_once(
    customer: Shopper, office: FakeOffice
) -> None:
    office.told = Outlook(position=1, open=False, opens_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC), now=NOW)
    reply = await customer.say("can I talk to a human")
    assert "November 24, 09:00" in reply.text
    assert [button.action for button in reply.said.quick_replies] == [
        "request_callback",
        "leave_message",
        "back_to_assistant",
    ]
    state = await customer.assistant.state(customer.conversation)
    assert state.handoff is not None and state.handoff.offered


async def test_where_nobody_is_there_that_is_said(customer: Shopper, office: FakeOffice) -> None:
    office.told = Outlook(position=1, staffed=False, now=NOW)
    assert "Nobody is at the desk" in (await customer.say("a person please")).text


@pytest.mark.parametrize("locale", ["de", "es", "fr"])
async def test_place_wait_and_hours_are_told_in_their_language(
    brains: Brains, shop: SmallShop, office: FakeOffice, locale: str
) -> None:
    office.told = Outlook(position=2, expected_wait_seconds=600, now=NOW)
    asked = await in_language(brains, shop, office, locale)
    reply = await asked.press("talk_to_human")
    assert reply.said.language == locale and "2" in reply.text and "10 " in reply.text
    office.told = Outlook(position=1, open=False, opens_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC), now=NOW)
    assert "09:00" in (await (await in_language(brains, shop, office, locale)).press("talk_to_human")).text


# -- rules ---------------------------------------------------------------------------------------------------------------


async def test_who_sounds_upset_is_offered_a_person_once(customer: Shopper) -> None:
    first = await customer.say("this is ridiculous, where are your tents!!!")
    assert "I'd like to talk to a person" in first.buttons
    assert not first.facts(HandoffRequested)
    second = await customer.say("terrible, show me tents")
    assert "I'd like to talk to a person" not in second.buttons
    assert (await customer.assistant.state(customer.conversation)).status == "assistant"


async def test_a_yes_to_the_offer_asks_for_a_person(customer: Shopper) -> None:
    offered = await customer.say("this is unacceptable, thanks for nothing!!!")
    assert "I'd like to talk to a person" in offered.buttons
    assert (await customer.say("yes please")).facts(HandoffRequested)


async def test_a_no_to_the_offer_is_the_end_of_it(customer: Shopper) -> None:
    await customer.say("this is ridiculous, I am furious!!!")
    reply = await customer.say("No, I don't need a person")
    assert not reply.facts(HandoffRequested) and "together" in reply.text


async def test_a_lawyer_or_an_injury_brings_a_person_at_once_and_before_others(customer: Shopper) -> None:
    reply = await customer.say("The kettle caught fire and my hand got hurt")
    (asked,) = reply.facts(HandoffRequested)
    assert (asked.rule, asked.priority, asked.skills) == ("injury", 3, ("safety",))
    again = await customer.say("I told you, it caught fire")
    assert not again.facts(HandoffRequested)


async def test_words_count_in_every_language(brains: Brains, shop: SmallShop, office: FakeOffice) -> None:
    asked = await in_language(brains, shop, office, "de")
    (fact,) = (await asked.say("Ich schalte meinen Anwalt ein")).facts(HandoffRequested)
    assert fact.rule == "legal"


async def test_twice_not_understood_is_offered_a_person_and_only_once(customer: Shopper) -> None:
    await customer.say("and so on and so forth then")
    second = await customer.say("hmm you know the other way round")
    assert "I'd like to talk to a person" in second.buttons
    state = await customer.assistant.state(customer.conversation)
    assert state.status == "assistant"


async def test_a_calm_customer_is_offered_nothing(customer: Shopper) -> None:
    for text in ("do you have hiking boots?", "the cheapest one please", "thanks, great"):
        reply = await customer.say(text)
        assert "I'd like to talk to a person" not in reply.buttons


# -- while they wait -----------------------------------------------------------------------------------------------------


async def waits(customer: Shopper) -> None:
    await customer.say("I want to talk to a person")


async def test_a_call_back_is_kept_and_said_in_words(customer: Shopper, office: FakeOffice) -> None:
    await waits(customer)
    customer.told.append("+47 22 33 44 55")
    reply = await customer.press("request_callback", phone="+47 22 33 44 55", when="after four")
    (kept,) = office.kept
    assert (kept.kind, kept.phone, kept.wanted) == ("callback", "+47 22 33 44 55", "after four")
    assert reply.facts(CallbackRequested)[0].callback_id == kept.id
    assert reply.facts(HandoffEnded)[0].reason == "callback"
    assert "+47 22 33 44 55" in reply.text
    assert (await customer.assistant.state(customer.conversation)).status == "assistant"


async def test_without_a_number_it_is_asked_for_and_the_next_message_gives_it(
    customer: Shopper, office: FakeOffice
) -> None:
    await waits(customer)
    asked = await customer.say("Please call me back")
    assert "phone number" in asked.text and not office.kept
    wrong = await customer.say("it is 12 34")
    assert "doesn't look like" in wrong.text
    await customer.say("sorry, 0151 23456789")
    assert office.kept[0].phone == "0151 23456789"


async def test_who_speaks_of_something_else_is_served(customer: Shopper, office: FakeOffice) -> None:
    await waits(customer)
    await customer.press("request_callback")
    reply = await customer.say("do you have hiking boots?")
    assert reply.shown and not office.kept


async def test_a_message_is_passed_on_as_it_is(customer: Shopper, office: FakeOffice) -> None:
    await waits(customer)
    assert "pass on" in (await customer.press("leave_message")).text
    reply = await customer.say("Tell Ada that the blue tent is torn, ring 12345")
    assert office.kept[0].text == "Tell Ada that the blue tent is torn, ring 12345"
    assert reply.facts(MessageLeft) and reply.facts(HandoffEnded)[0].reason == "message"


async def test_keep_waiting_and_back_to_the_assistant(customer: Shopper) -> None:
    await waits(customer)
    assert "place" in (await customer.press("keep_waiting")).text
    reply = await customer.press("back_to_assistant")
    assert reply.facts(HandoffEnded)[0].reason == "back_to_assistant"
    assert (await customer.press("keep_waiting")).facts(HandoffRequested)  # they want to wait after all


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("my number is +49 (0)30 1234-567", "+49 (0)30 1234-567"),
        ("555-0100", "555-0100"),
        ("order 12", ""),
        ("call 12345678901234567890", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_is_found_in_words(text: str, phone: str) -> None:
    assert phone_in(text) == phone


def test_nothing_is_asked_of_a_shop_without_a_desk() -> None:
    assert load_rules().asked.id == "asked"
    assert HandoffRules().asked.do == "hand_over"
