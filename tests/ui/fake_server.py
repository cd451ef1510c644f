"""A small shop that speaks protocol.md with scripted replies, for trying the pages without an assistant behind them.

Faults are ordered through `/fake/*`: cut sockets, refuse them, send every frame twice, hold the reply back. Run it alone
with `python tests/ui/fake_server.py PORT` to look at the pages. Below: the static pages. Above: tests/ui.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles

from channels.edge.headers import HEADERS
from tests.ui.fake_assistant import Conversation, FakeShop
from tests.ui.fake_call import FakeCall
from tests.ui.fake_catalogue import DEPARTMENTS, STORES, brief, draw, search
from tests.ui.fake_kiosk import add_kiosk
from tests.ui.fake_moves import add_mobile_pages, add_moves

PAGE = Path(__file__).parents[2] / "channels" / "web_chat" / "page"
KIOSK = Path(__file__).parents[2] / "channels" / "kiosk" / "page"


def make_app(shop: FakeShop | None = None) -> FastAPI:
    shop = shop or FakeShop()
    app = FastAPI()
    app.state.shop = shop

    @app.middleware("http")
    async def secure(request: Request, call_next: Any) -> Response:
        if shop.faults.refuse_everything and request.url.path.startswith("/v1/"):
            return JSONResponse({"code": "unavailable", "detail": "Down."}, 503)
        response: Response = await call_next(request)
        if request.url.path != "/elsewhere":
            response.headers.update(HEADERS | {"cross-origin-resource-policy": "cross-origin"})
        response.headers["Cache-Control"] = "no-store"
        return response

    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    add_fake_controls(app, shop)
    add_shop(app, shop)
    add_moves(app, shop)
    add_kiosk(app, shop)
    add_conversations(app, shop)
    add_socket(app, shop)
    add_mobile_pages(app)
    add_pages(app)
    return app


def add_fake_controls(app: FastAPI, shop: FakeShop) -> None:
    @app.post("/fake/faults")
    async def set_faults(request: Request) -> dict[str, bool]:
        for name, value in (await request.json()).items():
            setattr(shop.faults, name, value)
        if not shop.faults.hold:
            shop.released.set()
            shop.released = asyncio.Event()
        return {"ok": True}

    @app.post("/fake/cut")
    async def cut() -> dict[str, int]:
        cut = list(shop.sockets)
        for socket in cut:
            await socket.close(1012)
        return {"cut": len(cut)}

    @app.post("/fake/append")
    async def append(request: Request) -> dict[str, bool]:
        body = await request.json()
        for talk in shop.conversations.values():
            talk.status = body.get("status", talk.status)
            if body.get("frame"):
                talk.publish(body["frame"])
            else:
                talk.append(body["type"], body.get("actor", "system"), body["data"])
        return {"ok": True}

    @app.get("/fake/received")
    async def received() -> list[dict[str, Any]]:
        return shop.received


def add_shop(app: FastAPI, shop: FakeShop) -> None:
    @app.get("/v1/shop")
    async def about() -> dict[str, str]:
        return {"name": "Fjord & Field", "currency": "USD", "locale": "en"}

    @app.get("/v1/categories")
    async def categories() -> dict[str, Any]:
        return {"categories": [{"path": list(path), "count": len(titles)} for path, titles in DEPARTMENTS.items()]}

    @app.get("/v1/stores")
    async def stores(near: str = "") -> dict[str, Any]:
        hours = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00") | {"sat": "10:00-16:00"}
        return {
            "stores": [
                {"id": s[0], "name": s[1], "address": {"street": s[2], "city": s[3]}, "opening_hours": hours}
                | {"latitude": s[4], "longitude": s[5], "distance_km": None}
                for s in STORES
            ]
        }

    @app.get("/v1/products")
    async def products(request: Request) -> dict[str, Any]:
        return search(list(shop.products.values()), dict(request.query_params))

    @app.get("/v1/products/{product_id}", response_model=None)
    async def product(product_id: str) -> dict[str, Any] | JSONResponse:
        found = shop.products.get(product_id)
        if not found:
            return JSONResponse({"code": "not_found", "detail": "No such product."}, 404)
        alike = [
            one for one in shop.products.values() if one["category"][0] == found["category"][0] and one is not found
        ]
        return {**found, "similar": [brief(one) for one in alike[:4]]}

    @app.get("/v1/products/{product_id}/image.svg")
    async def image(product_id: str, colour: str = "") -> Response:
        return Response(draw(shop.products[product_id], colour), media_type="image/svg+xml")


def add_conversations(app: FastAPI, shop: FakeShop) -> None:
    def find(conversation_id: str, request: Request) -> Conversation | None:
        talk = shop.conversations.get(conversation_id)
        return talk if talk and request.headers.get("authorization") == f"Bearer {talk.token}" else None

    refused = JSONResponse({"code": "not_found", "detail": "No such conversation."}, 404)

    @app.post("/v1/conversations", status_code=201)
    async def start(request: Request) -> dict[str, Any]:
        body = await request.json()
        talk = Conversation(f"c_{len(shop.conversations) + 1}", secrets.token_hex(8))
        talk.channel = body.get("channel", "web")
        shop.conversations[talk.id] = talk
        started = {"locale": body.get("locale", "en"), "store": body.get("store_id", "")}
        talk.append("conversation_started", "system", started)
        talk.append("channel_joined", "customer", {"channel": talk.channel})
        return {"conversation_id": talk.id, "token": talk.token, "last_seq": len(talk.events)}

    @app.get("/v1/conversations/{cid}/events", response_model=None)
    async def events(cid: str, request: Request, after: int = 0, limit: int = 100) -> dict[str, Any] | JSONResponse:
        talk = find(cid, request)
        return {"events": talk.events[after : after + limit], "last_seq": len(talk.events)} if talk else refused

    @app.post("/v1/conversations/{cid}/{place}", response_model=None)
    async def post(cid: str, place: str, request: Request) -> Response:
        talk = find(cid, request)
        if not talk:
            return refused
        body = await request.json()
        if place in ("messages", "actions"):
            return JSONResponse({"seq": shop.accept(talk, {"type": place[:-1], **body})}, 202)
        if place == "interrupt":
            shop.stop_turn(talk)
        elif place == "feedback":
            shop.received.append({"type": "feedback", **body})
            talk.append("feedback_given", "customer", {k: body.get(k) for k in ("about_seq", "rating", "comment")})
        elif place == "leave":
            shop.received.append({"type": "leave", "conversation": cid})
            talk.append("channel_left", "customer", {"channel": talk.channel})
        elif place == "transfer_codes":
            square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v3H1z"/></svg>'
            return JSONResponse(
                {"code": "K7PQ-2M", "url": "/?transfer=K7PQ-2M", "qr_svg": square, "expires_at": ""}, 201
            )
        return JSONResponse({})

    @app.get("/v1/conversations/{cid}/stream")
    async def stream(cid: str, request: Request) -> Response:
        talk = find(cid, request)
        if not talk:
            return refused
        after = int(request.headers.get("last-event-id") or 0)

        async def lines() -> AsyncIterator[str]:
            async for frame in frames_after(talk, after):
                number = f"id: {frame['event']['seq']}\n" if frame["type"] == "event" else ""
                yield f"{number}event: {frame['type']}\ndata: {json.dumps(frame)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")


async def frames_after(talk: Conversation, after: int) -> AsyncIterator[dict[str, Any]]:
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    talk.queues.add(queue)
    try:
        yield {"type": "welcome", "conversation_id": talk.id, "last_seq": len(talk.events), "status": talk.status}
        for event in talk.events[after:]:
            yield {"type": "event", "event": event}
        if talk.writing:
            yield {"type": "snapshot", "offset": 0, **talk.writing}
        yield {"type": "live"}
        while True:
            yield await queue.get()
    finally:
        talk.queues.discard(queue)


def add_socket(app: FastAPI, shop: FakeShop) -> None:
    @app.websocket("/v1/socket")
    async def socket(socket: WebSocket) -> None:
        if shop.faults.refuse_sockets or shop.faults.refuse_everything:
            await socket.close(1013)
            return
        await socket.accept()
        hello = await socket.receive_json()
        talk = shop.conversations.get(hello["conversation_id"])
        if not talk or talk.token != hello["token"]:
            await socket.close(4401)
            return
        shop.sockets.add(socket)
        sender = asyncio.get_running_loop().create_task(send_all(shop, socket, talk, hello["after"]))
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("bytes"):
                    if talk.call:
                        await talk.call.sound(message["bytes"])
                else:
                    await answer(shop, socket, talk, json.loads(message["text"]))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            if talk.call and talk.call.socket is socket:
                talk.call.hang_up()
                talk.call = None
            shop.sockets.discard(socket)
            sender.cancel()


async def send_all(shop: FakeShop, socket: WebSocket, talk: Conversation, after: int) -> None:
    live = False
    if shop.faults.reset_once:
        shop.faults.reset_once = False
        await socket.send_json(
            {"type": "welcome", "conversation_id": talk.id, "last_seq": len(talk.events), "status": talk.status}
        )
        await socket.send_json({"type": "reset", "reason": "too_far_behind"})
        return
    async for frame in frames_after(talk, after):
        live = live or frame["type"] == "live"
        if live and frame["type"] == "event" and shop.faults.skip_events:
            shop.faults.skip_events -= 1
            continue
        for _ in range(2 if shop.faults.duplicate_frames else 1):
            await socket.send_json(frame)


async def answer(shop: FakeShop, socket: WebSocket, talk: Conversation, frame: dict[str, Any]) -> None:
    if frame["type"] in ("message", "action"):
        if "reject me" in str(frame.get("text", "")):
            error = {"type": "error", "code": "message_rejected", "detail": "No.", "client_id": frame["client_id"]}
            await socket.send_json(error)
            return
        seq = shop.accept(talk, frame)
        if shop.faults.swallow_accepted:
            shop.faults.swallow_accepted -= 1
            await socket.close(1012)
            return
        await socket.send_json({"type": "accepted", "client_id": frame["client_id"], "seq": seq})
    elif frame["type"] == "interrupt":
        shop.received.append(frame)
        if not (talk.call and await talk.call.cut(frame.get("heard"))):
            shop.stop_turn(talk)
    elif frame["type"] in ("audio_start", "audio_end", "played"):
        shop.received.append(frame)
        await answer_call(shop, socket, talk, frame)
    elif frame["type"] == "ping":
        await socket.send_json({"type": "pong"})


async def answer_call(shop: FakeShop, socket: WebSocket, talk: Conversation, frame: dict[str, Any]) -> None:
    if frame["type"] == "played":
        if talk.call:
            talk.call.played(frame["turn_id"], frame["ms"])
    elif frame["type"] == "audio_end":
        if talk.call:
            await talk.call.ended()
    elif shop.faults.dead_ears:
        await socket.send_json({"type": "error", "code": "speech_not_installed", "detail": "No speech here."})
    else:
        take = lambda text: shop.accept_speech(talk, text)  # noqa: E731
        talk.call = talk.call or FakeCall(socket=socket, rate=frame["rate"], take=take, heard_as=shop.faults.heard_as)
        await talk.call.state("listening")


def add_pages(app: FastAPI) -> None:
    @app.get("/elsewhere")
    async def elsewhere(shop: str, language: str = "", policy: str = "", nonce: str = "") -> HTMLResponse:
        """Another site's page, with nothing of ours but the one script tag, under a policy of its own."""
        data = f'data-name="Elsewhere" data-language="{language}"' + (f' nonce="{nonce}"' if nonce else "")
        head = (
            '<meta name="viewport" content="width=device-width"><title>Elsewhere</title><link rel="icon" href="data:,">'
        )
        script = f'<script type="module" src="{shop}widget.js" {data}></script>'
        headers = {"Content-Security-Policy": policy} if policy else {}
        return HTMLResponse(f"<!doctype html>{head}<p>A site.</p>{script}", headers=headers)

    @app.get("/p/{rest:path}")
    @app.get("/c/{rest:path}")
    @app.get("/search")
    @app.get("/cart")
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.get("/kiosk")
    async def kiosk() -> FileResponse:
        return FileResponse(KIOSK / "index.html")

    app.mount("/kiosk", StaticFiles(directory=KIOSK))
    app.mount("/", StaticFiles(directory=PAGE, html=True))


if __name__ == "__main__":
    uvicorn.run(make_app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", ws="websockets-sansio")
