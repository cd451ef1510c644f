"""Every page at two sizes, light and dark, with what axe-core finds there: `python scripts/look.py http://127.0.0.1:8080`.

Plays each scene on a running demo shop and writes pictures, `findings.json` and a contact sheet (`index.html`) into out/look/.
AISLE_DESK_PASSWORD is the desk administrator's, after the first sign-in; ADMIN_TOKEN opens /admin. Without them those scenes are
left out. Needs playwright and chromium (`make dev`), and axe-core for the findings (`npm install --no-save axe-core`). The pictures
are to be looked at; nothing is committed.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright
from screenshots import ANSWER_MILLISECONDS, QUIET, ask, fill_cart, look, open_chat, talk_in_app, visit_product

ROOT = Path(__file__).parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desktop": (1280, 800), "upright": (1080, 1920), "lying": (1366, 768)}
BOTH, STANDS = ("phone", "desktop"), ("upright", "lying")
SCHEMES: Sequence[Literal["light", "dark"]] = ("light", "dark")
SERIOUS = ("serious", "critical")
WHO = "Hi, I am Maya Lindqvist, zip 97205, where is my latest order?"
Play = Callable[[Page], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A page, and what a visitor did there before the picture."""

    name: str
    path: str
    play: Play = lambda page: None
    sizes: Sequence[str] = BOTH
    needs: str = ""
    """A setting without which it is left out."""


def menu(item: str) -> Play:
    """The chat's menu, and one of its items."""

    def play(page: Page) -> None:
        ask("Show me tents for two")(page)
        page.get_by_role("button", name="More", exact=True).click()
        if item:
            page.get_by_role("menuitem", name=item).click()
            page.wait_for_timeout(600)

    return play


def greet(page: Page) -> None:
    look(page)
    open_chat(page)


def offline(page: Page) -> None:
    ask("Show me tents for two")(page)
    page.context.set_offline(True)
    page.get_by_label("Your message").fill("Is the first one waterproof?")
    page.get_by_label("Your message").press("Enter")
    page.wait_for_timeout(1500)


def hear(page: Page) -> None:
    look(page)
    open_chat(page)
    page.get_by_role("button", name="Talk", exact=True).click()
    page.wait_for_timeout(1500)


def stand(*messages: str, then: str = "") -> Play:
    """At the kiosk: typed, and then one of the tools above."""

    def play(page: Page) -> None:
        expect(page.locator(".slide")).to_be_visible(timeout=ANSWER_MILLISECONDS)
        if not messages and not then:
            return
        page.locator(".pitch button").first.click()
        expect(page.locator(".dock")).to_be_visible()
        for message in messages:
            before = page.locator(".theirs:not(.writing)").count()
            page.locator(".side.type").click()
            page.locator(".typed input").fill(message)
            page.locator(".key.go").click()
            expect(page.locator(".theirs:not(.writing)")).to_have_count(before + 1, timeout=ANSWER_MILLISECONDS)
        if then:
            page.locator(".tool", has=page.locator(f".icon-{then}")).click()
            page.wait_for_timeout(800)

    return play


def app_menu(item: str) -> Play:
    def play(page: Page) -> None:
        talk_in_app("Show me warm jackets in blue")(page)
        page.get_by_role("button", name="More", exact=True).click()
        if item:
            page.get_by_role("menuitem", name=item).click()
            page.wait_for_timeout(600)

    return play


def agent(then: str = "") -> Play:
    """At the desk, signed in; then a conversation, or a page by its button."""

    def play(page: Page) -> None:
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill(os.environ["AISLE_DESK_PASSWORD"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(".queue")).to_be_visible()
        page.wait_for_timeout(800)
        if then == "conversation":
            page.locator(".queue .line, [data-id]").last.click()
            page.wait_for_timeout(800)
        elif then == "settings":
            page.get_by_role("button", name="settings and sign-out").click()
        elif then:
            page.get_by_role("button", name=then).first.click()
            page.wait_for_timeout(1200)

    return play


def operator(page: Page) -> None:
    page.get_by_label("Admin token").fill(os.environ["ADMIN_TOKEN"])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Admin token")).to_be_hidden()
    page.wait_for_timeout(1500)


CARD = "/search?q=tent&in_stock=true"
KIOSK = "/kiosk?store=portland&name=front&lang=en&idle=600"
SCENES = (
    Scene(name="shop", path="/", play=look),
    Scene(name="search", path="/search?q=tent", play=look),
    Scene(name="nothing-found", path="/search?q=zxqv"),
    Scene(name="product", path=CARD, play=visit_product),
    Scene(name="cart", path="/search?q=jacket&in_stock=true", play=fill_cart),
    Scene(name="cart-empty", path="/cart"),
    Scene(name="not-there", path="/p/nothing"),
    Scene(name="chat-greeting", path="/", play=greet),
    Scene(name="chat-cards", path="/", play=ask("I need a tent for two under 300 dollars")),
    Scene(name="chat-compare", path="/", play=ask("I need a tent for two under 300 dollars", "Compare the first two")),
    Scene(
        name="chat-cart",
        path="/",
        play=ask("I need a tent for two", "Add the first one to my cart", "What is in my cart?"),
    ),
    Scene(name="chat-order", path="/", play=ask(WHO)),
    Scene(name="chat-cancel", path="/", play=ask(WHO, "Please cancel it")),
    Scene(name="chat-policy", path="/", play=ask("How do returns work?")),
    Scene(name="chat-stores", path="/", play=ask("Which stores are near Portland?")),
    Scene(name="chat-person", path="/", play=ask("I want to talk to a person")),
    Scene(name="chat-voice", path="/", play=hear),
    Scene(name="chat-menu", path="/", play=menu("")),
    Scene(name="chat-your-data", path="/", play=menu("Your data")),
    Scene(name="chat-elsewhere", path="/", play=menu("Continue on another device")),
    Scene(name="chat-sign-in", path="/", play=menu("Sign in")),
    Scene(name="chat-offline", path="/", play=offline),
    Scene(name="app", path="/m/", play=lambda page: page.wait_for_timeout(500)),
    Scene(name="app-cards", path="/m/", play=talk_in_app("I need a tent for two under 300 dollars")),
    Scene(name="app-menu", path="/m/", play=app_menu("")),
    Scene(name="app-your-data", path="/m/", play=app_menu("Your data")),
    Scene(name="kiosk", path=KIOSK, play=stand(), sizes=STANDS),
    Scene(name="kiosk-cards", path=KIOSK, play=stand("Show me tents for two"), sizes=STANDS),
    Scene(name="kiosk-where", path=KIOSK, play=stand("Show me tents for two", "Where is the first one?"), sizes=STANDS),
    Scene(name="kiosk-plan", path=KIOSK, play=stand(then="pin"), sizes=STANDS),
    Scene(name="kiosk-phone", path=KIOSK, play=stand("Show me tents for two", then="phone"), sizes=STANDS),
    Scene(name="desk-door", path="/desk"),
    Scene(name="desk", path="/desk", play=agent(), needs="AISLE_DESK_PASSWORD"),
    Scene(name="desk-conversation", path="/desk", play=agent("conversation"), needs="AISLE_DESK_PASSWORD"),
    Scene(name="desk-floor", path="/desk", play=agent("Floor"), needs="AISLE_DESK_PASSWORD"),
    Scene(name="desk-settings", path="/desk", play=agent("settings"), needs="AISLE_DESK_PASSWORD"),
    Scene(name="admin-door", path="/admin"),
    Scene(name="admin", path="/admin", play=operator, needs="ADMIN_TOKEN"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    name: str
    size: str
    scheme: str
    file: str
    findings: Sequence[str]


def seen(
    browser: Browser, address: str, folder: Path, scene: Scene, size: str, scheme: Literal["light", "dark"]
) -> Seen:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        has_touch=size != "desktop",
        is_mobile=size == "phone",
        reduced_motion="reduce",
        locale="en-US",
        permissions=["microphone"],
    )
    if AXE.exists():
        context.add_init_script(path=AXE)
    page = context.new_page()
    page.set_default_timeout(20_000)
    findings: list[str] = []
    theme = f"&theme={scheme}" if scene.path.startswith("/kiosk") else ""
    try:
        page.goto(f"{address.rstrip('/')}{scene.path}{theme}")
        scene.play(page)
        page.wait_for_timeout(300)
    except (Error, AssertionError) as error:
        findings.append(f"the scene was not played to its end: {str(error).splitlines()[0]}")
    findings += _found(page)
    file = f"{scene.name}-{size}-{scheme}.png"
    page.screenshot(path=folder / file)
    context.close()
    return Seen(name=scene.name, size=size, scheme=scheme, file=file, findings=findings)


def _found(page: Page) -> Iterator[str]:
    """What axe holds to be serious (contrast among it), and whether the page is wider than its window."""
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wider > 0:
        yield f"wider than its window by {wider} pixels"
    if not AXE.exists():
        return
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for one in found["violations"]:
        if one["impact"] in SERIOUS:
            where = "; ".join(str(node["target"]) for node in one["nodes"][:4])
            yield f"{one['id']}: {one['help']} at {where}"


def sheet(taken: Sequence[Seen]) -> str:
    """All pictures on one page, in the order of the scenes."""
    figures = "\n".join(
        f'<figure><a href="{one.file}"><img src="{one.file}" alt="" loading="lazy"></a><figcaption>{one.name} · {one.size} · '
        f"{one.scheme}{''.join(f'<b>{html.escape(told)}</b>' for told in one.findings)}</figcaption></figure>"
        for one in taken
    )
    style = (
        "body{margin:16px;font:14px system-ui;background:#88908c;display:grid;gap:16px;align-items:start;"
        "grid-template-columns:repeat(auto-fill,minmax(340px,1fr))}figure{margin:0}img{width:100%}b{display:block;color:#7a0d0d}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Every page</title><style>{style}</style>{figures}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running server with the demo shop, such as http://127.0.0.1:8080")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "out" / "look")
    parser.add_argument("--only", default="", help="scenes whose name begins so; several by commas")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    starts = tuple(given.only.split(","))
    taken: list[Seen] = []
    with sync_playwright() as playwright:
        fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*QUIET, *fake])
        for scene in SCENES:
            if not scene.name.startswith(starts) or (scene.needs and scene.needs not in os.environ):
                continue
            for size in scene.sizes:
                for scheme in SCHEMES:
                    taken.append(seen(browser, given.address, given.folder, scene, size, scheme))
                    sys.stdout.write(f"{taken[-1].file} {'; '.join(taken[-1].findings)}\n")
                    sys.stdout.flush()
        browser.close()
    (given.folder / "index.html").write_text(sheet(taken), encoding="utf-8")
    told = {one.file: one.findings for one in taken if one.findings}
    (given.folder / "findings.json").write_text(json.dumps(told, indent=2), encoding="utf-8")
    sys.stdout.write(f"{len(taken)} pictures, {len(told)} with findings: {given.folder / 'index.html'}\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
