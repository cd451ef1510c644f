"""The agents' desk in a real browser over the real server: sign in, take a conversation by keys, draft, answer, hand back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.conversation import Conversation, Unanswered
from assistant.desk.desk import Agent
from assistant.events import SYSTEM, AssistantSaid, Citation, ConversationId, HandoffRequested, SuggestionMade
from assistant.live_turn import LiveTurn
from channels.desk import accounts as module
from tests.channels.house import House, build_house, serving

pytestmark = pytest.mark.ui

PASSWORD = "a long enough one"


async def hand_over(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    if conversation.handoff is None:
        live.record(SYSTEM, HandoffRequested(reason="asked", summary="wants a person"))
    return AssistantSaid(turn_id=live.id, text="A **colleague** is asked.", language="en")


class WrittenCopilot:
    """Says what it is told to; its drafts are in the log like the real one's."""

    def __init__(self) -> None:
        self.house: House | None = None

    async def summary(self, conversation: ConversationId) -> str:
        return "Looking for tents. <b>not markup</b>"

    translator = None
    """This shop's model does not translate."""

    async def known(self, conversation: ConversationId) -> None:
        return None

    async def suggest(self, conversation: ConversationId, agent: Agent) -> SuggestionMade:
        cited = (Citation(kind="policy", id="returns", title="Returns", quote="30 days"),)
        return SuggestionMade(suggestion_id="s1", text="You have 30 days.", citations=cited)

    async def used(
        self, conversation: ConversationId, agent: Agent, suggestion: str, *, edited: bool, sent: str | None = None
    ) -> None:
        assert (suggestion, edited, sent) == ("s1", True, "You have 30 days. Shall I start it?")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server in a thread of its own, for Playwright's calls block."""
    monkeypatch.setattr(module, "_COST", 2**4)
    started: dict[str, Any] = {}
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(build_house(tmp_path, hand_over, copilot=WrittenCopilot())) as served:
            served.app.state.desk_door.accounts.set_up()
            started["url"] = served.url
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    yield started["url"]
    over.set()
    thread.join(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(8_000)
    yield opened
    context.close()


class Customer:
    def __init__(self, url: str) -> None:
        opened = httpx.post(f"{url}/v1/conversations", json={"channel": "web"}).json()
        self.path = f"{url}/v1/conversations/{opened['conversation_id']}"
        self.headers = {"Authorization": f"Bearer {opened['token']}"}
        self._said = 0

    def say(self, text: str) -> None:
        self._said += 1
        body = {"client_id": f"m{self._said}", "text": text}
        httpx.post(f"{self.path}/messages", json=body, headers=self.headers).raise_for_status()

    def heard(self) -> list[str]:
        events = httpx.get(f"{self.path}/events", headers=self.headers).json()["events"]
        return [event["data"]["text"] for event in events if event["type"] == "agent_said"]


def sign_in(page: Page, url: str, home: Path) -> None:
    first = (home / "desk.setup_password").read_text().strip()
    page.goto(f"{url}/desk")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(first)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("One-time password").fill(first)
    page.get_by_label("Your new password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Nobody waits.")).to_be_visible()


def test_an_agent_works_by_keys_from_the_queue_to_the_hand_back(page: Page, address: str, tmp_path: Path) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, address, tmp_path)
    customer = Customer(address)
    customer.say("a person please, this is ridiculous")
    line = page.locator(".queue .line")
    expect(line).to_contain_text("Upset")
    page.keyboard.press("j")
    expect(page.get_by_text("The customer asked for a person")).to_be_visible()
    expect(page.locator(".pane")).to_contain_text("<b>not markup</b>")
    expect(page.get_by_label("Your reply")).to_be_disabled()
    page.keyboard.press("c")
    expect(page.get_by_text("You answer")).to_be_visible()
    expect(page.locator(".draft")).to_contain_text("You have 30 days.")
    expect(page.get_by_role("list", name="Rests on")).to_contain_text("Returns")
    page.get_by_label("Your reply").press("Escape")
    page.keyboard.press("u")
    field = page.get_by_label("Your reply")
    expect(field).to_have_value("You have 30 days.")
    field.press("End")
    field.press_sequentially(" Shall I start it?")
    field.press("Enter")
    expect(page.locator(".bubble.agent")).to_contain_text("Shall I start it?")
    expect(field).to_have_value("")
    field.press("Escape")
    page.keyboard.press("i")
    page.get_by_label("Internal note").fill("a regular")
    page.get_by_label("Internal note").press("Enter")
    expect(page.locator(".bubble.note")).to_contain_text("a regular")
    customer.say("yes please")
    expect(page.locator(".bubble.customer").last).to_contain_text("yes please")
    assert customer.heard() == ["You have 30 days. Shall I start it?"]
    page.get_by_role("log").focus()
    page.keyboard.press("b")
    expect(page.locator(".standing")).to_have_text("The assistant answers")
    assert faults == []


def test_two_agents_see_who_has_what_and_a_sign_out_ends_the_screen(
    page: Page, browser: Browser, address: str, tmp_path: Path
) -> None:
    sign_in(page, address, tmp_path)
    token = page.evaluate("sessionStorage.getItem('aisle.desk.token')")
    admin = {"Authorization": f"Bearer {token}"}
    made = httpx.post(f"{address}/v1/desk/agents", json={"id": "ben", "name": "Ben"}, headers=admin).json()
    signed = httpx.post(f"{address}/v1/desk/sign_in", json={"name": "ben", "password": made["password"]}).json()
    ben = {"Authorization": f"Bearer {signed['token']}"}
    changed = httpx.post(f"{address}/v1/desk/password", json={"old": made["password"], "new": PASSWORD}, headers=ben)
    ben = {"Authorization": f"Bearer {changed.json()['token']}"}
    customer = Customer(address)
    customer.say("a person please")
    expect(page.locator(".queue .line")).to_be_visible()
    conversation = customer.path.rsplit("/", 1)[1]
    httpx.post(f"{address}/v1/desk/conversations/{conversation}/claim", headers=ben, json={}).raise_for_status()
    page.get_by_role("button", name="Others").click()
    expect(page.locator(".queue .line")).to_contain_text("Ben")
    page.locator(".queue .line").click()
    expect(page.get_by_text("Ben answers")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_be_disabled()
    httpx.post(f"{address}/v1/desk/sign_out", headers=admin).raise_for_status()
    expect(page.get_by_role("alert")).to_contain_text("signed out")
