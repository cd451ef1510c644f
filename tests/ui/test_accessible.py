"""axe-core (bundled with axe-playwright-python) finds nothing serious on what customers see, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Served

pytestmark = [pytest.mark.ui, pytest.mark.slow]
SERIOUS = ("serious", "critical")


def talk(page: Page) -> None:
    page.get_by_label("Your message").fill("Show me tents")
    page.get_by_label("Your message").press("Enter")
    expect(page.locator(".entry.theirs:not(.writing) .bubble").first).to_contain_text("lightest")
    expect(page.get_by_role("button", name="Cheaper")).to_be_visible()


def widget(page: Page) -> None:
    page.get_by_role("button", name="Chat with us").click()
    talk(page)


def menu(page: Page) -> None:
    talk(page)
    page.get_by_role("button", name="More", exact=True).click()


def other_device(page: Page) -> None:
    menu(page)
    page.get_by_role("menuitem", name="Continue on another device").click()
    expect(page.locator(".letters")).to_be_visible()


def sign_in(page: Page) -> None:
    menu(page)
    page.get_by_role("menuitem", name="Sign in").click()
    expect(page.get_by_label("E-mail")).to_be_visible()


def person(page: Page) -> None:
    page.get_by_label("Your message").fill("I want a person")
    page.get_by_label("Your message").press("Enter")
    page.get_by_role("button", name="Leave a message").click()
    expect(page.get_by_role("region", name="Leave a message")).to_be_visible()


def look(page: Page) -> None:
    expect(page.locator("main h1").first).to_be_visible()


SCENES: dict[str, tuple[str, Callable[[Page], None], bool]] = {
    "shop": ("", look, False),
    "search": ("search?q=tent", look, False),
    "product": ("p/p-lofoten-2-tent", look, False),
    "widget": ("cart", widget, False),
    "app": ("m/", talk, True),
    "app-menu": ("m/", menu, True),
    "app-device": ("m/", other_device, True),
    "app-sign-in": ("m/", sign_in, True),
    "app-person": ("m/", person, True),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_serious_is_found(
    browser: Browser, served: Served, scene: str, scheme: Literal["light", "dark"]
) -> None:
    path, play, phone = SCENES[scene]
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        locale="en-US",
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",
    )
    page = context.new_page()
    page.goto(f"{served.address}{path}")
    play(page)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in SERIOUS
    ] == []
