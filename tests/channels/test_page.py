"""The pages are served revalidated, to other sites too, and nothing else of the disk is."""

from __future__ import annotations

import pytest

from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def served(tmp_path):
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>Shop</title>")
    (page / "widget.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    async with serving(build_house(tmp_path / "home"), ChannelSettings(page=page)) as running:
        yield running


@pytest.mark.parametrize("address", ["/", "/p/p1", "/p/p4%2Fodd%20id", "/c/Outdoor/Camping", "/search?q=tent", "/cart"])
async def test_the_addresses_of_the_storefront_are_its_page(served, address):
    answer = await served.http.get(address)
    assert answer.status_code == 200 and answer.text.startswith("<!doctype html>")
    assert answer.headers["cache-control"] == "no-cache" and answer.headers["etag"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_a_file_is_revalidated_and_may_be_read_by_other_sites(served):
    first = await served.http.get("/widget.js", headers={"Origin": "https://blog.example"})
    assert first.headers["access-control-allow-origin"] == "*"
    assert "javascript" in first.headers["content-type"]
    again = await served.http.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.fixture
async def built_in(tmp_path):
    async with serving(build_house(tmp_path / "home"), ChannelSettings()) as running:
        yield running


@pytest.mark.parametrize("address", ["/kiosk", "/kiosk/", "/kiosk?store=st-1&lang=de"])
async def test_the_kiosk_is_a_page_of_its_own_that_may_use_the_microphone(built_in, address):
    answer = await built_in.http.get(address)
    assert answer.status_code == 200 and "<aisle-kiosk>" in answer.text
    assert "microphone=(self)" in answer.headers["permissions-policy"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/widget.js", "/assets/voice/capture_worklet.js", "/kiosk/assets/kiosk_element.js"])
async def test_our_scripts_go_out_without_comments_and_are_revalidated(built_in, path):
    first = await built_in.http.get(path)
    assert first.status_code == 200 and "javascript" in first.headers["content-type"]
    assert "/**" not in first.text and "import" in first.text
    assert first.headers["access-control-allow-origin"] == "*" and first.headers["cache-control"] == "no-cache"
    again = await built_in.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    head = await built_in.http.head(path)
    assert head.status_code == 200 and head.headers["etag"].removeprefix("W/") == first.headers["etag"].removeprefix(
        "W/"
    )


async def test_a_page_of_the_shops_own_goes_out_as_it_is(served, tmp_path):
    (tmp_path / "page" / "own.js").write_text("/** ours */\nexport {};\n")
    assert (await served.http.get("/own.js")).text == "/** ours */\nexport {};\n"


@pytest.mark.parametrize("path", ["/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"])
async def test_nothing_outside_the_page_is_served(served, path):
    answer = await served.http.get(path)
    assert answer.status_code == 404 and answer.text != "secret"
