"""Whatever is written into any field is text on every page: nothing runs, nothing is loaded, no policy even has to step in.

S6 of docs/security.md. Below: hostile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Served
from tests.ui.desk_screen import House, enter, serve_desk
from tests.ui.fake_desk import furnish
from tests.ui.hostile import ELSEWHERE, HTML, PAYLOADS, Poison, Watch, poison_the_wire

pytestmark = [pytest.mark.ui, pytest.mark.slow]
Play = Callable[[Page], None]


@pytest.fixture
def made(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(
            locale="en-US", reduced_motion="reduce", service_workers="block", **{"viewport": DESKTOP, **options}
        )
        context.set_default_timeout(8_000)
        context.route(f"{ELSEWHERE}/**", lambda route: route.abort())
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    expect(page.locator("main h1, main h2").first).to_be_visible()


def ask(page: Page, text: str, answers: int) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")
    expect(page.locator(".entry.theirs:not(.writing) .bubble")).to_have_count(answers)


def talk(page: Page) -> None:
    for answers, text in enumerate(("Show me tents", "return policy", "a store", "cancel it", PAYLOADS[2]), 1):
        ask(page, text, answers)
    ask(page, "I want a person", 6)


def widget(page: Page) -> None:
    page.get_by_role("button", name="Chat with us").click()
    talk(page)


def cart(page: Page) -> None:
    widget(page)
    page.locator(".card button", has_text="Add to cart").first.click()
    page.goto(re.sub(r"/cart.*|$", "/cart", page.url, count=1))
    expect(page.locator("main h1")).to_be_visible()


def kiosk(page: Page) -> None:
    page.get_by_role("button", name="Hello").tap()
    page.get_by_role("button", name="Type", exact=True).tap()
    for key in "tents":
        page.locator(".key", has_text=re.compile(f"^{key}$", re.IGNORECASE)).tap()
    page.get_by_role("button", name="Ask", exact=True).tap()
    expect(page.locator(".theirs:not(.writing) .bubble").first).to_be_visible()
    expect(page.locator(".card").first).to_be_visible()
    where = page.get_by_role("button", name=re.compile("map|where|way", re.IGNORECASE))
    if where.count():
        where.first.tap()


SCENES: dict[str, tuple[str, Play, dict[str, object]]] = {
    "front": ("", look, {}),
    "search": ("search?q=tent", look, {}),
    "product": ("p/p-lofoten-2-tent", look, {}),
    "cart": ("cart", cart, {}),
    "widget on our page": ("cart", widget, {}),
    "widget on a page without a policy": ("elsewhere?shop={own}", widget, {}),
    "app": ("m/", talk, {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
    "kiosk": (
        "kiosk?store=st-oslo&lang=en&idle=600",
        kiosk,
        {"viewport": {"width": 1080, "height": 1920}, "has_touch": True},
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_on_a_customers_page_it_is_text(made: Callable[..., BrowserContext], served: Served, scene: str) -> None:
    path, play, options = SCENES[scene]
    context, poison = made(**options), Poison()
    poison_the_wire(context, poison)
    page = context.new_page()
    watch = Watch(page, served.address)
    page.goto(served.address + path.format(own=served.address))
    play(page)
    assert watch.tells() == []
    _is_told(watch.words(), all_of_them=play in (talk, widget))


def _is_told(words: str, *, all_of_them: bool) -> None:
    """Word for word. A text's emphasis and its links to the shop's own products alone are read."""
    missing = [one for one in PAYLOADS if one not in words]
    assert len(missing) < len(PAYLOADS) - 2 and (not all_of_them or missing == []), missing


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    yield from serve_desk()


def customer(page: Page) -> None:
    page.locator("[data-id=c_tents]").click()
    page.get_by_role("button", name="Claim").click()
    expect(page.locator(".field")).to_be_visible()
    for said in ("not right", "here is what I found"):
        page.locator(".field").fill(f"{said} {' '.join(PAYLOADS[:9])}")
        page.locator(".field").press("Enter")


_CLICK = "(name) => document.querySelector(`.line[data-id=${name}]`)?.click()"


def others(page: Page) -> None:
    page.keyboard.press("Escape")
    for group in page.locator(".group").all():
        group.click()
        for name in page.locator(".line").evaluate_all("(lines) => lines.map((line) => line.dataset.id)"):
            page.evaluate(_CLICK, name)  # at once: looking a conversation up may move its line to another group


def pressing(key: str) -> Play:
    def play(page: Page) -> None:
        page.keyboard.press("Escape")
        page.keyboard.press(key)

    return play


def search(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("tent")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_at_the_desk_it_is_text(made: Callable[..., BrowserContext], house: House, role: str) -> None:
    house.desk.role = role
    furnish(house.desk)
    context, poison = made(viewport={"width": 1440, "height": 900}), Poison()
    poison_the_wire(context, poison)
    watches: list[Watch] = []
    context.on("page", lambda page: watches.append(Watch(page, house.address)))
    screen = enter(context, house)
    (watch,) = watches
    words = ""
    views = (
        customer,
        others,
        search,
        *(pressing(key) for key in ("?", "Control+k", "r", "c", "f", "u", "b", "t", "x")),
    )
    for play in views:
        play(screen.page)
        screen.page.wait_for_load_state("networkidle")
        words += watch.words()
    assert watch.tells() == []
    assert screen.faults == []
    _is_told(words, all_of_them=True)


def test_the_payloads_are_live_where_a_page_would_take_them(made: Callable[..., BrowserContext]) -> None:
    """Else the tests above would show nothing. What needs a click is not live by itself, nor what is for other renderers."""
    page = made().new_page()
    watch = Watch(page, "http://nowhere.invalid")
    page.goto("about:blank")
    dead = []
    for payload in (one for one in PAYLOADS[: len(HTML)] if "refresh" not in one):
        before = len(watch.tells())
        page.set_content(f"<!doctype html><body>{payload}", wait_until="commit")
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
        if len(watch.tells()) == before:
            dead.append(payload)
    assert len(dead) <= 8, dead
