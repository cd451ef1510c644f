"""What a customer sees of the chat, in a real browser over a fake server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import Chat, Served, visit

pytestmark = pytest.mark.ui
BROKEN = """() => { window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective)); }"""
LAYOUT_SHIFT = """() => { window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())
    window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true}); }"""


def test_an_answer_streams_into_its_place_and_every_card_is_named_in_it(chat: Chat) -> None:
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("The Lofoten 2 Tent is the lightest.")
    titles = chat.page.locator("aisle-chat .card h3").all_inner_texts()
    assert titles and all(title in chat.answers.inner_text() for title in titles)


def test_words_are_seen_before_the_answer_is_whole_and_stop_keeps_them(chat: Chat, served: Served) -> None:
    served.faults(hold=True)
    chat.say("Show me tents")
    expect(chat.page.locator("aisle-chat .entry.writing .bubble")).to_contain_text("I found 4 tents")
    chat.page.get_by_role("button", name="Stop").click()
    expect(chat.page.locator("aisle-chat .stopped")).to_have_text("Stopped")
    expect(chat.answers).to_contain_text("I found 4 tents")
    expect(chat.page.get_by_role("button", name="Stop")).to_be_hidden()


def test_the_stage_is_named_while_tools_run(chat: Chat, served: Served) -> None:
    served.faults(stage_pause=30)
    chat.say("Show me tents")
    expect(chat.page.locator("aisle-chat .working")).to_contain_text("Searching the catalogue…")
    expect(chat.page.locator("aisle-chat [data-part=status]")).to_have_text("Searching the catalogue…")


def test_nothing_shifts_while_an_answer_streams(chat: Chat) -> None:
    chat.page.evaluate(LAYOUT_SHIFT)
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.page.get_by_role("button", name="Cheaper")).to_be_visible()
    assert chat.page.evaluate("window.shift") < 0.02


def test_a_screen_reader_hears_whole_sentences_and_each_once(chat: Chat) -> None:
    chat.say("How do returns work?")
    expect(chat.answers).to_contain_text("5 working days.")
    spoken = chat.page.locator("aisle-chat [data-part=spoken] p")
    expect(spoken.last).to_contain_text("5 working days.")
    heard = spoken.all_inner_texts()
    assert all(re.search(r"[.!?]$", sentence) for sentence in heard)
    assert " ".join(heard) == chat.answers.inner_text()
    assert chat.log.get_attribute("aria-live") == "off"


def test_what_the_model_writes_is_only_ever_text(chat: Chat, served: Served) -> None:
    chat.say("Write me a script")
    expect(chat.answers).to_contain_text("<img src=x onerror=alert(1)>")
    assert chat.answers.locator("img").count() == 0
    assert chat.answers.locator("strong").inner_text() == "bold"
    links = [link.get_attribute("href") for link in chat.answers.locator("a").all()]
    assert links == [f"{served.address}p/p-lofoten-2-tent"]


def test_no_page_breaks_the_content_security_policy(context: BrowserContext, served: Served) -> None:
    chat = visit(context, served.address)
    chat.page.evaluate(BROKEN)
    chat.open()
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    for path in ("/search?q=tent", "/p/p-regn-shell-jacket", "/cart"):
        chat.page.evaluate(
            "(path) => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
        )
        expect(chat.page.locator("main h1").first).to_be_visible()
    assert chat.page.evaluate("broken") == []
    assert chat.console == []


def test_a_policy_is_quoted_with_its_title(chat: Chat) -> None:
    chat.say("How do returns work?")
    chat.page.locator("aisle-chat summary", has_text="Returns").click()
    expect(chat.page.locator("aisle-chat blockquote")).to_contain_text("within 60 days of delivery")


def test_a_quick_reply_is_sent_as_the_customers_words_and_then_goes(chat: Chat) -> None:
    chat.say("Hello")
    chat.page.get_by_role("button", name="Show me tents").click()
    expect(chat.mine.last).to_have_text("Show me tents")
    expect(chat.page.get_by_role("button", name="Show me tents")).to_have_count(0)


def test_a_confirmation_is_answered_once_and_shows_the_answer(chat: Chat, served: Served) -> None:
    chat.say("Please cancel it")
    chat.page.get_by_role("button", name="Yes, cancel it").click()
    expect(chat.page.locator("aisle-chat .verdict")).to_have_text("You said yes")
    expect(chat.page.get_by_role("button", name="Yes, cancel it")).to_be_hidden()
    assert [frame["action"] for frame in served.received("action")] == ["confirm"]


def test_a_failed_turn_is_told(chat: Chat) -> None:
    chat.say("Please fail")
    expect(chat.page.locator("aisle-chat .notice.turn_failed")).to_contain_text("Sorry, I could not finish that.")


def test_a_refused_message_can_be_tried_again_or_discarded(chat: Chat) -> None:
    chat.say("reject me")
    expect(chat.page.locator("aisle-chat .failed")).to_contain_text("Not sent.")
    chat.page.get_by_role("button", name="Try again").click()
    expect(chat.page.locator("aisle-chat .failed")).to_contain_text("Not sent.")
    chat.page.get_by_role("button", name="Discard").click()
    expect(chat.page.locator("aisle-chat .failed")).to_have_count(0)


def test_thumbs_and_a_comment_reach_the_shop(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    chat.page.get_by_role("button", name="Not helpful").click()
    chat.page.get_by_label("What could be better?").fill("Too long")
    chat.page.get_by_role("button", name="Send comment").click()
    expect(chat.page.locator("aisle-chat .thanks")).to_have_text("Thank you.")
    given = served.received("feedback")
    assert [(one["rating"], one.get("comment")) for one in given] == [("down", None), ("down", "Too long")]


def test_leaving_a_conversation_asks_how_it_was_and_begins_another(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_contain_text("Happy to help")
    chat.menu("New conversation")
    chat.page.get_by_role("button", name="Well", exact=True).click()
    chat.page.get_by_role("button", name="Done").click()
    expect(chat.page.get_by_text("Hello, and welcome.")).to_be_visible()
    assert [one["rating"] for one in served.received("feedback")] == ["up"]
    chat.menu("Earlier conversations")
    chat.page.get_by_role("button", name=re.compile("^Hello")).click()
    expect(chat.answers).to_contain_text("Happy to help")


def test_a_person_can_always_be_asked_for_and_is_announced(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_contain_text("Happy to help")
    chat.menu("Talk to a person")
    expect(chat.page.locator("aisle-chat .notice.handoff_requested")).to_be_visible()
    served.append("agent_joined", {"agent_id": "a1", "name": "Kari"}, status="agent")
    served.signal(signal="typing", who="agent", on=True)
    expect(chat.page.locator("aisle-chat .working")).to_be_visible()
    served.append("agent_said", {"agent_id": "a1", "text": "Hello, Kari here."}, actor="agent")
    expect(chat.page.locator("aisle-chat .agent")).to_contain_text("Hello, Kari here.")
    expect(chat.page.locator("aisle-chat .state")).to_have_text("You are talking with Kari")
    expect(chat.page.locator("aisle-chat .working")).to_be_hidden()


def test_a_conversation_that_is_closed_asks_how_it_was_and_writing_begins_another(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_contain_text("Happy to help")
    served.append("conversation_closed", {"reason": "solved"}, status="closed")
    expect(chat.page.get_by_role("heading", name="How did we do?")).to_be_visible()
    chat.page.get_by_role("button", name="Skip").click()
    expect(chat.page.locator("aisle-chat .notice.conversation_closed")).to_be_visible()
    chat.say("One more thing")
    expect(chat.mine).to_have_text(["One more thing"])
    expect(chat.answers).to_have_count(1)
    assert len(served.shop.conversations) == 2


def test_words_that_came_while_the_chat_was_shut_are_counted(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_contain_text("Happy to help")
    chat.page.keyboard.press("Escape")
    served.append("agent_said", {"agent_id": "a1", "text": "One more thing."}, actor="agent")
    expect(chat.page.get_by_role("button", name="Chat with us, 1 unread")).to_be_visible()
    chat.page.reload()
    chat.page.get_by_role("button", name="Chat with us, 1 unread").click()
    expect(chat.page.locator("aisle-chat .badge")).to_be_hidden()


def test_the_keyboard_alone_is_enough(context: BrowserContext, served: Served) -> None:
    chat = visit(context, f"{served.address}cart")
    launcher = chat.page.get_by_role("button", name="Chat with us")
    launcher.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    chat.page.keyboard.type("first line")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("second line")
    chat.page.keyboard.press("Enter")
    expect(chat.mine).to_have_text("first line\nsecond line")
    expect(chat.field).to_be_focused()
    expect(chat.answers).to_contain_text("Happy to help")  # the menu offers a new conversation once there is one
    chat.page.get_by_role("button", name="More", exact=True).press("Enter")
    expect(chat.page.get_by_role("menuitem", name="Talk to a person")).to_be_focused()
    chat.page.keyboard.press("ArrowDown")
    expect(chat.page.get_by_role("menuitem", name="New conversation")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("button", name="More", exact=True)).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(launcher).to_be_focused()


def test_an_input_methods_enter_does_not_send(chat: Chat, served: Served) -> None:
    chat.field.fill("こんにちは")
    chat.field.evaluate(
        "(f) => f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(chat.field).to_have_value("こんにちは")
    assert served.received("message") == []


def test_a_message_that_is_too_long_is_counted_and_not_sent(chat: Chat, served: Served) -> None:
    chat.field.fill("é" * 3_990)
    expect(chat.page.locator("aisle-chat .count")).to_have_text("10 characters left")
    chat.field.fill("é" * 4_003)
    expect(chat.page.locator("aisle-chat .count")).to_have_text("3 characters too many")
    expect(chat.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    chat.field.press("Enter")
    assert served.received("message") == []


def test_on_a_phone_the_chat_is_the_page_and_nothing_behind_it_is_reached(
    phone: BrowserContext, served: Served
) -> None:
    chat = visit(phone, served.address)
    chat.open()
    panel = chat.page.get_by_role("dialog")
    box = panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert panel.get_attribute("aria-modal") == "true"
    assert chat.page.locator("main").evaluate("(node) => node.inert")
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390
    chat.page.get_by_role("button", name="Close chat").click()
    assert not chat.page.locator("main").evaluate("(node) => node.inert")


@pytest.mark.parametrize("language", ["nb", "de", "fr", "es", "ar"])
def test_the_widget_speaks_the_customers_language(context: BrowserContext, served: Served, language: str) -> None:
    chat = visit(context, f"{served.address}elsewhere?shop=/&language={language}")
    chat.page.locator("aisle-chat .launcher").click()
    expect(chat.page.locator("aisle-chat .hello h2")).not_to_have_text("Hello, and welcome.")
    direction = "rtl" if language == "ar" else "ltr"
    assert chat.page.locator("aisle-chat .panel").evaluate("(node) => getComputedStyle(node).direction") == direction
    assert chat.page.locator("aisle-chat").get_attribute("lang") == language
    log = chat.page.locator("aisle-chat .log")
    assert log.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_the_language_and_the_appearance_can_be_chosen_and_stay(chat: Chat) -> None:
    chat.page.get_by_role("button", name="More", exact=True).click()
    chat.page.get_by_label("Appearance").select_option("dark")
    chat.page.get_by_label("Language").select_option("de")
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "de")
    chat.page.reload()
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "de")
    assert chat.page.locator("aisle-chat").get_attribute("theme") == "dark"
    assert chat.page.locator("html").get_attribute("data-theme") == "dark"


def test_the_widget_follows_the_conversation_into_another_language_until_one_is_chosen(chat: Chat) -> None:
    chat.say("Ich suche ein Zelt")
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "de")
    field = chat.page.get_by_label("Ihre Nachricht")
    expect(field).to_be_focused()
    expect(chat.answers).to_contain_text("Für wie viele Personen")
    field.fill("Hello")
    field.press("Enter")
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "en")
    chat.page.get_by_role("button", name="More", exact=True).click()
    chat.page.get_by_label("Language").select_option("fr")
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "fr")
    expect(chat.page.locator("aisle-chat .panel")).to_be_visible()
    chat.page.locator("aisle-chat .field textarea").fill("Hello again")
    chat.page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(3)
    expect(chat.page.locator("aisle-chat")).to_have_attribute("lang", "fr")


def test_one_script_tag_is_all_that_another_site_needs(
    context: BrowserContext, served: Served, other_site: Served
) -> None:
    chat = visit(context, f"{other_site.address}elsewhere?shop={served.address}&language=en")
    chat.open()
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.page.locator("aisle-chat h2").first).to_have_text("Elsewhere")
    link = chat.page.locator("aisle-chat .card h3 a").first.get_attribute("href")
    assert link == f"{served.address}p/p-lofoten-2-tent"
    assert chat.console == []


def test_a_code_carries_the_conversation_to_another_device(chat: Chat) -> None:
    chat.say("Hello")
    expect(chat.answers).to_contain_text("Happy to help")
    chat.menu("Continue on another device")
    expect(chat.page.get_by_text("K7PQ-2M")).to_be_visible()
    natural = chat.page.locator("aisle-chat .code img").evaluate(
        "(image) => image.decode().then(() => image.naturalWidth)"
    )
    assert natural > 0
