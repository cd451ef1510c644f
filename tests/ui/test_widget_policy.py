"""The policy that docs/security.md proposes for a shop's own site: the widget works under it to the letter, from another origin.

Each policy is the page's own header, with nothing else allowed: by origin, by nonce, and with Trusted Types that allow no policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from tests.ui.conftest import Chat, Served, launch
from tests.ui.fake_call import hum
from tests.ui.microphone import plays, record

pytestmark = pytest.mark.ui
SECURITY = Path(__file__).parents[2] / "docs" / "security.md"
EXAMPLE = "https://aisle.shop.example"
NONCE = "r4nd0m"
TRUSTED = "; require-trusted-types-for 'script'; trusted-types 'none'"
TELLS = "addEventListener('securitypolicyviolation', (e) => console.error('refused: ' + e.violatedDirective))"


def recipes() -> dict[str, str]:
    """As documented: by origin, and by nonce."""
    text = re.sub(r"\s+", " ", SECURITY.read_text(encoding="utf-8"))
    found = re.findall(r"`(script-src [^`]*img-src[^`]*)`", text)
    assert len(found) == 2, "docs/security.md proposes two policies for a shop's site"
    return dict(zip(("origin", "nonce"), found, strict=True))


@pytest.fixture(scope="module")
def speaking(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from launch(playwright, *plays(record(tmp_path_factory.mktemp("said") / "asks.wav", [0.6, hum(1.0), 3.4])))


@pytest.fixture
def shop_site(served: Served, other_site: Served) -> Iterator[Callable[..., Chat]]:
    """A page of another origin that has the widget and a policy."""
    contexts: list[BrowserContext] = []

    def begin(browser: Browser, policy: str, nonce: str = "") -> Chat:
        context = browser.new_context(locale="en-US", reduced_motion="reduce", viewport={"width": 1280, "height": 860})
        contexts.append(context)
        page = context.new_page()
        chat = Chat(page)
        page.on("console", lambda message: chat.console.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: chat.console.append(str(error)))
        page.add_init_script(TELLS)
        asked = {"shop": served.address, "language": "en", "policy": f"default-src 'none'; {policy}", "nonce": nonce}
        page.goto(f"{other_site.address}elsewhere?{urlencode(asked)}")
        return chat

    yield begin
    for context in contexts:
        context.close()


def policy_for(served: Served, kind: str) -> str:
    here = served.address.rstrip("/")
    told = recipes()[kind].replace("wss://aisle.shop.example", here.replace("http:", "ws:"))
    return told.replace(EXAMPLE, here).replace("NONCE", NONCE)


@pytest.mark.parametrize("trusted", ["", TRUSTED], ids=["plain", "trusted types"])
@pytest.mark.parametrize("kind", ["origin", "nonce"])
def test_the_widget_answers_under_the_policy_that_we_propose(
    browser: Browser, served: Served, shop_site: Callable[..., Chat], kind: str, trusted: str
) -> None:
    chat = shop_site(browser, policy_for(served, kind) + trusted, NONCE if kind == "nonce" else "")
    chat.open()
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.page.locator("aisle-chat .card img").first).to_be_visible()
    assert chat.page.locator("aisle-chat .card img").first.evaluate("(one) => one.naturalWidth") > 0
    assert chat.console == []


@pytest.mark.parametrize("kind", ["origin", "nonce"])
def test_it_can_be_talked_to_under_that_policy(
    speaking: Browser, served: Served, shop_site: Callable[..., Chat], kind: str
) -> None:
    chat = shop_site(speaking, policy_for(served, kind) + TRUSTED, NONCE if kind == "nonce" else "")
    chat.open()
    chat.page.get_by_role("button", name="Talk", exact=True).click()
    expect(chat.page.locator("aisle-chat .voice")).to_be_visible()
    expect(chat.mine).to_have_count(1)
    assert chat.console == []


def test_a_policy_without_a_part_of_it_is_seen_to_refuse(
    browser: Browser, served: Served, shop_site: Callable[..., Chat]
) -> None:
    """Else the tests above would show nothing."""
    lacking = policy_for(served, "origin").replace("style-src", "font-src")
    chat = shop_site(browser, lacking)
    expect(chat.page.locator("aisle-chat")).to_be_attached()
    chat.page.wait_for_function("() => document.querySelector('aisle-chat').shadowRoot")
    assert any("style-src" in line for line in chat.console)
