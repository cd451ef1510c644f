"""What is known of a customer: shown with its source, forgotten after a yes, used to find and to greet, theirs alone."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.customers import Customers, open_customers
from assistant.events import ToolCalled
from assistant.memories import FORGET
from assistant.stores.sqlite_memories import SqliteMemories
from assistant.turn import Turns
from assistant.understanding.listening import Listener
from assistant.understanding.reader import Understander
from retrieval.private import PrivateNotes
from tests.assistant.shopper import Brains, Reply, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def customers(tmp_path: Path, brains: Brains) -> AsyncIterator[Customers]:
    async def here(call: Callable[[], object]) -> object:
        return call()

    notes = partial(PrivateNotes, embedder=brains.embedder)
    made = open_customers(SmallShop(), SqliteMemories.open(tmp_path / "customers.db"), notes, here)
    yield made
    made.close()


@pytest.fixture
async def assistant(brains: Brains, customers: Customers) -> AsyncIterator[Assistant]:
    made = assistant_of(brains, SmallShop(), customers=customers)
    yield made
    await made.drain(seconds=1)


New = Callable[..., Awaitable[Shopper]]


@pytest.fixture
def new(assistant: Assistant) -> New:
    """A new conversation, of somebody signed in or of nobody."""

    async def start(customer: str = "", channel: str = "web") -> Shopper:
        conversation, _ = await assistant.start(channel=channel, customer_id=customer)  # type: ignore[arg-type]
        return Shopper(assistant, conversation)

    return start


async def test_what_is_said_is_noted_and_shown_with_its_source(new: New) -> None:
    maya = await new("maya")
    noted = await maya.say("I wear 42 and I hate wool")
    assert "shoe size 42" in noted.text and "wool" in noted.text
    shown = await maya.say("what do you know about me?")
    assert "Maya Lindqvist" in shown.text and "“I wear 42" in shown.text and "“I hate wool”" in shown.text
    assert "#W1000001" in shown.text
    assert [citation.kind for citation in shown.citations] == ["profile"]


async def test_what_opens_an_account_is_not_read_out(new: New) -> None:
    shown = await (await new("maya")).say("what do you know about me?")
    assert "example.com" not in shown.text and "Main St" not in shown.text


async def test_it_is_known_in_the_next_conversation_and_by_no_other_customer(new: New) -> None:
    await (await new("maya")).say("by the way, I wear 42")
    assert "42" in (await (await new("maya")).say("what is my shoe size?")).text
    assert "42" not in (await (await new("tom")).say("what do you know about me?")).text


async def test_whoever_is_not_known_has_only_this_conversation(new: New) -> None:
    nobody = await new()
    noted = await nobody.say("I'm vegan")
    assert "conversation" in noted.text or "while we talk" in noted.text
    assert "vegan" in (await nobody.say("what do you know about me?")).text
    other = await (await new()).say("what do you know about me?")
    assert "vegan" not in other.text and "e-mail" in other.text


async def test_what_they_said_before_they_were_known_is_kept_once_they_are(new: New) -> None:
    maya = await new()
    await maya.talk("I hate wool", "where is my order?", "maya@example.com")
    assert "wool" in (await (await new("maya")).say("what do you know about me?")).text


async def test_forgetting_waits_for_a_yes(new: New) -> None:
    maya = await new("maya")
    asked = await maya.talk("I wear 42", "forget my size")
    assert "42" in asked.text and asked.buttons == ["Yes", "No"] and not asked.facts(ToolCalled)
    await maya.say("no")
    assert "42" in (await maya.say("what do you know about me?")).text


async def test_after_the_yes_it_is_gone_here_and_everywhere(new: New) -> None:
    maya = await new("maya")
    done = await maya.talk("I wear 42. I hate wool.", "please forget my shoe size", "yes")
    assert [call.name for call in done.facts(ToolCalled)] == [FORGET]
    for shopper in (maya, await new("maya")):
        shown = await shopper.say("what do you know about me?")
        assert "42" not in shown.text.replace("2026", "") and "wool" in shown.text


async def test_everything_can_be_forgotten_with_the_conversations(new: New) -> None:
    await (await new("maya")).talk("I'm vegan", "I'd like a tent for two")
    maya = await new("maya")
    await maya.talk("forget everything you know about me", "yes")
    shown = await (await new("maya")).say("what do you know about me?")
    assert "vegan" not in shown.text and "tent for two" not in shown.text


async def test_one_dislike_is_forgotten_and_another_stays(new: New) -> None:
    maya = await new("maya")
    await maya.talk("I hate wool", "I'm allergic to latex", "forget that I hate wool", "yes")
    shown = await maya.say("what do you know about me?")
    assert "avoid latex" in shown.text and "avoid wool" not in shown.text


async def test_there_is_nothing_to_forget_where_nothing_is_known(new: New) -> None:
    reply = await (await new("maya")).say("forget my shoe size")
    assert "nothing" in reply.text.lower() or "don't remember" in reply.text


async def test_whoever_is_signed_in_is_greeted_by_name(new: New) -> None:
    assert "Maya" in (await (await new("maya")).say("hello")).text
    assert "Maya" not in (await (await new()).say("hello")).text


@pytest.mark.parametrize("said", ["hello", "what do you know about me?", "forget everything you know about me"])
async def test_on_a_screen_that_others_see_nothing_personal_is_shown(assistant: Assistant, new: New, said: str) -> None:
    await (await new("maya")).say("I wear 42")
    conversation, _ = await assistant.start(channel="kiosk", customer_id="maya")
    received = await assistant.receive(conversation, said, client_id="k1", channel="kiosk")
    events = await assistant.wait_for_reply(conversation, received.seq, timeout=20)
    text = getattr(events[-1].fact, "text", "")
    assert text and "Maya" not in text and "42" not in text


async def shoes(shopper: Shopper) -> Reply:
    return await shopper.say("show me running shoes")


async def test_their_size_is_offered_and_taken_on_a_yes(new: New) -> None:
    maya = await new("maya")
    await maya.say("I wear 43")
    offered = await shoes(maya)
    assert "43" in offered.text and "Only in size 43" in offered.buttons
    assert len(offered.shown) == 2, "offered, not forced"
    narrowed = await maya.say("yes")
    assert list(narrowed.shown) == ["s1"]


async def test_a_size_that_nothing_comes_in_is_not_offered(new: New) -> None:
    maya = await new("maya")
    await maya.say("I wear 49")
    assert "49" not in (await shoes(maya)).text


async def test_what_they_avoid_comes_last_and_is_said_so(new: New) -> None:
    maya = await new("maya")
    plain = await (await new("tom")).say("show me tents")
    await maya.say("I hate polyester")
    behind = await maya.say("show me tents")
    assert "avoid" in behind.text
    polyester = {"t2", "t4"}
    assert set(plain.shown) & polyester and behind.shown[0] not in polyester


async def test_what_they_ask_for_outright_is_not_put_behind(new: New) -> None:
    maya = await new("maya")
    await maya.say("I hate polyester")
    assert "avoid" not in (await maya.say("show me polyester tents")).text


async def test_whether_they_bought_something_is_found_in_their_orders(new: New) -> None:
    maya = await new("maya")
    reply = await maya.say("did I ever buy a tent here?")
    assert "Fjell Storm 2 Tent" in reply.text and "#W1000001" in reply.text and "#W1000002" not in reply.text
    assert "#W" not in (await maya.say("have I ordered a kettle before?")).text


async def test_what_was_talked_about_before_is_found_by_its_subject(new: New) -> None:
    await (await new("maya")).talk("I'd like a tent for two persons", "show me mugs")
    reply = await (await new("maya")).say("what did we say about tents last time?")
    assert "tent for two" in reply.text
    assert "tent for two" not in (await (await new("tom")).say("what did we say about tents?")).text


@pytest.mark.parametrize("told", ["Maya Lindqvist, 97205", "maya@example.com"])
async def test_earlier_conversations_are_not_told_to_whoever_only_knows_who_they_are(new: New, told: str) -> None:
    await (await new("maya")).say("a present for my secret admirer, please")
    by_name = await new()
    await by_name.talk("where is my order?", told)
    shown = await by_name.say("what do you know about me?")
    assert "Maya" in shown.text and "admirer" not in shown.text
    assert "secret" not in (await by_name.say("what did we say about an admirer?")).text


@pytest.mark.parametrize(
    ("said", "asked", "source"),
    [
        ("Ich trage Schuhgröße 42", "Was wissen Sie über mich?", "Ich trage Schuhgröße 42"),
        ("Je chausse du 42", "Que savez-vous de moi ?", "Je chausse du 42"),
        ("Mi número de pie es el 42", "¿Qué sabe usted de mí?", "Mi número de pie es el 42"),
    ],
)
async def test_in_other_languages_it_is_taken_in_too_with_their_own_words(
    brains: Brains, assistant: Assistant, new: New, said: str, asked: str, source: str
) -> None:
    turns = inspect.unwrap(assistant._turns._run_turn)
    assert isinstance(turns, Turns)
    understander = Understander(brains.lexicon, brains.classify, hear=Listener())
    assistant._turns._run_turn = replace(turns, understander=understander)
    maya = await new("maya")
    await maya.say(said)
    shown = await maya.say(asked)
    assert "Maya" in shown.text and source in shown.text


async def test_a_size_said_of_what_is_shown_is_about_that_and_kept(new: New) -> None:
    maya = await new("maya")
    await maya.talk("show me running shoes", "I wear 43")
    assert "43" in (await maya.say("what is my shoe size?")).text


async def test_how_to_be_forgotten_is_a_question_of_the_rules(new: New) -> None:
    reply = await (await new("maya")).say("how do I delete everything you know about me?")
    assert reply.context.asked is None or reply.context.asked.flow != "forget_mine"


@pytest.mark.parametrize(
    "said",
    ["hello", "what do you know about me?", "forget everything you know about me", "did I buy a tent?", "I wear 42"],
)
async def test_a_token_of_nobody_is_answered_and_told_nothing(new: New, said: str) -> None:
    stranger = await new("no such customer")
    reply = await stranger.say(said)
    assert "Maya" not in reply.text
    await stranger.say("yes")


async def test_while_the_conversation_is_open_on_such_a_screen_its_other_channels_keep_quiet_too(
    assistant: Assistant, new: New
) -> None:
    maya = await new("maya")
    await maya.say("I wear 42")
    await assistant.join(maya.conversation, "kiosk")
    assert "42" not in (await maya.say("what do you know about me?")).text
    await assistant.leave(maya.conversation, "kiosk")
    assert "42" in (await maya.say("what do you know about me?")).text


async def test_what_was_agreed_to_is_told_purpose_by_purpose(shopper: Shopper) -> None:
    await shopper.say("no marketing please")
    reply = await shopper.say("what did i agree to?")
    assert reply.text.count("\n- ") == 6 and "advertising to you: off" in reply.text


async def test_whether_it_is_recorded_is_answered(shopper: Shopper) -> None:
    assert "No sound is recorded" in (await shopper.say("is this call recorded?")).text
