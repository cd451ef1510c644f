"""The store that a conversation is had in, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.assistant.small_shop import SmallShop
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, shop=SmallShop())) as running:
        yield running


async def test_the_store_is_in_the_first_event_and_in_the_status(served: Served) -> None:
    opened = await served.start("kiosk", store_id="portland")
    assert (await opened.events())[0]["data"]["store"] == "portland"
    assert (await opened.get()).json()["store_id"] == "portland"


async def test_without_a_store_none_is_told(served: Served) -> None:
    opened = await served.start("web")
    assert (await opened.events())[0]["data"]["store"] == ""


async def test_a_store_that_the_shop_does_not_have_is_refused_by_name(served: Served) -> None:
    answer = await served.http.post("/v1/conversations", json={"channel": "kiosk", "store_id": "atlantis"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_store")
    assert "'atlantis'" in answer.json()["detail"] and "/v1/stores" in answer.json()["detail"]
