"""Pages and JSON travel compressed and revalidated; event streams never; HEAD is answered wherever GET is."""

from __future__ import annotations

import asyncio

import pytest

from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio
SCRIPT = "export const tents = 1;\n" * 200


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Shop</title>")
    (page / "widget.js").write_text(SCRIPT)
    async with serving(build_house(tmp_path / "home"), ChannelSettings(page=page)) as running:
        yield running


async def test_a_script_travels_compressed_and_is_revalidated_by_a_weak_etag(served):
    plain = await served.http.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == SCRIPT
    packed = await served.http.get("/widget.js")
    assert packed.headers["content-encoding"] == "gzip" and packed.text == SCRIPT
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 10
    assert packed.headers["etag"] == "W/" + plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"] and "Accept-Encoding" in plain.headers["vary"]
    for etag in (plain.headers["etag"], packed.headers["etag"]):
        assert (await served.http.get("/widget.js", headers={"If-None-Match": etag})).status_code == 304


@pytest.mark.parametrize("accepted", ["gzip;q=0", "gzip; q=0.0, identity", "br"])
async def test_who_refuses_gzip_gets_none(served, accepted):
    answer = await served.http.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers and answer.text == SCRIPT


async def test_small_answers_travel_as_they_are(served):
    assert "content-encoding" not in (await served.http.get("/healthz")).headers


async def test_an_event_stream_is_never_compressed_and_comes_at_once(served):
    opened = await served.start()
    headers = {**opened.headers, "Accept-Encoding": "gzip"}
    async with asyncio.timeout(5), served.http.stream("GET", opened.path("/stream"), headers=headers) as answer:
        assert "content-encoding" not in answer.headers
        async for line in answer.aiter_lines():
            if line == "event: live":
                break


@pytest.mark.parametrize("path", ["/", "/widget.js", "/healthz", "/readyz", "/metrics", "/openapi.json"])
async def test_head_is_get_without_a_body(served, path):
    head = await served.http.head(path)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-type"] == (await served.http.get(path)).headers["content-type"]


async def test_head_of_a_conversation_needs_its_token_and_a_stream_has_none(served):
    opened = await served.start()
    assert (await served.http.head(opened.path())).status_code == 401
    assert (await served.http.head(opened.path(), headers=opened.headers)).status_code == 200
    assert (await served.http.head(opened.path("/stream"), headers=opened.headers)).status_code == 405
