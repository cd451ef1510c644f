"""A small server with everybody's tokens, for `make security`: `PYTHONPATH=. python tests/security/served_house.py FOLDER`.

Says its address, writes FOLDER/tokens.json (by role) and stays until it is ended. Below: matrix_house.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import uvicorn

from channels.http_edge import bounded_http
from tests.security.matrix_house import everybody


async def serve(folder: Path) -> None:
    many = dict.fromkeys(
        ("messages_per_minute", "messages_at_once", "conversations_per_minute", "conversations_at_once"), 10**9
    )
    async with everybody(folder, codes_per_minute=10**9, reply_seconds=2, **many) as everyone:
        keys = {role.value: key for role, key in everyone.keys.items()}
        (folder / "tokens.json").write_text(json.dumps(keys), encoding="utf-8")
        config = uvicorn.Config(
            everyone.app,
            http=bounded_http(10),
            ws="websockets-sansio",
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        with socket.create_server(("127.0.0.1", 0)) as listening:
            (folder / "address").write_text(f"http://127.0.0.1:{listening.getsockname()[1]}", encoding="utf-8")
            await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
