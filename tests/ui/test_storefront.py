"""The shop's own pages, in a real browser over a fake server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.conftest import Served, visit
from tests.ui.test_widget import LAYOUT_SHIFT

pytestmark = pytest.mark.ui


def test_the_front_shows_departments_and_picks(context: BrowserContext, served: Served) -> None:
    page = visit(context, served.address).page
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".department h3")).to_have_text(["Outdoor", "Sport", "Home", "Electronics"])
    expect(page.locator(".tile h3")).to_have_count(8)
    expect(page).to_have_title("Fjord & Field")


@pytest.mark.parametrize("path", ["", "search?q=tent", "p/p-regn-shell-jacket"])
def test_nothing_shifts_while_a_page_loads(context: BrowserContext, served: Served, path: str) -> None:
    page = visit(context, f"{served.address}{path}").page
    page.evaluate(LAYOUT_SHIFT)
    expect(page.locator("main img").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.05


def test_a_search_is_an_address_with_facets_and_the_way_back(context: BrowserContext, served: Served) -> None:
    page = visit(context, served.address).page
    page.get_by_label("Search the shop").fill("tent")
    page.get_by_label("Search the shop").press("Enter")
    expect(page).to_have_url(f"{served.address}search?q=tent")
    expect(page.locator(".total")).to_have_text("4 products")
    page.get_by_label(re.compile("Nordvik")).click()
    expect(page).to_have_url(f"{served.address}search?q=tent&brand=Nordvik")
    expect(page.locator(".tile h3")).to_have_text(["Senja 3 Tent"])
    page.go_back()
    expect(page.locator(".total")).to_have_text("4 products")


def test_a_category_is_reached_by_the_navigation(context: BrowserContext, served: Served) -> None:
    page = visit(context, served.address).page
    page.locator("#departments a", has_text="Outdoor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Outdoor")
    page.locator(".below a", has_text="Hiking").click()
    expect(page).to_have_url(f"{served.address}c/Outdoor/Hiking")
    expect(page.locator(".tile h3")).to_have_count(6)


def test_choosing_a_variant_changes_picture_price_and_stock(context: BrowserContext, served: Served) -> None:
    page = visit(context, f"{served.address}p/p-lofoten-2-tent").page
    expect(page.locator(".price.big")).to_have_text("$29.00")
    page.get_by_role("radio", name="Sand").check()
    expect(page.locator(".price.big")).to_have_text("$49.00")
    expect(page.locator(".gallery .picture img")).to_have_attribute("src", re.compile("colour=sand"))
    expect(page).to_have_url(re.compile("colour=sand"))


def test_the_cart_of_the_page_is_the_cart_of_the_conversation(context: BrowserContext, served: Served) -> None:
    chat = visit(context, f"{served.address}p/p-lofoten-2-tent")
    chat.page.get_by_role("button", name="Add to cart").click()
    expect(chat.page.locator("#toast")).to_contain_text("Lofoten 2 Tent is in your cart.")
    chat.page.get_by_role("link", name="Cart, 1 item").click()
    expect(chat.page.locator(".cart li h2")).to_have_text(["Lofoten 2 Tent"])
    chat.page.get_by_role("button", name="Chat with us, 1 unread").click()
    expect(chat.answers).to_contain_text("The Lofoten 2 Tent is in your cart.")
    chat.say("Show me tents")
    chat.page.locator("aisle-chat .card", has_text="Senja 3 Tent").get_by_role("button", name="Add to cart").click()
    expect(chat.page.locator(".cart li h2")).to_have_text(["Lofoten 2 Tent", "Senja 3 Tent"])
    expect(chat.page.locator("#cart-count")).to_have_text("2")


def test_the_cart_page_changes_quantities_and_removes(context: BrowserContext, served: Served) -> None:
    page = visit(context, f"{served.address}p/p-lofoten-2-tent").page
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Cart, 1 item").click()
    page.get_by_role("button", name="One more").click()
    expect(page.locator(".sum strong")).to_have_text("$58.00")
    page.reload()
    expect(page.locator(".sum strong")).to_have_text("$58.00")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart is empty")


def test_asking_about_a_product_opens_the_chat_with_it(context: BrowserContext, served: Served) -> None:
    chat = visit(context, f"{served.address}p/p-senja-3-tent")
    chat.page.get_by_role("button", name="Ask about this product").click()
    expect(chat.page.locator("aisle-chat .card h3")).to_have_text("Senja 3 Tent")
    assert [frame["arguments"] for frame in served.received("action")] == [{"product_id": "p-senja-3-tent"}]
    chat.page.keyboard.press("Escape")
    chat.page.get_by_role("button", name="Ask about this product").click()
    expect(chat.field).to_be_focused()
    assert len(served.received("action")) == 1


def test_a_card_leads_to_the_products_page_without_leaving_the_chat(context: BrowserContext, served: Served) -> None:
    chat = visit(context, served.address)
    chat.open()
    chat.say("Show me tents")
    chat.page.locator("aisle-chat .card h3 a", has_text="Skarv Tarp").click()
    expect(chat.page.locator("main h1")).to_have_text("Skarv Tarp")
    expect(chat.field).to_be_visible()


def test_an_address_that_leads_nowhere_says_so(context: BrowserContext, served: Served) -> None:
    page = visit(context, f"{served.address}p/nothing-like-it").page
    expect(page.get_by_role("heading", level=1)).to_have_text("This product is not here any more")


def test_a_shop_that_is_away_is_told_and_the_page_stands(context: BrowserContext, served: Served) -> None:
    served.faults(refuse_everything=True)
    page = visit(context, f"{served.address}search?q=tent").page
    expect(page.locator(".nothing")).to_contain_text("The shop cannot be reached just now.")


@pytest.mark.parametrize("path", ["", "search", "p/p-regn-shell-jacket", "cart"])
def test_on_a_phone_no_page_is_wider_than_the_screen(phone: BrowserContext, served: Served, path: str) -> None:
    page = visit(phone, f"{served.address}{path}").page
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
