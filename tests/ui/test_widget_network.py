"""What the chat does when the network does not: nothing lost, nothing twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import Chat, Served, visit

pytestmark = pytest.mark.ui


def test_a_reload_brings_everything_back(chat: Chat) -> None:
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    before = chat.log.inner_text()
    chat.page.reload()
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.page.get_by_role("button", name="Cheaper")).to_be_visible()
    assert chat.log.inner_text() == before


def test_a_reload_in_the_middle_of_an_answer_goes_on_with_it(chat: Chat, served: Served) -> None:
    served.faults(hold=True)
    chat.say("Show me tents")
    expect(chat.page.locator("aisle-chat .entry.writing .bubble")).to_contain_text("I found 4 tents")
    chat.page.reload()
    expect(chat.page.locator("aisle-chat .entry.writing .bubble")).to_contain_text("I found 4 tents")
    served.faults(hold=False)
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.answers).to_have_count(1)


def test_a_cut_in_the_middle_of_an_answer_loses_no_word(chat: Chat, served: Served) -> None:
    served.faults(pace=0.05)
    chat.say("Show me tents")
    expect(chat.page.locator("aisle-chat .entry.writing .bubble")).to_contain_text("I found")
    served.cut()
    expect(chat.answers).to_contain_text("I found 4 tents that stand up to rain.")
    expect(chat.answers).to_have_count(1)
    expect(chat.mine).to_have_count(1)


def test_an_answer_lost_on_the_way_is_sent_again_with_the_same_client_id(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_have_count(1)
    served.faults(swallow_accepted=1)
    chat.say("Show me tents")
    expect(chat.answers).to_have_count(2)
    assert served.said() == ["Hello", "Show me tents"]


def test_what_is_written_while_the_shop_is_away_survives_a_reload_and_is_sent_once(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_have_count(1)
    served.faults(refuse_everything=True)
    served.cut()
    expect(chat.page.locator("aisle-chat .banner")).to_contain_text("You are offline.")
    chat.say("Are you there?")
    expect(chat.page.locator("aisle-chat .sending")).to_contain_text("Are you there?")
    chat.page.reload()
    expect(chat.page.locator("aisle-chat .sending")).to_contain_text("Are you there?")
    served.faults(refuse_everything=False)
    chat.page.evaluate("dispatchEvent(new Event('online'))")
    expect(chat.answers).to_have_count(2, timeout=15_000)
    expect(chat.page.locator("aisle-chat .banner")).to_be_hidden()
    assert served.said() == ["Hello", "Are you there?"]


def test_the_very_first_message_waits_for_the_shop_to_come_back(chat: Chat, served: Served) -> None:
    served.faults(refuse_everything=True)
    chat.say("Hello")
    expect(chat.page.locator("aisle-chat .sending")).to_contain_text("Hello")
    served.faults(refuse_everything=False)
    expect(chat.answers).to_have_count(1, timeout=15_000)
    assert served.said() == ["Hello"]


def test_frames_that_come_twice_are_shown_once(chat: Chat, served: Served) -> None:
    served.faults(duplicate_frames=True)
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    expect(chat.answers).to_have_count(1)
    expect(chat.mine).to_have_count(1)
    assert chat.answers.inner_text().count("I found") == 1


def test_a_hole_in_the_log_is_noticed_and_filled(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_have_count(1)
    served.faults(skip_events=1)
    served.append("agent_said", {"agent_id": "a", "text": "This one gets lost."})
    served.append("agent_said", {"agent_id": "a", "text": "This one comes."})
    expect(chat.page.locator("aisle-chat .agent .bubble")).to_have_text(["This one gets lost.", "This one comes."])


def test_without_websockets_everything_works_over_http(context: BrowserContext, served: Served) -> None:
    served.faults(refuse_sockets=True)
    chat = visit(context, f"{served.address}cart")
    chat.open()
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest", timeout=15_000)
    served.faults(hold=True)
    chat.say("Show me tents once more")
    expect(chat.page.locator("aisle-chat .entry.writing .bubble")).to_contain_text("I found 4 tents")
    chat.page.get_by_role("button", name="Stop").click()
    expect(chat.page.locator("aisle-chat .stopped")).to_be_visible()
    assert served.said() == ["Show me tents", "Show me tents once more"]


def test_two_tabs_share_one_conversation(context: BrowserContext, served: Served) -> None:
    first, second = visit(context, f"{served.address}cart"), visit(context, f"{served.address}cart")
    first.open()
    first.say("Hello")
    expect(first.answers).to_have_count(1)
    second.open()
    expect(second.answers).to_have_count(1)
    second.say("Show me tents")
    expect(first.answers).to_have_count(2)
    assert len(served.shop.conversations) == 1


def test_a_token_that_opens_nothing_any_more_starts_a_new_conversation(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_have_count(1)
    served.shop.conversations.clear()
    served.cut()
    expect(chat.page.get_by_text("Hello, and welcome.")).to_be_visible()
    chat.say("Hello again")
    expect(chat.answers).to_have_count(1)
    assert served.said() == ["Hello again"]


def test_a_conversation_far_ahead_is_read_by_pages(chat: Chat, served: Served) -> None:
    chat.say("Hello")
    expect(chat.answers).to_have_count(1)
    for number in range(12):
        served.append("agent_said", {"agent_id": "a", "text": f"Number {number}"})
    served.faults(reset_once=True)
    chat.page.reload()
    expect(chat.page.locator("aisle-chat .agent .bubble").last).to_have_text("Number 11")
    expect(chat.page.locator("aisle-chat .agent .bubble")).to_have_count(12)
