"""Takes the README's pictures from a running server: `python scripts/screenshots.py http://127.0.0.1:8080 [FOLDER]`.

AISLE_DESK_PASSWORD is the admin's password for the desk's pictures; without it those are left out.
Each picture is one scene that a visitor could play by hand. Needs playwright and chromium (`make dev`). Writes PNG and
WebP files into docs/pictures/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk_pictures import STANDS, take_all
from playwright.sync_api import Browser, Page, expect, sync_playwright
from webp import as_webp

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWER_MILLISECONDS = 60_000
PRODUCT = ".tile h3 a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture: where, on what screen, and what is done before it is taken."""

    name: str
    path: str
    play: Callable[[Page], None]
    phone: bool = False
    scheme: Literal["light", "dark"] = "light"
    desk: bool = False
    """Needs an agent's password."""
    locale: str = "en-US"
    kind: Literal["png", "webp"] = "webp"


def look(page: Page) -> None:
    expect(page.locator("main img").first).to_be_visible()


def open_chat(page: Page) -> None:
    page.locator("aisle-chat .launcher").click()
    expect(page.get_by_label("Your message")).to_be_visible()


def say(page: Page, *messages: str) -> None:
    answers = page.locator("aisle-chat .entry.theirs:not(.writing)")
    for message in messages:
        before = answers.count()
        page.get_by_label("Your message").fill(message)
        page.get_by_label("Your message").press("Enter")
        expect(answers).to_have_count(before + 1, timeout=ANSWER_MILLISECONDS)
        expect(page.locator("aisle-chat .working")).to_be_hidden()


def ask(*messages: str) -> Callable[[Page], None]:
    def play(page: Page) -> None:
        look(page)
        open_chat(page)
        say(page, *messages)

    return play


def visit_product(page: Page) -> None:
    page.locator(PRODUCT).first.click()
    expect(page.get_by_role("button", name="Ask about this product")).to_be_visible()


def fill_cart(page: Page) -> None:
    visit_product(page)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#cart-count")).to_have_text("1", timeout=ANSWER_MILLISECONDS)
    page.locator(".cart-link").click()
    expect(page.locator(".cart li")).to_have_count(1)


def take_over(page: Page) -> None:
    """A customer asks for a person; an agent takes the conversation and gets a draft."""
    open_chat(page)
    say(
        page, "Hi, I am Maya Lindqvist, zip 97205, where is my latest order?", "I need a tent for two under 300 dollars"
    )
    say(page, "which one is lighter?", "I want to talk to a person")
    page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/')[2]}/desk")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(os.environ["AISLE_DESK_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    page.locator(".queue .line").last.click()
    page.get_by_role("button", name="Claim").click()
    expect(page.locator(".draft").first).to_be_visible(timeout=ANSWER_MILLISECONDS)


def ask_why(page: Page) -> None:
    """An agent looks into a reply of the assistant."""
    take_over(page)
    page.get_by_role("log").focus()
    page.get_by_role("button", name="Why this?").nth(1).click()
    expect(page.locator(".waterfall")).to_be_visible()


def look_over_the_floor(page: Page) -> None:
    """A supervisor's view of who waits and who works."""
    take_over(page)
    page.get_by_role("button", name="Floor").click()
    expect(page.locator(".plot").first).to_be_visible()


def talk_in_app(*messages: str) -> Callable[[Page], None]:
    """On the mobile app, in whatever language it has chosen."""

    def play(page: Page) -> None:
        answers = page.locator("aisle-mobile .entry.theirs:not(.writing)")
        field = page.locator("aisle-mobile .composer textarea")
        expect(field).to_be_visible()
        for message in messages:
            before = answers.count()
            field.fill(message)
            field.press("Enter")
            expect(answers).to_have_count(before + 1, timeout=ANSWER_MILLISECONDS)
            expect(page.locator("aisle-mobile .working")).to_be_hidden()
        for picture in page.locator("aisle-mobile .card img").all()[:2]:
            picture.evaluate("(img) => img.decode().catch(() => null)")

    return play


def continue_elsewhere(page: Page) -> None:
    talk_in_app("Show me warm jackets in blue")(page)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Continue on another device").click()
    expect(page.locator("aisle-mobile .letters")).to_be_visible()


def lose_network(page: Page) -> None:
    talk_in_app("I need a tent for two under 300 dollars")(page)
    page.context.set_offline(True)
    page.locator("aisle-mobile .composer textarea").fill("Is the Lofoten 2 in stock in Oslo?")
    page.keyboard.press("Enter")
    expect(page.locator("aisle-mobile .fate")).to_have_text("Waiting to be sent")


def wait_for_person(page: Page) -> None:
    talk_in_app("Ich möchte mit einem Menschen sprechen")(page)
    expect(page.locator("aisle-mobile .waiting")).to_be_visible()


SCENES = (
    Scene(name="shop", path="/", play=look),
    Scene(name="chat", path="/search?q=tent&in_stock=true", play=ask("I need a tent for two under 300 dollars")),
    Scene(name="phone-chat", path="/", play=ask("Show me warm jackets in blue"), phone=True),
    Scene(name="desk", path="/", play=take_over, kind="webp", desk=True),
    Scene(name="desk-why", path="/", play=ask_why, scheme="dark", kind="webp", desk=True),
    Scene(name="desk-floor", path="/", play=look_over_the_floor, kind="webp", desk=True),
    Scene(
        name="mobile", path="/m/", play=talk_in_app("I need a tent for two under 300 dollars"), phone=True, kind="webp"
    ),
    Scene(
        name="mobile-dark",
        path="/m/",
        play=talk_in_app("Show me warm jackets in blue"),
        phone=True,
        scheme="dark",
        kind="webp",
    ),
    Scene(
        name="mobile-de",
        path="/m/",
        play=talk_in_app("Zeig mir Zelte für zwei Personen"),
        phone=True,
        locale="de-DE",
        kind="webp",
    ),
    Scene(name="mobile-elsewhere", path="/m/", play=continue_elsewhere, phone=True, kind="webp"),
    Scene(name="mobile-offline", path="/m/", play=lose_network, phone=True, kind="webp"),
    Scene(
        name="mobile-person-de",
        path="/m/",
        play=wait_for_person,
        phone=True,
        scheme="dark",
        locale="de-DE",
        kind="webp",
    ),
    Scene(name="phone-policy", path="/", play=ask("How do returns work?"), phone=True, scheme="dark"),
)


def take(browser: Browser, address: str, scene: Scene, folder: Path) -> Path:
    size = (390, 844) if scene.phone else (1440, 900)
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scene.scheme,
        is_mobile=scene.phone,
        has_touch=scene.phone,
        reduced_motion="reduce",
        locale=scene.locale,
    )
    page = context.new_page()
    page.goto(f"{address.rstrip('/')}{scene.path}")
    scene.play(page)
    if not scene.path.startswith("/m/"):
        page.wait_for_load_state("networkidle")
    path = folder / f"{scene.name}.{scene.kind}"
    picture = page.screenshot()
    context.set_offline(False)
    path.write_bytes(picture if scene.kind == "png" else as_webp(context.new_page(), picture))
    context.close()
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running server, such as http://127.0.0.1:8080")
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    parser.add_argument("--only", help="names of scenes, by commas")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = given.only.split(",") if given.only else [scene.name for scene in (*SCENES, *STANDS)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for scene in SCENES:
            if scene.name in wanted and (not scene.desk or "AISLE_DESK_PASSWORD" in os.environ):
                path = take(browser, given.address, scene, given.folder)
                sys.stdout.write(f"{path} {path.stat().st_size // 1024} kB\n")
        for path in take_all(browser, given.address, given.folder, wanted.__contains__):
            sys.stdout.write(f"{path} {path.stat().st_size // 1024} kB\n")
        browser.close()


if __name__ == "__main__":
    main()
