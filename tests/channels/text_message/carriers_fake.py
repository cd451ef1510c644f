"""A small server that speaks as Twilio's Messages API and Meta's Graph API do, and tells what it was sent."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ACCOUNT, TOKEN = "AC" + "0" * 32, "twilio-token"
META_TOKEN, APP_SECRET, VERIFY = "meta-token", "app-secret", "verify-me"


@dataclass
class FakeCarriers:
    twilio: list[dict[str, str]] = field(default_factory=list)
    """Forms that were taken."""
    meta: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Answers to the next calls that send, in place of taking them."""
    silent: int = 0
    """So many of the next messages are taken and never answered."""
    media: bytes = b""
    media_type: str = "audio/ogg"
    url: str = ""
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        return [form["Body"] for form in self.twilio]

    async def until(self, count: int, *, seconds: float = 10) -> None:
        """So many messages have been taken, by both."""
        async with asyncio.timeout(seconds):
            while len(self.twilio) + len(self.meta) < count:
                self.came.clear()
                await self.came.wait()

    def app(self) -> Starlette:
        messages = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        return Starlette(
            routes=[
                Route(messages, self._twilio, methods=["POST"]),
                Route(messages, self._twilio_list, methods=["GET"]),
                Route("/media/twilio", self._twilio_media),
                Route("/media/bytes", self._bytes),
                Route("/v23.0/{phone}/messages", self._meta, methods=["POST"]),
                Route("/v23.0/media1", self._meta_media),
            ]
        )

    async def _refused(self) -> Response | None:
        if self.refusals:
            status, body = self.refusals.pop(0)
            return JSONResponse(body, status)
        return None

    async def _answered(self, document: dict[str, Any], status: int) -> Response:
        self.came.set()
        if self.silent:
            self.silent -= 1
            await asyncio.sleep(60)  # cut short by the end of the server
        return JSONResponse(document, status)

    async def _twilio(self, request: Request) -> Response:
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"code": 20003}, 401)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if (refused := await self._refused()) is not None:
            return refused
        self.twilio.append({**form, "sid": f"SM{len(self.twilio):032}", "date_created": formatdate()})
        return await self._answered({"sid": self.twilio[-1]["sid"], "status": "queued"}, 201)

    async def _twilio_list(self, request: Request) -> Response:
        self.asked += 1
        to, sender = request.query_params["To"], request.query_params["From"]
        found = [form for form in self.twilio if (form["To"], form["From"]) == (to, sender)]
        rows = [{"sid": f["sid"], "body": f["Body"], "date_created": f["date_created"]} for f in found]
        return JSONResponse({"messages": rows})

    async def _twilio_media(self, request: Request) -> Response:
        assert request.headers.get("authorization", "").startswith("Basic ")
        return RedirectResponse(f"{self.url}/media/bytes")

    async def _bytes(self, request: Request) -> Response:
        return Response(self.media, media_type=self.media_type)

    async def _meta(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {META_TOKEN}":
            return JSONResponse({"error": {"code": 190}}, 401)
        if (refused := await self._refused()) is not None:
            return refused
        document = await request.json()
        self.meta.append({**document, "phone": request.path_params["phone"]})
        return await self._answered({"messages": [{"id": f"wamid.{len(self.meta)}"}]}, 200)

    async def _meta_media(self, request: Request) -> Response:
        return JSONResponse({"url": f"{self.url}/media/bytes", "mime_type": self.media_type})


@asynccontextmanager
async def fake_carriers() -> AsyncIterator[FakeCarriers]:
    carriers = FakeCarriers()
    config = uvicorn.Config(carriers.app(), log_level="critical", lifespan="off", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    carriers.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield carriers
    finally:
        server.should_exit = server.force_exit = True
        await running
