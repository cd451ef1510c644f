"""Every channel stands in one table, and what pages get goes through their Channel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from assistant import events
from assistant.events import ASSISTANT, AssistantSaid, ConversationId, Event, TurnId
from channels.channel import Capabilities, Receipt
from channels.channels import CHANNELS, capabilities_of
from channels.delivery import Delivery
from channels.errors import MalformedInbound, SlowReader
from channels.frames import EventFrame, Ping
from channels.outbox import Outbox
from channels.page_channel import page_channel
from channels.text_message.capabilities import SMS, WHATSAPP, WHATSAPP_BY_TWILIO

pytestmark = pytest.mark.anyio


def said(seq: int) -> Event:
    return Event(
        seq=seq,
        id=f"e{seq}",
        conversation=ConversationId("c_1"),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor=ASSISTANT,
        channel="web",
        fact=AssistantSaid(turn_id=TurnId("t"), text="Hello.", language="en"),
    )


def test_every_channel_of_the_log_has_its_capabilities():
    assert set(CHANNELS) == set(events.CHANNELS)
    assert all(capabilities_of(name).name == name for name in events.CHANNELS)


def test_strangers_look_on_at_the_kiosk_alone():
    assert [name for name, capabilities in CHANNELS.items() if capabilities.public] == ["kiosk"]


def test_what_has_no_screen_says_what_it_has_to_say_and_draws_nothing():
    call = capabilities_of("call")
    assert (call.screen, call.cards, call.speaks, call.markup) == (False, False, True, "speech")


def test_a_page_channel_parses_frames_and_refuses_what_is_none():
    channel = page_channel("web")
    assert channel.parse('{"type": "ping"}') == Ping()
    with pytest.raises(MalformedInbound):
        channel.parse("hello?")


async def test_a_page_channel_delivers_what_it_renders_and_says_how_far():
    channel = page_channel("kiosk")
    assert await channel.deliver(channel.render(said(7))) == Receipt(seq=7)
    frame, _ = await channel.outbox.take()
    assert isinstance(frame, EventFrame) and frame.event["seq"] == 7


async def test_delivery_renders_by_the_channel_it_is_for():
    channel = page_channel("web", outbox=Outbox(frames=4))
    (frame,) = Delivery(sent=0, render=channel.render).replayed([said(1)])
    assert frame == channel.render(said(1))


async def test_a_reader_who_takes_nothing_is_told_from_one_who_is_slow(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("channels.outbox.PATIENCE_SECONDS", 0.01)
    channel = page_channel("web", outbox=Outbox(frames=1))
    with anyio.fail_after(5), pytest.raises(SlowReader):
        await channel.deliver(channel.render(said(1)))
        await channel.deliver(channel.render(said(2)))


def told(capabilities: Capabilities) -> tuple[str, ...]:
    """A line of docs/channels.md's table, after the name."""
    buttons, yes = capabilities.buttons, {True: "yes", False: "no"}
    pressed = (
        "own page" if buttons is None else f"{buttons.most}, or {buttons.most_rows} rows" if buttons.most else "none"
    )
    return (
        yes[capabilities.streams_words],
        yes[capabilities.cards],
        pressed,
        str(capabilities.longest_text or "any"),
        capabilities.markup,
        yes[capabilities.pictures],
        yes[capabilities.hears],
        yes[capabilities.speaks],
        yes[capabilities.screen],
        yes[capabilities.types],
        yes[capabilities.public],
    )


def test_the_table_in_the_documents_is_the_codes_own():
    page = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in page.splitlines() if "|" in line]
    by_name = {row[0]: row[1:] for row in rows if len(row) == 12}
    named = {name: each for name, each in CHANNELS.items() if name != "text"}
    texts = {"text: SMS": SMS, "text: WhatsApp by Meta": WHATSAPP, "text: WhatsApp by Twilio": WHATSAPP_BY_TWILIO}
    for name, capabilities in {**named, **texts}.items():
        assert by_name[name] == told(capabilities), name
