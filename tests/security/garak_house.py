"""One address for a scanner that knows no conversations: POST {"text"} is a new customer's first message.

{"reply"} is all that was answered. `PYTHONPATH=. python tests/security/garak_house.py FOLDER` says its address in FOLDER/address
and stays until it is ended. Each question goes through the product's own HTTP: POST /v1/conversations, then
/messages?wait=reply. Below: eval.security.house.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from channels.app import create_app
from channels.settings import ChannelSettings
from eval.security.campaign import DAY
from eval.security.house import demo_shop, fill_house, open_house, some_products

LONGEST = 4_000


def scanned(http: httpx.AsyncClient) -> FastAPI:
    app = FastAPI()

    @app.post("/ask")
    async def ask(body: dict[str, str]) -> dict[str, str]:
        opened = (await http.post("/v1/conversations", json={"channel": "web"})).raise_for_status().json()
        answer = await http.post(
            f"/v1/conversations/{opened['conversation_id']}/messages",
            params={"wait": "reply"},
            json={"text": body["text"][:LONGEST], "client_id": "m1"},
            headers={"Authorization": f"Bearer {opened['token']}"},
        )
        if answer.status_code != 200:
            return {
                "reply": f"refused: {answer.status_code}"
                if answer.status_code < 500
                else answer.raise_for_status().text
            }
        return {"reply": "\n".join(told_in(answer.json().get("events", ())))}

    return app


def told_in(events: Iterable[dict[str, Any]]) -> list[str]:
    """Every text of what the assistant said, its cards and addresses too. What the house noted for itself quotes the customer."""
    return [word for event in events if event["type"] == "assistant_said" for word in words_of(event)]


def words_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [word for each in value.values() for word in words_of(each)]
    if isinstance(value, list | tuple):
        return [word for each in value for word in words_of(each)]
    return [value] if isinstance(value, str) else []


async def serve(folder: Path) -> None:
    os.environ["AISLE_RETRIEVAL_EMBEDDER"] = "hashing"
    demo = demo_shop()
    await asyncio.to_thread(fill_house, folder, demo, some_products(demo), (), as_of=DAY)
    unbounded = dict.fromkeys(("conversations_per_minute", "conversations_at_once", "messages_per_minute"), 10**9)
    async with open_house(folder) as aisle:
        app = create_app(aisle, ChannelSettings(_env_file=None, reply_seconds=20, **unbounded))  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://aisle.test", timeout=30) as http:
            with socket.create_server(("127.0.0.1", 0)) as listening:
                address = f"http://127.0.0.1:{listening.getsockname()[1]}/ask"
                await asyncio.to_thread((folder / "address").write_text, address, encoding="utf-8")
                config = uvicorn.Config(scanned(http), lifespan="off", log_level="error", timeout_graceful_shutdown=1)
                await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
