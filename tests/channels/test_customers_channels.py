"""Which channels a client may name: its own, never the agents' desk nor what providers' signed messages make."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path)) as running:
        yield running


@pytest.mark.parametrize("channel", ["web", "mobile", "kiosk", "call", "api"])
async def test_a_client_starts_on_its_own_channel(served: Served, channel: str) -> None:
    opened = await served.start(channel)
    assert (await opened.get()).json()["channels"] == [channel]


@pytest.mark.parametrize("channel", ["desk", "text", "", "DESK", "fax"])
async def test_nobody_is_an_agent_or_a_text_by_saying_so(served: Served, channel: str) -> None:
    answer = await served.http.post("/v1/conversations", json={"channel": channel})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["at"] == "body/channel"


@pytest.mark.parametrize("channel", ["desk", "text"])
async def test_a_code_brings_nobody_to_the_desk(served: Served, channel: str) -> None:
    opened = await served.start()
    code = (await opened.post("/transfer_codes", {})).json()["code"]
    refused = await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": channel})
    assert refused.status_code == 422
    assert (await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "mobile"})).status_code == 200
