"""The screen in a store, in a real browser over the fake server: one visitor after the other, by voice and by touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.ui.conftest import Served, launch
from tests.ui.fake_call import hum
from tests.ui.microphone import ALLOWED, plays, record
from tests.ui.test_widget import BROKEN

pytestmark = pytest.mark.ui
STORE = "st-oslo"
KEPT = "() => [localStorage.length, sessionStorage.length, document.cookie].join()"


@pytest.fixture(scope="module")
def asking(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from launch(playwright, *plays(record(tmp_path_factory.mktemp("said") / "asks.wav", [0.8, hum(1.0)])))


@pytest.fixture(scope="module")
def deaf(playwright: Playwright) -> Iterator[Browser]:
    yield from launch(playwright, ALLOWED)


@pytest.fixture
def stand(served: Served) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def before(browser: Browser, asked: str = "lang=en&idle=600") -> Page:
        context = browser.new_context(
            viewport={"width": 1080, "height": 1920}, locale="en-US", has_touch=True, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{served.address}kiosk?store={STORE}&{asked}")
        page.evaluate(BROKEN)
        return page

    yield before
    for context in contexts:
        context.close()


def begin(page: Page, greeting: str = "Hello") -> None:
    page.get_by_role("button", name=greeting).tap()
    expect(page.locator(".dock")).to_be_visible()


def test_standing_there_asking_aloud_and_reading_along(asking: Browser, stand: Callable[..., Page]) -> None:
    page = stand(asking)
    expect(page.get_by_text("Fjord & Field Oslo")).to_be_visible()
    begin(page)
    for state in ("listening", "hearing", "speaking"):
        expect(page.locator(f".voice[data-state={state}]")).to_be_visible()
    expect(page.locator(".mine .bubble")).to_have_text("Show me tents")
    expect(page.locator(".card").first).to_contain_text(re.compile(r"\d+ here in this store|left here"))
    expect(page.locator(".now")).to_have_text(re.compile(r"\w"))
    page.locator(".voice .orb").tap()
    expect(page.locator(".voice[data-state=listening]")).to_be_visible()
    expect(page.locator(".stopped")).to_have_text("The paler words were not spoken")
    assert page.evaluate("window.broken") == []


@pytest.mark.parametrize(
    "greeting,language,heard",
    [("Hola", "es", "Le escucho"), ("Bonjour", "fr", "J’écoute"), ("Guten Tag", "de", "Ich höre zu")],
)
def test_the_visitor_chooses_the_language_by_one_touch(
    asking: Browser, stand: Callable[..., Page], greeting: str, language: str, heard: str
) -> None:
    page = stand(asking)
    begin(page, greeting)
    expect(page.locator(".doing")).to_have_text(heard)
    assert page.locator("html").get_attribute("lang") == language


def test_without_a_microphone_touch_and_the_keyboard_on_the_screen_are_enough(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    expect(page.locator(".voice[data-state=failed]")).to_contain_text("Touch or type instead.")
    page.get_by_role("button", name="Type", exact=True).tap()
    for key in ("T", "e", "n", "t", "s"):
        page.locator(".key", has_text=re.compile(f"^{key}$")).tap()
    page.locator(".key.space").tap()
    page.get_by_role("button", name="123").tap()
    page.locator(".key", has_text=re.compile("^2$")).tap()
    page.get_by_role("button", name="Ask").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_contain_text("lightest")
    expect(page.locator(".keyboard")).to_be_hidden()
    page.get_by_role("button", name="Cheaper").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_have_count(2)
    assert served.said() == ["Tents 2", "Cheaper"]


def test_what_can_be_touched_is_large(deaf: Browser, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    page.get_by_role("button", name="Show me warm jackets").tap()
    page.get_by_role("button", name="Type", exact=True).tap()
    expect(page.locator(".theirs:not(.writing)").first).to_be_visible()
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box and box["height"] >= 60 and box["width"] >= 60, button.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1080


def test_leaving_wipes_everything_and_the_next_visitor_begins_anew(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    page.get_by_role("button", name="I need a tent for two").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_contain_text("lightest")
    page.get_by_role("button", name="Start over").tap()
    expect(page.get_by_role("heading", name="Ask me anything in the store.")).to_be_visible()
    assert "lightest" not in page.content() and "tent for two" not in page.content()
    assert page.evaluate(KEPT) == "0,0,"
    begin(page)
    page.get_by_role("button", name="How do returns work?").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_contain_text("60 days")
    assert page.locator(".mine").count() == 1
    assert len(served.shop.conversations) == 2
    assert {talk.channel for talk in served.shop.conversations.values()} == {"kiosk"}


def test_a_screen_that_nobody_touches_asks_and_then_wipes_itself(deaf: Browser, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    page.clock.install()
    page.goto(page.url.replace("idle=600", "idle=20"))
    begin(page)
    page.get_by_role("button", name="How do returns work?").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_contain_text("60 days")
    question = page.get_by_role("alertdialog", name="Are you still there?")
    page.clock.run_for(22_000)
    expect(question).to_contain_text("seconds")
    page.get_by_role("button", name="I am still here").tap()
    expect(question).to_be_hidden()
    page.clock.run_for(22_000)
    expect(question).to_be_visible()
    page.clock.run_for(16_000)
    expect(page.get_by_role("heading", name="Ask me anything in the store.")).to_be_visible()
    assert "60 days" not in page.content()


def test_without_a_network_it_says_so_and_comes_back(deaf: Browser, served: Served, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    page.get_by_role("button", name="How do returns work?").tap()
    expect(page.locator(".theirs:not(.writing) .bubble")).to_contain_text("60 days")
    served.faults(refuse_everything=True)
    served.cut()
    expect(page.locator(".offline")).to_contain_text("No connection just now.")
    served.faults(refuse_everything=False)
    page.get_by_role("button", name="Try again").first.tap()
    expect(page.locator(".offline")).to_be_hidden(timeout=15_000)


@pytest.mark.parametrize("size", [(1080, 1920), (390, 844), (1440, 900), (768, 1024)])
def test_every_screen_holds_it_without_a_scrollbar(browser: Browser, served: Served, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-US")
    page = context.new_page()
    page.goto(f"{served.address}kiosk?lang=fr")
    fits = "document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    expect(page.locator(".pitch button")).to_have_count(4)
    assert page.evaluate(fits)
    page.get_by_role("button", name="Bonjour").click()
    expect(page.locator(".replies button")).to_have_count(4)
    assert page.evaluate(fits)
    context.close()
