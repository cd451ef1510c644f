"""A fake agents' desk that speaks docs/desk-api.md from memory, for trying the page without an assistant behind it.

`python -m tests.ui.fake_desk PORT` serves it alone to be looked at (any name, any password; `ada` leads). Below: the page's
files, fake_desk_talks. Above: test_desk_page.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from channels.edge.headers import HEADERS
from tests.ui import fake_desk_talks as scenes
from tests.ui.fake_desk_acts import ACTS
from tests.ui.fake_desk_analytics import add_analytics
from tests.ui.fake_desk_audit import add_audit
from tests.ui.fake_desk_review import add_review
from tests.ui.fake_server import PAGE

DESK = Path(__file__).parents[2] / "channels" / "desk" / "page"
Fields = dict[str, Any]


@dataclass
class Talk:
    id: str
    events: list[Fields]
    line: Fields | None
    customer: Fields | None = None
    details: Fields = field(default_factory=dict)

    @property
    def agent(self) -> Fields | None:
        for event in reversed(self.events):
            if event["type"] == "agent_left":
                return None
            if event["type"] == "agent_joined":
                return dict(event["data"])
        return None


@dataclass
class FakeDesk:
    """All that happens goes to every open screen."""

    talks: dict[str, Talk] = field(default_factory=dict)
    colleagues: list[Fields] = field(default_factory=list)
    replies: list[Fields] = field(default_factory=lambda: [dict(one) for one in scenes.REPLIES])
    callbacks: list[Fields] = field(default_factory=scenes.callbacks)
    screens: set[WebSocket] = field(default_factory=set)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    """Whatever the page asked for: method, path, body."""
    ways: Fields = field(default_factory=lambda: {"password": True, "oidc": None})
    translates: bool = True
    refuse: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By the end of a path: status and code."""
    role: str = "supervisor"
    sets: Any = None
    """Of what conversations taught; None: as in the morning."""

    def line(
        self, name: str, reason: str, channel: str, language: str, mood: str, waited: float, **more: Any
    ) -> Fields:
        talk = self.talks[name]
        words = [e["data"]["text"] for e in talk.events if e["type"] == "customer_said"]
        agent = talk.agent
        return {
            "conversation_id": name,
            "status": "agent" if agent else "waiting_for_agent",
            "waiting_since": scenes.ago(waited),
            "waiting_seconds": waited,
            "reason": reason,
            "summary": "",
            "language": language,
            "channel": channel,
            "customer_id": (talk.customer or {}).get("customer_id", ""),
            "last_words": words[-1],
            "sentiment": mood,
            "agent": {"agent_id": agent["agent_id"], "name": agent["name"]} if agent else None,
            "last_seq": len(talk.events),
            "priority": 0,
            "for_agent": None,
            "reserved_until": None,
            "snoozed_until": None,
            "snooze_note": "",
            "offered": False,
            **more,
        }

    async def tell(self, frame: Fields) -> None:
        for screen in list(self.screens):
            await screen.send_json(frame)

    async def happen(self, name: str, kind: str, data: Fields, actor: str = "agent") -> int:
        talk = self.talks[name]
        seq = len(talk.events) + 1
        event = {
            "seq": seq,
            "id": f"e{seq}",
            "at": scenes.ago(0),
            "actor": {"kind": actor, "id": ""},
            "channel": "desk",
        }
        talk.events.append({**event, "type": kind, "data": data})
        await self.tell({"type": "event", "conversation_id": name, "event": talk.events[-1]})
        return seq

    async def queue(self, name: str, **change: Any) -> None:
        talk = self.talks[name]
        if talk.line is not None:
            talk.line.update(change)
            await self.tell({"type": "queue_changed", "line": talk.line})

    def seen(self, name: str) -> Fields:
        talk = self.talks[name]
        line = talk.line or {}
        return {
            "conversation_id": name,
            "status": line.get("status", "assistant"),
            "last_seq": len(talk.events),
            "locale": "en-US",
            "language": line.get("language", "en"),
            "channels": [e["data"]["channel"] for e in talk.events if e["type"] == "channel_joined"],
            "agent": line.get("agent"),
            "summary": f"Asked for a person. Last words: {line.get('last_words', '')}",
            "customer": talk.customer,
            "orders": scenes.ORDERS if talk.customer else [],
            "past": [{"words": "Asked about boots in 39", "at": scenes.ago(900_000)}] if talk.customer else [],
            "cart": scenes.CART if talk.customer else {"items": [], "total": scenes.money("0.00")},
            "snoozed_until": line.get("snoozed_until"),
            "on_call": "call" in str(talk.events[1]["data"]),
            "dials": True,
            "translates": self.translates,
            "handoff": None,
            "consent": {"remembers": True, "kept": [{"what": "shoe size", "value": "39", "said_at": scenes.ago(9e6)}]}
            if talk.customer
            else None,
            **talk.details,
        }


def furnished() -> FakeDesk:
    return furnish(FakeDesk())


def furnish(desk: FakeDesk) -> FakeDesk:
    """As it is in the morning, whatever was done to it."""
    desk.colleagues, desk.talks, desk.callbacks = [], {}, scenes.callbacks()
    for one in scenes.COLLEAGUES:
        languages, skills = scenes.TALENTS[one["agent_id"]]
        desk.colleagues.append({**one, "languages": languages, "skills": skills})
    for name, events, customer in (
        ("c_tents", scenes.tents(), scenes.MARTA),
        ("c_angry", scenes.angry(), None),
        ("c_call", scenes.spoken(), None),
        ("c_ben", scenes.bens(), None),
    ):
        desk.talks[name] = Talk(id=name, events=events, line=None, customer=customer)
    rows: tuple[tuple[str, str, str, str, str, float, Fields], ...] = (
        ("c_tents", "asked", "mobile", "en", "neutral", 62, {"customer_name": "Marta Keller"}),
        ("c_angry", "angry", "web", "en", "upset", 195, {"priority": 2}),
        ("c_call", "policy_refusal", "call", "de", "neutral", 24, {}),
        ("c_ben", "unclear", "web", "en", "pleased", 720, {}),
    )
    for name, reason, channel, language, mood, waited, more in rows:
        desk.talks[name].line = desk.line(name, reason, channel, language, mood, waited, **more)
    return desk


def make_desk(desk: FakeDesk | None = None) -> FastAPI:
    desk = desk or furnished()
    app = FastAPI()
    app.state.desk = desk

    @app.middleware("http")
    async def secure(request: Request, call_next: Any) -> Response:
        body = await request.body() if request.method in ("POST", "PUT") else b""
        if request.url.path.startswith("/v1/"):
            desk.calls.append((request.method, request.url.path.removeprefix("/v1/desk"), body.decode()))
            for end, (status, code) in desk.refuse.items():
                if request.url.path.endswith(end):
                    return JSONResponse({"code": code, "detail": f"Refused: {code}."}, status)
        response: Response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    add_sign_in(app, desk)
    add_house(app, desk)
    add_audit(app, desk)
    add_analytics(app, desk)
    add_review(app, desk)
    add_conversation(app, desk)
    add_socket(app, desk)

    @app.post("/fake/morning")
    async def morning() -> None:
        furnish(desk)

    @app.get("/desk")
    async def page() -> FileResponse:
        return FileResponse(DESK / "index.html")

    app.mount("/desk/assets", StaticFiles(directory=DESK / "assets"))
    app.mount("/", StaticFiles(directory=PAGE))
    return app


def add_sign_in(app: FastAPI, desk: FakeDesk) -> None:
    @app.get("/v1/desk/sign_in/ways")
    async def ways() -> Fields:
        return desk.ways

    @app.post("/v1/desk/sign_in", response_model=None)
    async def sign_in(request: Request) -> Fields | JSONResponse:
        body = await request.json()
        if body["password"] == "wrong":
            return JSONResponse(
                {"code": "sign_in_refused", "detail": "This name and password do not belong together."}, 401
            )
        return {"token": "t", "agent_id": "ada", "name": "Ada Lind", "role": desk.role, "must_change_password": False}

    @app.post("/v1/desk/sign_out", status_code=204)
    async def sign_out() -> None:
        return None


def add_house(app: FastAPI, desk: FakeDesk) -> None:
    @app.get("/v1/desk/replies")
    async def replies() -> Fields:
        return {"replies": desk.replies, "fields": scenes.FIELDS}

    @app.post("/v1/desk/replies", status_code=201)
    @app.put("/v1/desk/replies/{reply_id}")
    async def keep(request: Request, reply_id: str = "") -> Fields:
        reply = {"reply_id": reply_id or f"r{len(desk.replies) + 1}", "owner": "ada", "updated_at": scenes.ago(0)}
        reply |= await request.json()
        desk.replies = [one for one in desk.replies if one["reply_id"] != reply_id] + [reply]
        return reply

    @app.delete("/v1/desk/replies/{reply_id}", status_code=204)
    async def drop(reply_id: str) -> None:
        desk.replies = [one for one in desk.replies if one["reply_id"] != reply_id]

    @app.get("/v1/desk/hours")
    async def hours() -> Fields:
        return {"open": True, "opens_at": None, "closes_at": scenes.ago(-9_000), "time_zone": "UTC", "always": False}

    @app.get("/v1/desk/colleagues")
    async def colleagues() -> Fields:
        return {"agents": desk.colleagues}

    @app.put("/v1/desk/me")
    async def me(request: Request) -> Fields:
        desk.colleagues[0].update(await request.json())
        return desk.colleagues[0]

    @app.get("/v1/desk/figures")
    async def figures() -> Fields:
        return scenes.figures()

    @app.get("/v1/desk/export")
    async def export(format: str) -> Response:
        return PlainTextResponse("conversation_id,asked_at\nc_tents,now\n", media_type="text/csv")

    @app.get("/v1/desk/callbacks")
    async def callbacks() -> Fields:
        return {"callbacks": desk.callbacks, "open": sum(one["state"] == "open" for one in desk.callbacks)}

    @app.post("/v1/desk/callbacks/{name}/{what}")
    async def callback(name: str, what: str) -> Fields:
        found = next(one for one in desk.callbacks if one["id"] == name)
        found["state"] = {"take": "taken", "release": "open", "done": "done"}[what]
        found["agent"] = {"agent_id": "ada", "name": "Ada Lind"} if what == "take" else None
        return found

    @app.get("/v1/desk/search")
    async def search(q: str = "") -> Fields:
        past = {
            "conversation_id": "c_ben",
            "status": "closed",
            "started_at": scenes.ago(9e5),
            "last_at": scenes.ago(9e5),
        }
        past |= {"customer_id": "lea", "customer_name": "Léa Martin", "outcome": "solved", "words": f"… {q} …"}
        policies = [{"id": "returns", "title": scenes.RETURNS["title"], "quote": scenes.RETURNS["quote"]}]
        return {"products": scenes.PRODUCTS, "policies": policies, "conversations": [], "past": [past]}

    @app.get("/v1/products/{name}")
    async def product(name: str) -> Fields:
        sizes = [
            {"id": f"{name}-{n}", "options": {"size": str(n)}, "price": scenes.money("89.00")} for n in (39, 40, 41)
        ]
        return {"id": name, "title": name, "variants": sizes}


def add_conversation(app: FastAPI, desk: FakeDesk) -> None:
    @app.get("/v1/desk/conversations/{name}", response_model=None)
    async def seen(name: str) -> Fields | JSONResponse:
        missing = JSONResponse({"code": "not_found", "detail": "No such conversation."}, 404)
        return desk.seen(name) if name in desk.talks else missing

    @app.delete("/v1/desk/conversations/{name}/snooze")
    async def wake(name: str) -> Fields:
        await desk.queue(name, snoozed_until=None)
        return {}

    @app.post("/v1/desk/conversations/{name}/{what}")
    @app.post("/v1/desk/conversations/{name}/{what}/{more}")
    async def act(name: str, what: str, request: Request, more: str = "") -> Any:
        body = await request.json()
        return await ACTS[what](desk, name, body, more)


def add_socket(app: FastAPI, desk: FakeDesk) -> None:
    @app.websocket("/v1/desk/socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_json()
        await socket.send_json({"type": "welcome", "agent_id": "ada", "name": "Ada Lind", "role": desk.role})
        await socket.send_json({"type": "colleagues", "agents": desk.colleagues})
        lines = [talk.line for talk in desk.talks.values() if talk.line]
        await socket.send_json({"type": "queue", "conversations": lines})
        await socket.send_json({"type": "callbacks", "open": 2})
        desk.screens.add(socket)
        try:
            while True:
                await answer(desk, socket, await socket.receive_json())
        except WebSocketDisconnect:
            desk.screens.discard(socket)


async def answer(desk: FakeDesk, socket: WebSocket, frame: Fields) -> None:
    desk.calls.append(("WS", frame["type"], frame))
    if frame["type"] == "ping":
        await socket.send_json({"type": "pong"})
    if frame["type"] != "watch" or frame["conversation_id"] not in desk.talks:
        return
    name = frame["conversation_id"]
    for event in desk.talks[name].events[frame["after"] :]:
        await socket.send_json({"type": "event", "conversation_id": name, "event": event})
    await socket.send_json({"type": "live", "conversation_id": name})
    for channel in ("mobile", "web", "call"):
        online = channel == (desk.talks[name].line or {}).get("channel")
        signal = {"signal": "presence", "who": "customer", "channel": channel, "online": online}
        if online:
            await socket.send_json({"type": "signal", "conversation_id": name, **signal})


def serve_alone(port: int) -> None:
    print(datetime.now(UTC).isoformat(), f"http://127.0.0.1:{port}/desk")
    uvicorn.run(make_desk(), host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio")


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    serve_alone(int(sys.argv[1]))
