"""The reader as a whole: every request served, never nothing, never without end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.context import Context
from assistant.conversation import Conversation
from assistant.events import ConversationId
from assistant.understanding.classifier import Label
from assistant.understanding.commands import Ask, Command, FillSlot, Greet, StartFlow, TalkToHuman, Unclear
from assistant.understanding.reader import MOST_COMMANDS, Understander
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import FOCUSED, FULL, NOTHING, SHOWN, Read, asking

pytestmark = pytest.mark.anyio


WORDS = """the a first second it cheaper add cart tent tents kettle blue 42 under $50 and , ? not where order #W1000001
    return portland yes no compare them which @ maya@example.com 97205 more size l my remove . &amp; 💥"""


def flows(commands: list[Command]) -> list[str]:
    return [command.flow if isinstance(command, StartFlow) else type(command).__name__ for command in commands]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("hi, show me tents", ["Greet", "find_products"]),
        ("show me kettles and what is your return policy?", ["find_products", "Ask"]),
        ("where is my order, and can i talk to a person?", ["track_order", "TalkToHuman"]),
        ("is shipping free? when does the portland store open?", ["Ask", "find_store"]),
    ],
)
async def test_all_requests_of_a_message_are_read_in_their_order(read: Read, said: str, wanted: list[str]) -> None:
    assert flows(await read(said)) == wanted


async def test_an_address_in_a_long_message_says_who_writes_and_the_rest_is_read(read: Read) -> None:
    commands = await read("hello there, where is my order? my email address is maya@example.com thanks")
    assert [c.email for c in commands if isinstance(c, FillSlot)] == ["maya@example.com"]
    assert "track_order" in flows(commands)


async def test_a_paste_is_served_up_to_a_limit(read: Read) -> None:
    assert len(await read(". ".join(["show me tents", "show me kettles", "show me mugs"] * 9))) <= MOST_COMMANDS


@pytest.mark.parametrize("said", ["", "???", "asdf qwer zxcv", "💥💥💥", "\n\n", "<script>alert(1)</script>", "{}"])
@pytest.mark.parametrize("context", [NOTHING, SHOWN, FOCUSED, asking("identity", "track_order")])
async def test_whatever_is_typed_there_is_a_command(read: Read, said: str, context: Context) -> None:
    assert await read(said, context)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from(WORDS.split()), max_size=14),
    context=st.sampled_from(
        [NOTHING, SHOWN, FOCUSED, asking("identity", "list_orders"), asking("place", "find_store")]
    ),
    full=st.booleans(),
)
async def test_any_order_of_a_shoppers_words_is_read_without_an_error(
    read: Read, words: list[str], context: Context, full: bool
) -> None:
    commands = await read(" ".join(words), context, FULL if full else None)
    assert 1 <= len(commands) <= MOST_COMMANDS


async def test_a_classifier_that_knows_nothing_costs_only_what_rules_cannot_read(brains: Brains) -> None:
    async def silent(text: str) -> Label | None:
        return None

    understander = Understander(brains.lexicon, silent)
    conversation = Conversation(id=ConversationId("c"))
    assert flows(await understander.read(conversation, "show me tents")) == ["find_products"]
    assert isinstance((await understander.read(conversation, "blorp frumble"))[0], Unclear | StartFlow)


async def test_a_label_that_does_not_exist_is_no_command(brains: Brains) -> None:
    async def strange(text: str) -> Label | None:
        return Label(name="launch_rockets", confidence=0.99)

    commands = await Understander(brains.lexicon, strange).read(Conversation(id=ConversationId("c")), "zzz yyy xxx")
    assert all(isinstance(command, Unclear | StartFlow) for command in commands)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("this bot is no use, put me through to a person", TalkToHuman),
        ("much obliged for that", Greet),
        ("do you post to other countries", Ask),
    ],
)
async def test_other_words_for_the_same_thing_are_caught_by_example(read: Read, said: str, kind: type) -> None:
    assert isinstance((await read(said))[0], kind)
