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


@pytest.mark.parametrize("path", ["/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"])
async def test_nothing_outside_the_page_is_served(served, path):
    answer = await served.http.get(path)
    assert answer.status_code == 404 and answer.text != "secret"
