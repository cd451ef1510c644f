"""The server goes: whoever waits for a reply is not kept, and does not keep it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.channels.house import Gate, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_who_waits_for_a_reply_is_told_that_the_message_is_taken(tmp_path: Path) -> None:
    gate = Gate()
    async with serving(build_house(tmp_path, gate)) as served:
        opened = await served.start()
        waiting = asyncio.create_task(opened.post("/messages?wait=reply", {"client_id": "m1", "text": "hello"}))
        await gate.begun.wait()
        served.app.state.front_door.stopping.set()
        answer = await asyncio.wait_for(waiting, 5)
        assert (answer.status_code, list(answer.json())) == (202, ["seq"])
        gate.opened.set()
