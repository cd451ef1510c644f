"""The real product over a small demo shop, with everybody's tokens, for `make security`.

`PYTHONPATH=. python tests/security/served_house.py FOLDER` says its address; writes FOLDER/tokens.json (by role) and
FOLDER/schemathesis.toml (ids that are there, so that more than "not found" is asked); stays until it is ended.
Below: matrix_house, eval.security.house.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from assistant.authority import Role
from channels.app import create_app
from channels.edge.http_edge import bounded_http
from channels.settings import ChannelSettings
from eval.security.campaign import DAY
from eval.security.house import demo_shop, fill_house, open_house, some_products
from tests.security.matrix_house import ADMIN, PROGRAM, SITE, Everybody, tokens_of

CUSTOMERS = 10
UNBOUNDED = dict.fromkeys(
    ("messages_per_minute", "messages_at_once", "conversations_per_minute", "conversations_at_once", "codes_per_minute"), 10**9
)  # fmt: skip


async def serve(folder: Path) -> None:
    os.environ["AISLE_RETRIEVAL_EMBEDDER"] = "hashing"
    demo = demo_shop()
    products = some_products(demo)
    await asyncio.to_thread(fill_house, folder, demo, products, (), as_of=DAY)
    async with open_house(folder) as aisle:
        given: dict[str, Any] = {
            "admin_token": ADMIN,
            "realtime_key": PROGRAM,
            "customer_token_secret": SITE,
            **UNBOUNDED,
        }
        app = create_app(aisle, ChannelSettings(_env_file=None, reply_seconds=2, **given))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://aisle.test") as http:
            everyone = Everybody(house=aisle, app=app, http=http)  # type: ignore[arg-type]  # the whole product, not a part of it
            keys = {role.value: key for role, key in (await tokens_of(everyone)).items()}
            own = app.state.front_door.tokens.read(keys[Role.CUSTOMER.value])
            await asyncio.to_thread(_write, folder, keys, str(own.conversation), products[0].id, demo.stores[0].id)
            config = uvicorn.Config(
                app,
                http=bounded_http(10),
                ws="websockets-sansio",
                lifespan="off",
                log_level="error",
                timeout_graceful_shutdown=1,
            )
            with socket.create_server(("127.0.0.1", 0)) as listening:
                address = f"http://127.0.0.1:{listening.getsockname()[1]}"
                await asyncio.to_thread((folder / "address").write_text, address, encoding="utf-8")
                await uvicorn.Server(config).serve(sockets=[listening])


def _write(folder: Path, keys: dict[str, str], conversation: str, product: str, store: str) -> None:
    (folder / "tokens.json").write_text(json.dumps(keys), encoding="utf-8")
    ids = {"conversation_id": conversation, "product_id": product, "store_id": store}
    lines = (f'"path.{name}" = {json.dumps(value)}' for name, value in ids.items())
    (folder / "schemathesis.toml").write_text("\n".join(("[parameters]", *lines, "")), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
