"""The headers that make the pages' rules the browser's: on every answer, without an exception, and the pages live by them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.events import SYSTEM, CartChanged
from assistant.shown import Cart, CartItem, Money
from channels.edge.headers import HEADERS, POLICY, TRUSTED_TYPES
from channels.settings import ChannelSettings
from channels.shopfront.floor_plan_rest import _FRESH
from channels.shopfront.shop_rest import PICTURE_HEADERS
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2] / "channels"
PAGES = sorted(ROOT.glob("*/page/**/*.html"))
SCRIPTS = sorted(ROOT.glob("*/page/**/*.js"))
ADDRESSES = (
    *(
        "/",
        "/kiosk",
        "/m/",
        "/desk",
        "/widget.js",
        "/assets/dom.js",
        "/m/worker.js",
        "/healthz",
        "/metrics",
        "/none.html",
    ),
    *("/v1/conversations", "/v1/products/none", "/v1/desk/queue", "/openapi.json"),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path)) as running:
        yield running


async def test_every_answer_carries_them(served: Served) -> None:
    for address in ADDRESSES:
        answer = await served.http.get(address)
        for name in HEADERS:
            assert name in answer.headers, (address, name)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == POLICY, address


def test_the_policy_has_no_way_round() -> None:
    rules = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert "unsafe" not in POLICY and "*" not in POLICY and "http" not in POLICY and "ws" not in POLICY
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["worker-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'" and rules["trusted-types"] == TRUSTED_TYPES


async def test_over_https_a_browser_stays_there_for_a_year(tmp_path: Path) -> None:
    behind = ChannelSettings(trusted_proxies=("127.0.0.1",))
    async with serving(build_house(tmp_path), behind) as served:
        secure = await served.http.get("/healthz", headers={"X-Forwarded-Proto": "https"})
        assert secure.headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in (await served.http.get("/healthz")).headers


@pytest.mark.parametrize("host", ["shop.example/public?", "shop.example/healthz#", "x/y?z="])
async def test_no_host_header_turns_one_address_into_another(served: Served, host: str) -> None:
    """S12: what is asked for is the path of the request line alone."""
    plain = await served.http.get("/v1/desk/queue")
    turned = await served.http.get("/v1/desk/queue", headers={"Host": host})
    assert plain.status_code == 401 and turned.status_code in (400, 401, 404)


def test_drawn_pictures_are_files_that_run_nothing() -> None:
    for headers in (PICTURE_HEADERS, _FRESH):
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and policy.endswith("sandbox") and "unsafe" not in policy
        assert headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).parts[0])
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text) and not re.search(
        r"\son\w+=|\sstyle=|javascript:|<style", text
    )
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", text)


def test_no_script_makes_markup_of_text() -> None:
    sinks = re.compile(
        r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|srcdoc|"
        r"\beval\(|new Function\(|set(?:Timeout|Interval)\(\s*[\"'`]"
    )
    for script in SCRIPTS:
        found = sinks.search(script.read_text(encoding="utf-8"))
        assert found is None, (script.name, found)


def test_only_our_own_policy_makes_a_trusted_address() -> None:
    makers = {path.name for path in SCRIPTS if "createPolicy" in path.read_text(encoding="utf-8")}
    assert makers == {"own_script.js"}
    text = (ROOT / "web_chat/page/assets/own_script.js").read_text(encoding="utf-8")
    assert f'createPolicy("{TRUSTED_TYPES}"' in text


@pytest.mark.parametrize(
    "address", ["https://one.example/p", "//one.example/p", "///one.example/p", "/\\one.example", "/\t/one.example"]
)
async def test_a_carts_pictures_are_the_shops_own_too(served: Served, address: str) -> None:
    opened = await served.start()
    price = Money(amount="5.00", currency="USD")  # type: ignore[arg-type]
    item = CartItem(variant_id="v1", product_id="p1", title="Pot", quantity=1, price=price, image_url=address)  # type: ignore[arg-type]
    cart = CartChanged(cart=Cart(items=(item,), total=price))
    await served.house.store.append(opened.conversation_id, [_draft(cart)])  # type: ignore[arg-type]
    (event,) = [one for one in await opened.events() if one["type"] == "cart_changed"]
    assert event["data"]["cart"]["items"][0]["image_url"] == "/v1/products/p1/image.svg"


def _draft(fact: CartChanged) -> object:
    from assistant.events import Draft

    return Draft(actor=SYSTEM, channel="web", fact=fact)
