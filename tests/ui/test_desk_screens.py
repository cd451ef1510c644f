"""The agents' desk over a fake one: every part does what it says, keeps what was typed, and is there for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.ui.axe import findings, watch_with_axe
from tests.ui.desk_screen import House, Screen, enter, serve_desk
from tests.ui.fake_desk import furnish

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    yield from serve_desk()


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    house.desk.calls.clear()
    house.desk.refuse.clear()
    house.desk.role, house.desk.translates, house.desk.ways = "supervisor", True, {"password": True, "oidc": None}
    furnish(house.desk)
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def screen(context: BrowserContext, house: House) -> Iterator[Screen]:
    made = enter(context, house)
    yield made
    assert made.faults == []


def test_drafts_are_kept_by_conversation_and_over_a_sign_out(screen: Screen) -> None:
    page = screen.page
    screen.take("c_tents")
    screen.field.fill("half a sentence")
    page.locator(".group").first.click()
    screen.take("c_angry")
    expect(screen.field).to_have_value("")
    screen.field.fill("I am so sorry")
    page.get_by_role("button", name="Marta Keller").first.click()
    expect(screen.field).to_have_value("half a sentence")
    page.get_by_role("button", name="settings and sign-out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("What you had not sent is kept")).to_be_visible()
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("secret")
    page.get_by_label("Password").press("Enter")
    page.locator(".group").nth(1).click()
    page.locator("[data-id=c_tents]").click()
    expect(screen.field).to_have_value("half a sentence")


def test_what_is_said_elsewhere_is_counted_in_tab_queue_and_title(screen: Screen) -> None:
    page = screen.page
    page.locator("[data-id=c_tents]").click()
    page.locator("[data-id=c_call]").click()
    expect(page.locator(".tab.front")).to_contain_text("Guest")
    said = {"client_id": "x", "text": "are you there?"}
    screen.happen(screen.desk.happen("c_tents", "customer_said", said, "customer"))
    expect(page.locator(".tab .unread")).to_have_text("1")
    expect(page.locator("[data-id=c_tents] .unread")).to_have_text("1 new")
    expect(page).to_have_title("(4) Agents’ desk")
    page.keyboard.press("1")
    expect(page.locator(".tab .unread")).to_have_count(0)


def test_transfer_snooze_and_close_ask_for_what_they_need(screen: Screen) -> None:
    page = screen.page
    screen.take()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.get_by_label("In an hour").check()
    page.get_by_label("Note to yourself").fill("after lunch")
    page.locator("dialog").get_by_role("button", name="Snooze").click()
    expect(page.locator(".talk-bar")).to_contain_text("Snoozed until")
    assert screen.calls("/snooze")[0]["note"] == "after lunch"
    page.locator(".toast", has_text="Laid aside").get_by_role("button", name="Undo").click()
    expect(page.locator(".talk-bar")).not_to_contain_text("Snoozed until")
    page.keyboard.press("x")
    page.get_by_label("Other").check()
    page.locator("dialog .primary").click()
    expect(page.locator("dialog .toast").last).to_contain_text("“Other” needs a note.")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("t")
    page.get_by_label("Ben Okafor").check()
    page.get_by_label("Reason (for colleagues only)").fill("knows returns")
    page.locator("dialog").get_by_role("button", name="Transfer").click()
    expect(page.locator(".standing")).not_to_have_text("You answer")
    assert screen.calls("/transfer") == [{"to": {"agent_id": "ben"}, "reason": "knows returns"}]


def test_a_hand_back_by_one_key_can_be_undone(screen: Screen) -> None:
    page = screen.page
    screen.take()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator(".toast").last).to_contain_text("Handed back")
    expect(page.locator(".standing")).to_have_text("The assistant answers")
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator(".standing")).to_have_text("You answer")


def test_a_draft_is_inserted_edited_and_sent_with_its_name(screen: Screen) -> None:
    page = screen.page
    screen.take()
    expect(page.locator(".draft")).to_contain_text("30 days")
    expect(page.get_by_role("list", name="Rests on")).to_contain_text("Returns")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(screen.field).to_have_value("You have **30 days**.")
    screen.field.press_sequentially(" Unused.")
    screen.field.press("Enter")
    expect(page.locator(".bubble.agent")).to_contain_text("Unused.")
    sent = screen.calls("/messages")[0]
    assert sent["edited"] is True and sent["suggestion_id"].startswith("s")


def test_canned_replies_come_by_slash_and_their_gaps_are_filled_before_they_go(screen: Screen) -> None:
    page = screen.page
    screen.take()
    screen.field.press_sequentially("/ret")
    expect(page.get_by_role("option", name="/returns")).to_have_attribute("aria-selected", "true")
    screen.field.press("Enter")
    expect(screen.field).to_have_value(
        "Unused items can be returned within 30 days. Shall I start it for order {order.id}?"
    )
    screen.field.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Fill in {order.id}")
    assert screen.calls("/messages") == []


def test_the_palette_finds_acts_conversations_and_replies(screen: Screen) -> None:
    page = screen.page
    screen.take()
    page.keyboard.press("Control+k")
    page.keyboard.type("keller")
    expect(page.get_by_role("option").first).to_contain_text("Marta Keller")
    page.keyboard.press("Control+a")
    page.keyboard.type("internal")
    page.keyboard.press("Enter")
    expect(page.locator(".composer.note")).to_be_visible()
    screen.field.fill("a regular")
    screen.field.press("Enter")
    expect(page.locator(".bubble.note")).to_contain_text("a regular")


def test_asking_is_walked_by_arrows_and_a_policy_goes_into_the_reply(screen: Screen) -> None:
    page = screen.page
    screen.take()
    expect(screen.field).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("return")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(screen.field).to_have_value("Unused items can be returned within 30 days of delivery.")


def test_an_order_is_cancelled_only_after_its_amounts_and_a_yes(screen: Screen) -> None:
    page = screen.page
    screen.take()
    page.get_by_role("button", name="Cancel…").click()
    page.get_by_label("Ordered by mistake").check()
    page.get_by_role("button", name="Show what it comes to").click()
    expect(page.locator(".proposal")).to_contain_text("$214.90 goes back")
    page.get_by_role("button", name="Yes, carry it out").click()
    expect(page.locator(".toast").last).to_contain_text("Done: cancel order")
    proposed, done = screen.calls("/actions")
    assert proposed["arguments"] == {"order_id": "#W5918442", "reason": "ordered by mistake"}
    assert done == {"action": "cancel_order", "sealed": {"seal": 1}}


def test_an_exchange_offers_the_products_own_variants(screen: Screen) -> None:
    page = screen.page
    screen.take()
    page.get_by_text("#W4410327").click()
    page.get_by_role("button", name="Exchange…").click()
    page.get_by_label("Steinar Trail Boot").select_option("boot-41")
    page.get_by_label("Difference by").select_option("paypal_12")
    page.get_by_role("button", name="Show what it comes to").click()
    expect(page.locator(".proposal")).to_be_visible()
    swaps = [{"old": "boot-39", "new": "boot-41"}]
    asked = {"order_id": "#W4410327", "swaps": swaps, "payment_method_id": "paypal_12"}
    assert screen.calls("/actions")[0]["arguments"] == asked


def test_a_colleague_who_writes_is_told_at_once(screen: Screen) -> None:
    page = screen.page
    screen.take()
    agents = [{"agent_id": "ben", "name": "Ben", "role": "agent", "doing": "reading"}]
    screen.happen(screen.desk.tell({"type": "agents", "conversation_id": "c_tents", "agents": agents}))
    expect(page.locator(".beside")).to_have_text("Ben reads along")
    clash = {"type": "collision", "conversation_id": "c_tents", "agent": {"agent_id": "ben", "name": "Ben"}}
    screen.happen(screen.desk.tell(clash))
    expect(page.get_by_role("alert")).to_contain_text("Ben is writing here too")


def test_a_calls_words_stand_while_they_are_spoken(screen: Screen) -> None:
    page = screen.page
    page.locator("[data-id=c_call]").click()
    heard = {
        "type": "signal",
        "conversation_id": "c_call",
        "signal": "transcript",
        "text": "die Jacke ist",
        "final": False,
    }
    expect(page.locator(".bubble.customer")).to_have_count(2)
    screen.happen(screen.desk.tell(heard))
    expect(page.locator(".bubble.caption")).to_contain_text("die Jacke ist")
    page.locator(".bubble.customer").first.get_by_role("button", name="Translate").click()
    expect(page.locator(".translated")).to_contain_text("[en] Guten Tag")


def test_no_translation_is_offered_where_the_shop_has_none(context: BrowserContext, house: House) -> None:
    house.desk.translates = False
    screen = enter(context, house)
    screen.page.locator("[data-id=c_call]").click()
    expect(screen.page.locator(".bubble.customer")).to_have_count(2)
    expect(screen.page.get_by_role("button", name="Translate")).to_have_count(0)


def test_an_agent_has_no_floor_and_a_supervisor_whispers_from_it(context: BrowserContext, house: House) -> None:
    lead = enter(context, house)
    lead.page.keyboard.press("f")
    expect(lead.page.locator(".tile").first).to_contain_text("3")
    lead.page.get_by_role("row", name="Ben Okafor").get_by_role("button", name="Whisper").click()
    lead.field.fill("offer free shipping")
    lead.field.press("Enter")
    expect(lead.page.locator(".bubble.whisper")).to_contain_text("offer free shipping")
    house.desk.role = "agent"
    agent = enter(context, house)
    expect(agent.page.get_by_role("button", name="Floor")).to_have_count(0)


def test_a_reply_is_written_once_in_each_language_and_can_be_brought_back(screen: Screen) -> None:
    page = screen.page
    page.keyboard.press("f")
    page.get_by_role("button", name="Canned replies").click()
    page.get_by_role("button", name="New reply").click()
    page.get_by_label("Shortcut").fill("bye")
    page.get_by_label("Title").fill("Goodbye")
    page.get_by_label("Deutsch").fill("Auf Wiedersehen ")
    page.get_by_role("button", name="{customer.first_name}").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".reply-list")).to_contain_text("/bye")
    assert screen.calls("/replies")[-1]["texts"] == {"de": "Auf Wiedersehen {customer.first_name}"}
    page.get_by_role("button", name="Edit /bye").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".reply-list")).not_to_contain_text("/bye")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".reply-list")).to_contain_text("/bye")


def test_a_lost_server_is_told_and_nothing_typed_is_lost(screen: Screen) -> None:
    page = screen.page
    screen.take()
    screen.field.fill("do not lose me")
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_contain_text("offline")
    screen.field.press("Enter")
    expect(page.locator(".toast.bad").last).to_contain_text("What you typed is still here")
    expect(screen.field).to_have_value("do not lose me")
    page.context.set_offline(False)
    expect(page.locator(".link")).to_have_text("Live")
    screen.field.press("Enter")
    expect(page.locator(".bubble.agent")).to_contain_text("do not lose me")


def test_full_hands_are_asked_before_they_take_more(screen: Screen) -> None:
    screen.desk.refuse["/claim"] = (409, "at_capacity")
    screen.page.locator("[data-id=c_tents]").click()
    screen.page.keyboard.press("c")
    expect(screen.page.get_by_role("dialog")).to_contain_text("You have as many as you said")
    screen.desk.refuse.clear()
    screen.page.get_by_role("button", name="Take it").click()
    expect(screen.page.locator(".standing")).to_have_text("You answer")
    assert screen.calls("/claim")[-1] == {"ignore_capacity": True}


def test_the_shops_own_sign_in_is_offered_where_there_is_one(context: BrowserContext, house: House) -> None:
    house.desk.ways = {"password": False, "oidc": {"name": "Acme ID", "url": "/v1/desk/sign_in/oidc"}}
    page = context.new_page()
    page.goto(f"{house.address}/desk#sign_in_failed=no_role")
    expect(page.get_by_role("alert")).to_contain_text("no role at this desk")
    expect(page.get_by_role("button", name="Sign in with Acme ID")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)
    assert "#" not in page.url


def test_single_letters_can_be_switched_off_and_the_language_changed(screen: Screen) -> None:
    page = screen.page
    page.keyboard.press("?")
    page.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".tab")).to_have_count(0)
    page.get_by_role("button", name="settings and sign-out").click()
    page.get_by_label("Language of this page").select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_supervisor_reads_who_did_what_filters_it_and_goes_to_the_conversation(screen: Screen) -> None:
    page = screen.page
    page.keyboard.press("f")
    page.get_by_role("button", name="Audit log").click()
    rows = page.locator(".audit tbody tr")
    expect(rows).to_have_count(9)
    page.get_by_label("Whose data").fill("marta")
    page.get_by_label("Whose data").press("Enter")
    expect(rows).to_have_count(4)
    assert any("whose=marta" in path for _, path, _ in screen.desk.calls)
    page.get_by_role("button", name="c_tents").first.click()
    expect(page.locator(".tab.front")).to_contain_text("Marta Keller")


def test_why_this_reply_shows_each_source_as_it_was_by_keys_alone(screen: Screen) -> None:
    page = screen.page
    screen.take("c_tents")
    page.locator(".bubble .why").first.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Version 4f1c09a2b7de").first).to_be_visible()
    summary = drawer.locator("summary", has_text="The text as it was").first
    for _ in range(12):
        page.keyboard.press("Tab")
        if summary.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(drawer.get_by_text("You may return unworn goods").first).to_be_visible()


def test_a_supervisor_decides_by_keys_what_is_learnt_and_takes_it_back(screen: Screen) -> None:
    page = screen.page
    screen.desk.sets = None
    page.keyboard.press("f")
    page.get_by_role("button", name="Review").click()
    main = page.locator(".rv-main")
    expect(main.get_by_role("heading")).to_contain_text("Agent’s edit")
    page.keyboard.press("a")
    expect(main.get_by_role("heading")).to_contain_text("Handed over")
    assert screen.desk.calls[-1][1].startswith("/feedback/fc_")
    page.keyboard.press("a")  # an eval case without conditions: refused, back in its place, with why
    expect(page.get_by_role("alert")).to_contain_text("one condition a line")
    expect(page.get_by_label("What a good reply meets")).to_be_focused()
    page.get_by_label("What a good reply meets").fill("handoff: true")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(main.get_by_role("heading")).to_contain_text("Not found")
    page.keyboard.press("x")
    expect(main.get_by_role("heading")).to_contain_text("Said again")
    page.keyboard.press("u")
    expect(main.get_by_role("heading")).to_contain_text("Not found")
    page.locator(".modes button", has_text="Accepted").click()
    expect(page.locator(".rv-decided")).to_contain_text("by ada")
    page.get_by_role("button", name="Make a set").click()
    expect(page.locator(".rv-history")).to_contain_text("Learned 2 made")


VIEWS: dict[str, Callable[[Screen], None]] = {
    "queue": lambda screen: None,
    "conversation": lambda screen: screen.take(),
    "why": lambda screen: (screen.take(), screen.page.locator(".bubble .why").first.click())[1],
    "palette": lambda screen: screen.page.keyboard.press("Control+k"),
    "asked": lambda screen: (
        screen.take(),
        screen.page.locator(".ask").fill("tent"),
        screen.page.locator(".ask").press("Enter"),
        expect(screen.page.locator(".hit").first).to_be_visible(),
    )[3],
    "transfer": lambda screen: (screen.take(), screen.page.get_by_role("button", name="Transfer").click())[1],
    "floor": lambda screen: (
        screen.page.keyboard.press("f"),
        expect(screen.page.locator(".plot").first).to_be_visible(),
    )[1],
    "figures": lambda screen: (
        screen.page.keyboard.press("f"),
        screen.page.get_by_role("button", name="Figures").click(),
    )[1],
    "analytics": lambda screen: (
        screen.page.keyboard.press("f"),
        screen.page.get_by_role("button", name="Conversations", exact=True).click(),
        expect(screen.page.locator(".an-funnel")).to_be_visible(),
    )[1],
    "review": lambda screen: (
        screen.page.keyboard.press("f"),
        screen.page.get_by_role("button", name="Review").click(),
        expect(screen.page.locator(".rv-form")).to_be_visible(),
    )[1],
    "audit": lambda screen: (
        screen.page.keyboard.press("f"),
        screen.page.get_by_role("button", name="Audit log").click(),
        expect(screen.page.locator(".audit tbody tr").first).to_be_visible(),
        screen.page.locator(".audit summary").first.click(),
    )[3],
    "replies": lambda screen: (
        screen.page.keyboard.press("f"),
        screen.page.get_by_role("button", name="Canned replies").click(),
        screen.page.get_by_role("button", name="New reply").click(),
    )[2],
    "help": lambda screen: screen.page.keyboard.press("?"),
    "callbacks": lambda screen: screen.page.locator(".group").nth(3).click(),
}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_accessibility_finding(browser: Browser, house: House, scheme: Any) -> None:
    furnish(house.desk)
    house.desk.refuse.clear()
    house.desk.role = "supervisor"
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
    )
    watch_with_axe(context)
    found: dict[str, list[str]] = {}
    for name, play in VIEWS.items():
        furnish(house.desk)
        screen = enter(context, house)
        play(screen)
        screen.page.wait_for_load_state("networkidle")
        if faults := findings(screen.page):
            found[name] = faults
        screen.page.close()
    context.close()
    assert found == {}
