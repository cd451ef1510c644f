"""The terminal's view of a conversation: words as they come, cards by number; in process and over HTTP alike."""

from __future__ import annotations

import pytest

from assistant.events import AssistantSaid, Card, QuickReply
from channels.command_line.chat import _send
from channels.command_line.errors import Unreachable
from channels.command_line.talk import local_talk, remote_talk
from channels.command_line.transcript import Transcript, cart_lines
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def shopkeeper(conversation, said, live):
    live.say("Here: Ridge")
    chosen = said[-1].said.action
    text = f"Here: Ridge and Dome. {chosen.arguments if chosen else said[-1].said.text}"
    cards = (
        Card(kind="product", id="p1", title="Ridge", availability="in stock"),
        Card(kind="product", id="p2", title="Dome"),
    )
    return AssistantSaid(
        turn_id=live.id,
        text=text,
        language="en",
        cards=cards,
        quick_replies=(QuickReply(label="Cheaper", text="cheaper ones"),),
    )


async def converse(talk) -> str:
    lines: list[str] = []
    transcript = Transcript(lines.append)
    for line in ("tents", "2", "a", "7"):
        await _send(talk, transcript, line)
    return "".join(lines)


def check(shown: str) -> None:
    first, *_ = shown.split("\n")
    assert first == "Here: Ridge and Dome. tents"
    assert "  1. Ridge · in stock\n  2. Dome\n  a) Cheaper\n" in shown
    assert "{'product_id': 'p2'}" in shown and "Dome. cheaper ones\n" in shown and "Dome. 7\n" in shown


async def test_a_conversation_in_this_process(tmp_path):
    house = build_house(tmp_path, shopkeeper)
    async with local_talk(house.assistant) as talk:
        check(await converse(talk))
    await house.assistant.drain(seconds=1)


async def test_the_same_conversation_with_a_server(tmp_path):
    async with serving(build_house(tmp_path, shopkeeper)) as served, remote_talk(served.url) as talk:
        check(await converse(talk))


async def test_a_refused_message_is_told_and_the_conversation_goes_on(tmp_path):
    house = build_house(tmp_path, shopkeeper)
    async with local_talk(house.assistant) as talk:
        lines: list[str] = []
        transcript = Transcript(lines.append)
        await _send(talk, transcript, "x" * 5_000)
        assert "at most" in "".join(lines)
        await _send(talk, transcript, "tents")
    await house.assistant.drain(seconds=1)


async def test_no_server_is_said_with_the_way_out():
    with pytest.raises(Unreachable, match="aisle serve"):
        async with remote_talk("http://127.0.0.1:9"):
            pass


def test_words_that_were_taken_back_are_put_differently():
    lines: list[str] = []
    transcript = Transcript(lines.append)
    transcript.show({"type": "delta", "offset": 0, "text": "It costs $5"})
    transcript.show({"type": "delta", "offset": 9, "text": "$6"})
    assert "".join(lines) == "It costs $5\n  (put differently) It costs $6"


def test_a_cart_in_lines():
    item = {"quantity": 2, "title": "Ridge", "price": {"amount": "5.00", "currency": "USD"}}
    assert cart_lines({"items": [item], "total": {"amount": "10.00", "currency": "USD"}}) == [
        "  2 × Ridge · 5.00 USD",
        "  Total 10.00 USD",
    ]
    assert cart_lines({}) == ["  Your cart is empty."]
