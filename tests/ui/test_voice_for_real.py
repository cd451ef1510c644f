"""A browser, the real socket, the packaged ears and mouth: asked aloud, answered aloud, interrupted. Never how fast."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from assistant.conversation import Conversation
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn
from model_serving.speech import open_speech
from model_serving.speech_settings import SpeechSettings
from tests.channels.house import build_house, serving
from tests.ui.conftest import launch, visit
from tests.ui.microphone import plays, record

pytestmark = [pytest.mark.ui, pytest.mark.slow]
REPLY = (
    "The Alder is a light tent for two people. It weighs two kilograms and packs down to the size of a loaf of bread. "
    "The Birch is larger, has a porch for muddy boots, and costs a little more. Both are in stock in Portland."
)
RATE = 16_000
SECONDS = 60_000
"""In milliseconds, for a busy machine; nothing waits longer than it must."""


async def tell_at_length(conversation: Conversation, said: Any, live: LiveTurn) -> AssistantSaid:
    live.say(REPLY)
    return AssistantSaid(turn_id=live.id, text=REPLY, language="en")


class NoShop:
    """For the page around the widget."""

    async def stores(self) -> tuple[()]:
        return ()


@dataclass
class Shop:
    """The real server in a thread of its own, with a reply that is long enough to be interrupted."""

    home: Path
    url: str = ""
    recording: Path = field(default_factory=Path)
    ready: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None
    over: asyncio.Event | None = None

    def run(self) -> None:
        asyncio.run(self.serve())

    async def serve(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with open_speech(SpeechSettings()) as speech:
            assert speech is not None
            await speech.warm()
            asked = (await speech.say("Which tent is good for two people?")).at(RATE).pcm16()
            again = (await speech.say("Stop, please. How much does the first one cost?")).at(RATE).pcm16()
            self.recording = record(self.home / "asks.wav", [2.0, asked, 7.0, again], rate=RATE)
            async with serving(build_house(self.home, tell_at_length, speech=speech, shop=NoShop())) as served:
                self.url = served.url
                self.ready.set()
                await self.over.wait()

    def stop(self) -> None:
        if self.loop and self.over:
            self.loop.call_soon_threadsafe(self.over.set)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    thread = threading.Thread(target=shop.run, daemon=True)
    thread.start()
    assert shop.ready.wait(120), "the speech engines did not load: make dev installs their packages"
    yield shop
    shop.stop()
    thread.join(30)


def test_a_question_is_heard_answered_aloud_and_cut_short_where_it_was_interrupted(
    playwright: Playwright, shop: Shop
) -> None:
    for browser in launch(playwright, *plays(shop.recording)):
        chat = visit(browser.new_context(locale="en-US"), f"{shop.url}/cart")
        chat.page.get_by_role("button", name="Chat with us").click()
        chat.page.get_by_role("button", name="Talk", exact=True).click()
        expect(chat.mine.first).to_have_text(re.compile("people", re.I), timeout=SECONDS)
        expect(chat.page.locator("aisle-chat .voice[data-state=speaking]")).to_be_visible(timeout=SECONDS)
        expect(chat.answers.first).to_contain_text("Both are in stock in Portland.", timeout=SECONDS)
        expect(chat.page.locator("aisle-chat .stopped").first).to_be_visible(timeout=SECONDS)
        unsaid = " ".join(chat.answers.first.locator(".unsaid").all_inner_texts())
        assert "Portland." in unsaid and "Alder" not in unsaid
        # That they spoke over it is proven here; how well ears hear them, by `aisle eval voice`.
        expect(chat.mine.nth(1)).to_have_text(re.compile(r"\w"), timeout=SECONDS)
