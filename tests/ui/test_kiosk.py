"""The screen in a store, in a real browser over the fake server: one visitor after the other, by voice and by touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
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
        assert box and box["height"] >= 64 and box["width"] >= 64, button.inner_text()
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


def ask(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).first.tap()
    expect(page.locator(".theirs:not(.writing)").last).to_be_visible()


TENTS = "I need a tent for two"


def test_the_first_screen_invites_with_what_sells_in_this_store(deaf: Browser, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    expect(page.locator(".slide strong")).to_have_text("Lofoten 2 Tent")
    expect(page.locator(".slide .tag")).to_have_text("In demand in this store")
    assert page.locator(".slide").count() == 1


def test_the_conversation_is_had_in_this_store(deaf: Browser, served: Served, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    talk = next(iter(served.shop.conversations.values()))
    assert talk.events[0]["data"]["store"] == STORE


def test_a_card_shows_its_shelf_on_the_floor_plan(deaf: Browser, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    page.get_by_role("button", name="Show me on the map").first.tap()
    plan = page.locator("aisle-floor-plan svg")
    expect(plan).to_have_attribute("aria-label", "Floor plan: the way to Lofoten 2 Tent")
    expect(page.locator(".place")).to_have_text(re.compile("Aisle ?1 ?Bay ?A ?Shelf ?3"))
    expect(page.get_by_text("About 30 metres from here")).to_be_visible()
    expect(plan.locator(".bay.it")).to_have_count(1)
    expect(plan.get_by_text("You are here")).to_be_visible()
    expect(plan.locator(".walker")).to_have_count(0)
    box = plan.bounding_box()
    assert box and box["width"] > 600 and box["height"] > 600
    page.get_by_role("button", name="Back").tap()
    expect(plan).to_be_hidden()


def test_whoever_likes_motion_sees_the_way_walked(deaf: Browser, served: Served) -> None:
    context = deaf.new_context(viewport={"width": 1080, "height": 1920}, has_touch=True, locale="en-US")
    page = context.new_page()
    page.goto(f"{served.address}kiosk?store={STORE}&lang=en&idle=600")
    begin(page)
    ask(page, TENTS)
    page.get_by_role("button", name="Show me on the map").first.tap()
    expect(page.locator("aisle-floor-plan .walker")).to_have_count(1)
    context.close()


def test_an_answer_that_tells_the_place_opens_the_floor_plan_by_itself(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    shown = {"id": "map", "label": "Show me on the map", "action": "show_on_map"}
    shown |= {"arguments": {"store_id": STORE, "product_id": "p-senja-3-tent"}}
    card = {"kind": "store", "id": STORE, "title": "Fjord & Field Oslo", "actions": [shown]}
    told = {"turn_id": "t_map", "text": "Aisle 1, bay A, shelf 3.", "language": "en", "cards": [card]}
    served.append("assistant_said", {**told, "citations": [], "quick_replies": []}, actor="assistant")
    expect(page.locator(".map h2")).to_have_text("Senja 3 Tent")


def test_what_to_say_next_is_offered_by_touch(deaf: Browser, served: Served, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    expect(page.locator(".chips")).to_be_hidden()
    ask(page, TENTS)
    page.get_by_role("button", name="Where is the first one?").tap()
    expect(page.locator(".mine")).to_have_count(2)
    assert served.said()[-1] == "Where is the first one?"


def test_the_conversation_goes_to_the_phone_by_a_picture_and_ends_here(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    page.get_by_role("button", name="To my phone").tap()
    expect(page.get_by_alt_text("QR code that opens this conversation on your phone")).to_be_visible()
    expect(page.locator(".take .code strong")).to_have_text("K7PQ-2M")
    expect(page.locator(".left")).to_have_text(re.compile(r"\d:\d\d"))
    served.append("channel_joined", {"channel": "mobile"}, actor="customer")
    expect(page.get_by_role("heading", name="It’s on your phone now")).to_be_visible()
    page.get_by_role("button", name="End here").tap()
    expect(page.locator(".attract")).to_be_visible(timeout=1_000)
    assert served.received("leave") == [{"type": "leave", "conversation": "c_1"}]


def test_what_is_somebody_s_own_stands_as_a_tile_and_not_in_words(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    own = {"turn_id": "t_own", "text": "That is on your phone.", "language": "en", "private": True}
    served.append("assistant_said", {**own, "cards": [], "citations": [], "quick_replies": []}, actor="assistant")
    tile = page.locator(".private .tile")
    expect(tile).to_contain_text("On your phone")
    tile.get_by_role("button", name="Open it on my phone").tap()
    expect(page.locator(".qr")).to_be_visible()
    shown = {**own, "turn_id": "t_shown", "text": "Order 1042 is on its way.", "private": False}
    served.append("assistant_said", {**shown, "cards": [], "citations": [], "quick_replies": []}, actor="assistant")
    page.get_by_role("button", name="Back").tap()
    expect(page.locator(".theirs").last.locator(".tile")).to_have_count(0)


def test_who_somebody_is_goes_to_their_phone(deaf: Browser, served: Served, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    asked = {"slot": "identity", "flow": "track_order", "slots": {}}
    served.append("context_changed", {"turn_id": "t_who", "context": {"asked": asked}})
    told = {"turn_id": "t_who", "text": "Scan the code with your phone.", "language": "en", "cards": []}
    served.append("assistant_said", {**told, "citations": [], "quick_replies": []}, actor="assistant")
    expect(page.locator(".qr")).to_be_visible()
    page.get_by_role("button", name="Back").tap()
    page.locator(".chips").get_by_role("button", name="To my phone").tap()
    expect(page.locator(".qr")).to_be_visible()


def test_ending_leaves_nothing_behind_within_a_second(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf)
    begin(page)
    ask(page, TENTS)
    page.evaluate("localStorage.setItem('x', 'y'); sessionStorage.setItem('x', 'y')")
    page.get_by_role("button", name="Start over").tap()
    expect(page.locator(".attract")).to_be_visible(timeout=1_000)
    assert page.evaluate(KEPT) == "0,0," and page.evaluate("caches.keys()") == []
    assert "tent for two" not in page.content()
    assert served.received("leave") == [{"type": "leave", "conversation": "c_1"}]


def test_the_watchdog_says_that_it_lives_under_the_name_of_the_address(
    deaf: Browser, served: Served, stand: Callable[..., Page]
) -> None:
    page = stand(deaf, "lang=en&name=front-door")
    expect(page.locator(".attract")).to_be_visible()
    with page.expect_event("framenavigated"):
        page.evaluate("document.querySelector('aisle-kiosk').dog.reload()")
    expect(page.locator(".attract .slide")).to_be_visible()
    beats = served.received("heartbeat")
    assert [(beat["name"], beat["store_id"], beat["state"], beat["reloads"]) for beat in beats] == [
        ("front-door", STORE, "ok", 0),
        ("front-door", STORE, "reloaded", 1),
    ]


def test_the_way_out_is_locked(deaf: Browser, stand: Callable[..., Page]) -> None:
    page = stand(deaf)
    begin(page)
    prevented = page.evaluate(
        """() => ["contextmenu", "dragstart", "selectstart"].map((name) => {
            const event = new Event(name, { bubbles: true, cancelable: true });
            document.querySelector(".log").dispatchEvent(event);
            return event.defaultPrevented;
        })"""
    )
    assert prevented == [True, True, True]
    address = page.url
    page.evaluate(
        "() => { const a = document.createElement('a'); a.href = '/cart'; a.id = 'out'; a.textContent = 'out';"
        " document.querySelector('.log').prepend(a); a.click(); }"
    )
    page.evaluate("history.back()")
    expect(page.locator(".dock")).to_be_visible()
    assert page.url == address


SCREENS: dict[str, Callable[[Page], object]] = {
    "attract": lambda page: expect(page.locator(".slide")).to_be_visible(),
    "begun": begin,
    "cards": lambda page: (begin(page), ask(page, TENTS)),
    "map": lambda page: (begin(page), page.get_by_role("button", name="Map").tap()),
    "phone": lambda page: (begin(page), page.get_by_role("button", name="To my phone").tap()),
    "keyboard": lambda page: (begin(page), page.get_by_role("button", name="Type", exact=True).tap()),
}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(deaf: Browser, stand: Callable[..., Page], screen: str, theme: str) -> None:
    page = stand(deaf, f"lang=en&idle=600&theme={theme}")
    SCREENS[screen](page)
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["target"] for node in one["nodes"]][:4]) for one in serious]
