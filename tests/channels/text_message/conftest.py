"""A house with texts for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.house import build_house
from tests.channels.text_message.carriers_fake import FakeCarriers, fake_carriers
from tests.channels.text_message.text_house import NamedShop, Texted, texting


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def carriers() -> AsyncIterator[FakeCarriers]:
    async with fake_carriers() as fake:
        yield fake


@pytest.fixture
async def texted(tmp_path: Path, carriers: FakeCarriers) -> AsyncIterator[Texted]:
    house = build_house(tmp_path, shop=NamedShop())
    async with texting(house, carriers) as open_house:
        yield open_house
    house.tables.dispose()
