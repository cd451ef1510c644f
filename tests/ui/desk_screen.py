"""A fake desk that is served, and one agent's page before it. Above: test_desk_screens. Below: fake_desk."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.fake_desk import FakeDesk, furnished, make_desk


@dataclass
class Screen:
    """One agent's page and the fake desk behind it."""

    page: Page
    desk: FakeDesk
    loop: asyncio.AbstractEventLoop
    faults: list[str]

    def happen(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)

    def calls(self, end: str) -> list[Any]:
        return [
            json.loads(body or "{}") for method, path, body in self.desk.calls if method != "WS" and path.endswith(end)
        ]

    def take(self, name: str = "c_tents") -> None:
        self.page.locator(f"[data-id={name}]").click()
        self.page.get_by_role("button", name="Claim").click()
        expect(self.page.locator(".standing")).to_have_text("You answer")
        expect(self.field).to_be_focused()

    @property
    def field(self) -> Any:
        return self.page.locator(".field")


@dataclass
class House:
    address: str
    desk: FakeDesk
    loop: asyncio.AbstractEventLoop


def serve_desk() -> Iterator[House]:
    """One server for all: each test finds it as in the morning."""
    desk = furnished()
    loops: list[asyncio.AbstractEventLoop] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = make_desk(desk)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio", lifespan="off"))

        async def serve() -> None:
            loops.append(asyncio.get_running_loop())
            await server.serve(sockets=[listening])

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert httpx.get(f"{address}/desk").status_code == 200
        yield House(address, desk, loops[0])
        server.should_exit = server.force_exit = True
        thread.join(5)


def enter(context: BrowserContext, house: House) -> Screen:
    page = context.new_page()
    page.set_default_timeout(6_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
    page.goto(f"{house.address}/desk")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("secret")
    page.get_by_label("Password").press("Enter")
    expect(page.locator(".line").first).to_be_visible()
    return Screen(page, house.desk, house.loop, faults)
