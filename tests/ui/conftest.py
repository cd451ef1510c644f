"""A real browser and the fake shop, for every test of this folder."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright, expect

from tests.ui.fake_assistant import FakeShop
from tests.ui.fake_server import make_app

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=8_000)


@dataclass
class Served:
    """A fake shop that is being served, and how to order its faults."""

    address: str
    shop: FakeShop
    client: httpx.Client

    def faults(self, **faults: Any) -> None:
        self.client.post("/fake/faults", json=faults).raise_for_status()

    def cut(self) -> None:
        self.client.post("/fake/cut").raise_for_status()

    def append(self, kind: str, data: dict[str, Any], **more: Any) -> None:
        self.client.post("/fake/append", json={"type": kind, "data": data, **more}).raise_for_status()

    def signal(self, **signal: Any) -> None:
        self.client.post("/fake/append", json={"frame": {"type": "signal", **signal}}).raise_for_status()

    def received(self, kind: str) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = self.client.get("/fake/received").json()
        return [frame for frame in frames if frame["type"] == kind]

    def said(self) -> list[str]:
        """What the log holds of the customer's words."""
        talks = self.shop.conversations.values()
        return [event["data"]["text"] for talk in talks for event in talk.events if event["type"] == "customer_said"]


@dataclass
class Chat:
    """The widget on a page, by what a customer sees of it."""

    page: Page
    console: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.page.get_by_role("button", name="Chat with us").click()
        expect(self.field).to_be_visible()

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Your message")

    @property
    def log(self) -> Locator:
        return self.page.locator("aisle-chat .log")

    @property
    def answers(self) -> Locator:
        return self.page.locator("aisle-chat .entry.theirs:not(.writing) .bubble")

    @property
    def mine(self) -> Locator:
        return self.page.locator("aisle-chat .entry.mine .bubble")

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def menu(self, item: str) -> None:
        self.page.get_by_role("button", name="More", exact=True).click()
        self.page.get_by_role("menuitem", name=item).click()


def find_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launch(playwright)


def launch(playwright: Playwright, *args: str) -> Iterator[Browser]:
    try:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*QUIET, *args])
    except Error as error:
        pytest.skip(f"needs chromium: {str(error).splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture
def served() -> Iterator[Served]:
    yield from serve()


@pytest.fixture
def other_site() -> Iterator[Served]:
    yield from serve()


def serve() -> Iterator[Served]:
    """The socket listens before the server runs, so nobody has to wait for it."""
    shop = FakeShop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            make_app(shop), log_level="error", ws="websockets-sansio", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        with httpx.Client(base_url=address) as client:
            yield Served(address, shop, client)
        server.should_exit = server.force_exit = True
        thread.join(5)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESKTOP, locale="en-US", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=PHONE, locale="en-US", has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    yield context
    context.close()


def visit(context: BrowserContext, address: str) -> Chat:
    page = context.new_page()
    chat = Chat(page)
    page.on("console", lambda message: chat.console.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: chat.console.append(str(error)))
    page.goto(address)
    return chat


@pytest.fixture
def chat(context: BrowserContext, served: Served) -> Chat:
    """On the page that loads least."""
    chat = visit(context, f"{served.address}cart")
    chat.open()
    return chat
