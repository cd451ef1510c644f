"""What the fake shop does about other devices and signing in, and the mobile app's own addresses. Above: fake_server."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from channels.mobile.shell import PAGE, manifest, shell_files, worker_script
from tests.ui.fake_assistant import FakeShop

CODE = "K7PQ-2M"
GOOD = "123456"


def add_moves(app: FastAPI, shop: FakeShop) -> None:
    used: set[str] = set()

    @app.post("/v1/transfer_codes/{code}/redeem", response_model=None)
    async def redeem(code: str, request: Request) -> dict[str, Any] | JSONResponse:
        talk = next(iter(shop.conversations.values()), None)
        if talk is None or code.upper() != CODE or code in used:
            return JSONResponse({"code": "transfer_code_invalid", "detail": "No such code."}, 404)
        used.add(code)
        talk.append("channel_joined", "customer", {"channel": (await request.json())["channel"]})
        return {"conversation_id": talk.id, "token": talk.token, "last_seq": len(talk.events)}

    @app.get("/fake/said")
    async def said(words: str) -> bool:
        """Answers once a customer has said so; in vain for some seconds: false."""
        for _ in range(400):
            if any(words in str(frame.get("text")) for frame in shop.received):
                return True
            await asyncio.sleep(0.02)
        return False

    @app.get("/v1/push")
    async def push_key() -> dict[str, str]:
        return {"public_key": ""}

    @app.post("/v1/conversations/{cid}/phone_codes", status_code=201)
    async def phone_code(cid: str) -> dict[str, Any]:
        return {"number": "+15550100", "keys": "**12345678", "url": "tel:+15550100,,**12345678", "qr_svg": ""}

    @app.get("/v1/conversations/{cid}/sign_in")
    async def ways(cid: str) -> dict[str, Any]:
        return {"ways": ["email", "phone"], "signed_in": False, "first_name": None, "waiting": None}

    @app.post("/v1/conversations/{cid}/sign_in", status_code=202)
    async def send_code(cid: str, request: Request) -> dict[str, Any]:
        shop.received.append({"type": "sign_in", **await request.json()})
        return {"sent_to": "m•••@example.com", "expires_at": "", "resend_after": ""}

    @app.post("/v1/conversations/{cid}/sign_in/confirm", response_model=None)
    async def confirm(cid: str, request: Request) -> dict[str, Any] | JSONResponse:
        if (await request.json())["code"] != GOOD:
            return JSONResponse({"code": "sign_in_code_refused", "detail": "No."}, 422)
        seq = shop.conversations[cid].append(
            "customer_identified", "customer", {"customer_id": "u1", "method": "email", "proven": True}
        )
        return {"customer": {"first_name": "Mia"}, "seq": seq}


def add_mobile_pages(app: FastAPI) -> None:
    @app.get("/m/")
    @app.get("/m/share")
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.get("/m/worker.js")
    async def worker() -> Response:
        return Response(worker_script(shell_files()), media_type="text/javascript")

    @app.get("/m/manifest.webmanifest")
    async def web_manifest() -> Response:
        return JSONResponse(manifest("Fjord & Field"), media_type="application/manifest+json")

    for folder in ("assets", "icons"):
        app.mount(f"/m/{folder}", StaticFiles(directory=PAGE / folder))
