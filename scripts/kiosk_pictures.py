"""The kiosk's pictures: `python scripts/kiosk_pictures.py http://127.0.0.1:8080 [FOLDER] [--only NAMES]`.

Scenes of the screen in a store, upright (1080 × 1920) and lying (1366 × 768). `screenshots.py` takes them with the others.
Writes WebP files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright
from webp import as_webp

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
UPRIGHT, LYING = (1080, 1920), (1366, 768)
STORE = "portland"
ANSWER_MILLISECONDS = 60_000
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One picture: what a visitor did before it."""

    name: str
    play: Callable[[Page], None]
    size: tuple[int, int] = UPRIGHT
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"


def look(page: Page) -> None:
    expect(page.locator(".slide strong")).to_be_visible()


def begin(page: Page) -> None:
    page.locator(".pitch button").first.click()
    expect(page.locator(".dock")).to_be_visible()


def ask(*messages: str) -> Callable[[Page], None]:
    def play(page: Page) -> None:
        begin(page)
        for message in messages:
            answers = page.locator(".theirs:not(.writing)")
            before = answers.count()
            page.locator(".side.type").click()
            page.locator(".typed input").fill(message)
            page.locator(".key.go").click()
            expect(answers).to_have_count(before + 1, timeout=ANSWER_MILLISECONDS)

    return play


def whole_plan(page: Page) -> None:
    begin(page)
    page.locator(".tool", has=page.locator(".icon-pin")).click()
    expect(page.locator("aisle-floor-plan svg")).to_be_visible()


def to_phone(page: Page) -> None:
    ask("Show me tents for two")(page)
    page.locator(".tool", has=page.locator(".icon-phone")).click()
    expect(page.locator(".qr")).to_be_visible()


def find(*messages: str) -> Callable[[Page], None]:
    def play(page: Page) -> None:
        ask(*messages)(page)
        expect(page.locator(".place strong").first).to_be_visible()

    return play


STANDS = (
    Stand(name="kiosk-attract", play=look),
    Stand(name="kiosk-attract-wide", play=look, size=LYING, scheme="dark", language="de"),
    Stand(name="kiosk-cards", play=ask("Show me tents for two")),
    Stand(name="kiosk-map", play=find("Show me tents for two", "Where is the first one?")),
    Stand(name="kiosk-map-dark", play=find("Wo finde ich Kopfhörer?"), scheme="dark", language="de"),
    Stand(name="kiosk-map-wide", play=find("¿Dónde encuentro las chaquetas?"), size=LYING, language="es"),
    Stand(name="kiosk-plan-wide", play=whole_plan, size=LYING, scheme="dark", language="fr"),
    Stand(name="kiosk-phone", play=to_phone),
)


def take(browser: Browser, address: str, stand: Stand, folder: Path) -> Path:
    width, height = stand.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=stand.scheme,
        has_touch=True,
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    asked = f"store={STORE}&name=front&lang={stand.language}&theme={stand.scheme}&idle=600"
    page.goto(f"{address.rstrip('/')}/kiosk?{asked}")
    expect(page.locator(".slide")).to_be_visible(timeout=ANSWER_MILLISECONDS)
    stand.play(page)
    page.wait_for_load_state("networkidle")
    path = folder / f"{stand.name}.webp"
    path.write_bytes(as_webp(context.new_page(), page.screenshot()))
    context.close()
    return path


def take_all(browser: Browser, address: str, folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    for stand in STANDS:
        if wanted(stand.name):
            yield take(browser, address, stand, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running server with the demo shop, such as http://127.0.0.1:8080")
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    parser.add_argument("--only", help="names of scenes, by commas")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    names = given.only.split(",") if given.only else [stand.name for stand in STANDS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", *MICROPHONE]
        )
        for path in take_all(browser, given.address, given.folder, names.__contains__):
            sys.stdout.write(f"{path} {path.stat().st_size // 1024} kB\n")
        browser.close()


if __name__ == "__main__":
    main()
