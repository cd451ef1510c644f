"""An ASGI app on a free port of 127.0.0.1, in this event loop: for what the product talks to over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    config = uvicorn.Config(app, log_level="error", lifespan="off", http="httptools", timeout_graceful_shutdown=1)
    server, taken = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[taken]))
    try:
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
