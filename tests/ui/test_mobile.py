"""The mobile app in a real browser over the fake shop: installable, opened without a network, nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.ui.conftest import PHONE, Chat, Served, visit

pytestmark = pytest.mark.ui
READY = """async () => { const ready = await navigator.serviceWorker.ready;
    const taken = new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, {once: true}));
    if (!navigator.serviceWorker.controller) await taken;
    return new URL(ready.scope).pathname; }"""
WAITING = """async () => { const open = indexedDB.open('aisle-mobile', 1);
    const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const all = database.transaction('outgoing').objectStore('outgoing').getAll();
    const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
    database.close(); return rows.map((row) => row.item.text); }"""
KEPT = """async () => { const urls = []; for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname); return urls; }"""


ACTIVE = """() => navigator.serviceWorker.getRegistration('/m/').then((one) => one.active?.state === 'activated')"""
LAYOUT_SHIFT = """() => { window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())
    window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true}); }"""


class App(Chat):
    """The app by what a customer sees of it; the names of the widget's parts with another host."""

    @property
    def answers(self) -> Locator:
        return self.page.locator("aisle-mobile .entry.theirs:not(.writing) .bubble")

    @property
    def mine(self) -> Locator:
        return self.page.locator("aisle-mobile .entry.mine .bubble")

    @property
    def fate(self) -> Locator:
        return self.page.locator("aisle-mobile .entry.mine .fate")


def start(context: BrowserContext, address: str) -> App:
    chat = visit(context, address)
    app = App(chat.page, chat.console)
    expect(app.field).to_be_visible()
    return app


@pytest.fixture
def app(phone: BrowserContext, served: Served) -> Iterator[App]:
    yield start(phone, f"{served.address}m/")


def test_it_talks_as_the_channel_mobile_and_is_the_whole_screen(app: App, served: Served) -> None:
    app.say("Show me tents")
    expect(app.answers).to_contain_text("lightest")
    assert {talk.channel for talk in served.shop.conversations.values()} == {"mobile"}
    box = app.page.locator("aisle-mobile .panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(app.page.locator("aisle-mobile .launcher")).to_have_count(0)
    assert app.console == []


def test_it_meets_what_a_browser_asks_before_it_installs(app: App) -> None:
    assert app.page.evaluate(READY) == "/m/"
    session = app.page.context.new_cdp_session(app.page)
    told = session.send("Page.getAppManifest")
    assert told["url"].endswith("/m/manifest.webmanifest") and told["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


def test_it_opens_without_a_network_and_keeps_nothing_of_the_conversation(app: App, phone: BrowserContext) -> None:
    app.page.evaluate(READY)
    app.say("Show me tents")
    expect(app.answers).to_contain_text("lightest")
    phone.set_offline(True)
    app.page.reload()
    expect(app.field).to_be_visible()
    expect(app.page.locator("aisle-mobile .banner")).to_contain_text("You are offline")
    kept = app.page.evaluate(KEPT)
    assert "/m/" in kept and not [path for path in kept if path.startswith("/v1/")]


def test_what_is_written_in_the_lift_waits_over_a_restart_of_the_app_and_is_sent_once(
    app: App, phone: BrowserContext, served: Served
) -> None:
    app.page.evaluate(READY)
    app.say("Hello")
    expect(app.answers).to_contain_text("Happy to help")
    served.faults(refuse_everything=True)
    phone.set_offline(True)
    served.cut()
    app.say("Where is my order?")
    expect(app.fate).to_have_text("Waiting to be sent")
    assert app.page.evaluate(WAITING) == ["Where is my order?"]
    app.page.close()
    again = start(phone, f"{served.address}m/")
    expect(again.mine.last).to_have_text("Where is my order?")
    served.faults(refuse_everything=False)
    phone.set_offline(False)
    expect(again.answers.last).to_contain_text("Order #W1042")
    assert served.said() == ["Hello", "Where is my order?"]
    assert again.page.evaluate(WAITING) == []


def test_the_worker_sends_what_waits_when_the_app_is_closed(app: App, phone: BrowserContext, served: Served) -> None:
    """Background Sync, ordered as the browser would once there is a network."""
    app.page.evaluate(READY)
    app.say("Hello")
    expect(app.answers).to_contain_text("Happy to help")
    address = served.address.rstrip("/")
    served.faults(refuse_everything=True)
    served.cut()
    app.say("Where is my order?")
    expect(app.fate).to_have_text("Waiting to be sent")
    elsewhere = phone.new_page()
    elsewhere.goto(f"{address}/elsewhere?shop=")
    app.page.close()
    served.faults(refuse_everything=False)
    session = phone.new_cdp_session(elsewhere)
    versions: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    elsewhere.wait_for_function(ACTIVE)
    order = {"origin": address, "registrationId": versions[-1]["registrationId"], "tag": "outbox", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", order)
    with served.client.stream("GET", "/fake/said?words=order") as answered:
        assert answered.read() == b"true"
    again = start(phone, f"{address}/m/")
    expect(again.answers.last).to_contain_text("Order #W1042")
    assert served.said() == ["Hello", "Where is my order?"]
    assert again.page.evaluate(WAITING) == []


def test_nothing_shifts_while_an_answer_streams(app: App) -> None:
    app.page.evaluate(LAYOUT_SHIFT)
    app.say("Show me tents")
    expect(app.answers).to_contain_text("lightest")
    expect(app.page.get_by_role("button", name="Cheaper")).to_be_visible()
    assert app.page.evaluate("window.shift") < 0.02


def test_the_very_first_words_wait_too(app: App, phone: BrowserContext, served: Served) -> None:
    app.page.evaluate(READY)
    served.faults(refuse_everything=True)
    app.say("Show me tents")
    expect(app.fate).to_have_text("Waiting to be sent")
    app.page.close()
    served.faults(refuse_everything=False)
    again = start(phone, f"{served.address}m/")
    expect(again.answers).to_contain_text("lightest")
    assert served.said() == ["Show me tents"]


def test_a_shared_product_opens_its_question(phone: BrowserContext, served: Served) -> None:
    link = quote(f"{served.address}p/p-lofoten-2-tent", safe="")
    app = start(phone, f"{served.address}m/share?title=Lofoten%202%20Tent&text={link}")
    expect(app.answers).to_contain_text("Lofoten 2 Tent")
    [asked] = served.received("action")
    assert (asked["action"], asked["arguments"]) == ("show_product", {"product_id": "p-lofoten-2-tent"})
    assert app.page.url == f"{served.address}m/"


def test_anything_else_that_is_shared_waits_in_the_field_for_the_customers_word(
    phone: BrowserContext, served: Served
) -> None:
    app = start(phone, f"{served.address}m/share?title=Elsewhere&url=https%3A%2F%2Felsewhere.example%2Fp%2F1")
    expect(app.field).to_have_value("Elsewhere https://elsewhere.example/p/1")
    assert served.said() == []


def test_a_shortcut_asks_for_the_order(phone: BrowserContext, served: Served) -> None:
    app = start(phone, f"{served.address}m/?ask=order")
    expect(app.answers).to_contain_text("Order #W1042")


def test_the_code_of_a_picture_opens_the_conversation_and_leaves_the_address(
    context: BrowserContext, phone: BrowserContext, served: Served
) -> None:
    chat = visit(context, f"{served.address}cart")
    chat.open()
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    app = start(phone, f"{served.address}m/#transfer=K7PQ-2M")
    expect(app.answers).to_contain_text("lightest")
    assert app.page.url == f"{served.address}m/"
    app.say("Hello")
    expect(chat.mine.last).to_have_text("Hello")
    expect(chat.page.locator("aisle-chat .notice.channel_joined")).to_be_visible()


def test_a_code_that_is_used_up_is_told_and_another_can_be_typed(phone: BrowserContext, served: Served) -> None:
    app = start(phone, f"{served.address}m/#transfer=XXXX-XX")
    expect(app.page.get_by_role("alert").first).to_have_text("This code is wrong or has expired.")
    app.page.get_by_role("button", name="I have a code from another device").click()
    expect(app.page.get_by_label("Code")).to_be_visible()


def test_signing_in_by_a_code(app: App, served: Served) -> None:
    app.say("Hello")
    expect(app.answers).to_contain_text("Happy to help")
    app.menu("Sign in")
    app.page.get_by_label("E-mail").fill("mia@example.com")
    app.page.get_by_role("button", name="Send the code").click()
    app.page.get_by_label("Code").fill("000000")
    app.page.get_by_role("button", name="Sign in").click()
    expect(app.page.locator("aisle-mobile .told")).to_have_text("This code is wrong or has expired.")
    app.page.get_by_label("Code").fill("123456")
    app.page.get_by_role("button", name="Sign in").click()
    expect(app.page.get_by_text("Signed in. Hello, Mia!")).to_be_visible()
    app.page.get_by_role("button", name="Go on").click()
    app.page.get_by_role("button", name="More", exact=True).click()
    expect(app.page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    assert served.received("sign_in")[0]["email"] == "mia@example.com"


def test_waiting_for_a_person_shows_the_place_and_a_call_back_can_be_asked_for(app: App, served: Served) -> None:
    app.say("I want a person")
    waiting = app.page.locator("aisle-mobile .waiting")
    expect(waiting).to_be_visible()
    served.signal(signal="queue", position=2, ahead=1, expected_wait_seconds=180, open=True, opens_at="")
    expect(waiting).to_contain_text("You are number 2 in line. About 3 min.")
    served.signal(signal="queue", position=1, ahead=0, open=False, opens_at="2026-11-24T08:00:00Z")
    expect(waiting).to_contain_text("Nobody is here right now.")
    waiting.get_by_role("button", name="Call me back").click()
    app.page.get_by_label("Phone").fill("+1 555 0100")
    app.page.get_by_label("When suits you?").fill("after six")
    app.page.get_by_role("region", name="Call me back").get_by_role("button", name="Call me back").click()
    expect(app.field).to_be_visible()
    [asked] = [frame for frame in served.received("action") if frame["action"] == "request_callback"]
    assert asked["arguments"] == {"phone": "+1 555 0100", "when": "after six"}


def test_a_kiosk_may_be_allowed_to_show_what_is_the_customers(app: App, served: Served) -> None:
    app.say("Hello")
    expect(app.answers).to_contain_text("Happy to help")
    served.append("channel_joined", {"channel": "kiosk"})
    expect(app.page.locator("aisle-mobile .notice.channel_joined")).to_be_visible()
    app.menu("Show my data on the screen here")
    served.append("display_allowed", {"allow": True, "client_id": ""})
    app.page.get_by_role("button", name="More", exact=True).click()
    expect(app.page.get_by_role("menuitem", name="Hide my data on the screen")).to_be_visible()
    assert [frame["arguments"] for frame in served.received("action")] == [{"allow": True}]


@pytest.mark.parametrize(
    ("language", "sign_in"), [("de", "Anmelden"), ("es", "Iniciar sesión"), ("fr", "Se connecter")]
)
def test_it_speaks_the_customers_language(browser: Browser, served: Served, language: str, sign_in: str) -> None:
    context = browser.new_context(locale=language, viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.goto(f"{served.address}m/")
    expect(page.locator("aisle-mobile textarea")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("aisle-mobile .menu")).to_contain_text(sign_in)
    context.close()
