"""What a carrier says lies elsewhere is fetched step by step, and no step leads into the shop's own network."""

from __future__ import annotations

import httpx
import pytest

from channels.errors import DeliveryFailed, TooLarge
from channels.text_message.fetching import fetched

pytestmark = pytest.mark.anyio
START = "https://carrier.example/media/1"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def client(seen: list[httpx.Request], answers: dict[str, httpx.Response]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answers[str(request.url)]

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def sent_on(to: str) -> httpx.Response:
    return httpx.Response(307, headers={"Location": to})


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/v1/admin/models",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.8/",
        "https://0x7f000001/",
        "https://localhost/",
        "http://8.8.8.8/plain",
        "https://nowhere.invalid/",
        "ftp://8.8.8.8/",
    ],
)
async def test_it_is_not_sent_on_into_the_house(to: str) -> None:
    seen: list[httpx.Request] = []
    async with client(seen, {START: sent_on(to)}) as http:
        with pytest.raises(DeliveryFailed):
            await fetched(http, START, most=100, headers={"Authorization": "Bearer ours"})
    assert len(seen) == 1


async def test_a_store_elsewhere_gets_no_token_of_ours() -> None:
    seen: list[httpx.Request] = []
    there = "https://8.8.8.8/store/1"
    async with client(seen, {START: sent_on(there), there: httpx.Response(200, content=b"sound")}) as http:
        assert await fetched(http, START, most=100, headers={"Authorization": "Bearer ours"}) == b"sound"
    assert "authorization" in seen[0].headers and "authorization" not in seen[1].headers


async def test_it_is_not_sent_round_for_ever_nor_larger_than_wanted() -> None:
    seen: list[httpx.Request] = []
    async with client(seen, {START: sent_on(START)}) as http:
        with pytest.raises(DeliveryFailed, match="too often"):
            await fetched(http, START, most=100)
    async with client(seen, {START: httpx.Response(200, content=b"a" * 101)}) as http:
        with pytest.raises(TooLarge):
            await fetched(http, START, most=100)
