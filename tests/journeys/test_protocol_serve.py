"""`aisle serve` as a process: it starts, answers, ends cleanly on SIGTERM, and has forgotten nothing when it is back."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager

import httpx
import pytest

from assistant.ports import ShopInfo
from assistant.shops.sql import SqlShop
from tests.channels.house import Opened, Served, seqs_of
from tests.channels.test_shop_rest import PRODUCTS, store

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def home(tmp_path):
    shop = SqlShop.open(tmp_path / "shop.db")
    stores = [store("pdx", "Portland", (45.52, -122.68))]
    shop.replace(info=ShopInfo(name="Small Shop", currency="USD"), products=PRODUCTS, stores=stores)
    shop.close()
    return tmp_path


@asynccontextmanager
async def aisle_serve(home):
    environment = {
        **os.environ,
        "AISLE_HOME": str(home),
        "PORT": "0",
        "AISLE_MODEL_ENGINE": "none",
        "AISLE_RETRIEVAL_EMBEDDER": "hashing",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "channels.command_line.main",
        "serve",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        url = await _address(process)
        async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
            yield process, Served(house=None, http=http, url=url, app=None)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _address(process) -> str:
    async with asyncio.timeout(60):
        async for line in process.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                return found.group().decode()
    raise AssertionError("it ended before it was ready")


async def test_it_serves_ends_cleanly_and_remembers(home):
    async with aisle_serve(home) as (process, served):
        assert (await served.http.get("/readyz")).json()["status"] == "ready"
        assert (await served.http.get("/v1/shop")).json()["name"] == "Small Shop"
        assert (await served.http.get("/")).text.startswith("<!doctype html>")
        opened = await served.start()
        said = await opened.say("hello", "m1")
        assert said["events"][-1]["type"] == "assistant_said" and said["events"][-1]["data"]["text"]
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            process.send_signal(signal.SIGTERM)
            assert await socket.closed() == 1012
        async with asyncio.timeout(20):
            assert await process.wait() == 0
    async with aisle_serve(home) as (_, served):
        again = Opened(served, opened.conversation_id, opened.token, opened.last_seq)
        assert await again.say("hello", "m1") == said
        async with served.socket() as socket:
            await socket.send(again.hello())
            assert seqs_of(await socket.until("live")) == [event["seq"] for event in await again.events()]


async def test_a_killed_server_answers_what_it_had_acknowledged(home):
    async with aisle_serve(home) as (process, served):
        opened = await served.start()
        await opened.say("hello", "m1")
        assert (await opened.post("/messages", {"client_id": "m2", "text": "show me tents"})).status_code == 202
        process.kill()
        await process.wait()
    async with aisle_serve(home) as (_, served):
        again = Opened(served, opened.conversation_id, opened.token, opened.last_seq)
        said = await again.say("show me tents", "m2")
        assert said["events"][-1]["type"] == "assistant_said"
        assert len([event for event in await again.events() if event["type"] == "customer_said"]) == 2
