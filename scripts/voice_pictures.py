"""Takes the pictures of the voice from a running server: `python scripts/voice_pictures.py http://127.0.0.1:8080 [FOLDER]`.

A question is spoken by the product's own voice into the browser's microphone, and each state is pictured as it comes:
listening, thinking, speaking; in the widget and on the kiosk, on a phone, a desktop and 1080 × 1920, in English and German.
Needs playwright, chromium (`make dev`) and a server with speech (AISLE_SPEECH_LOAD=start). Writes WebP files into
docs/pictures/; the browser itself encodes them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import shutil
import sys
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page, Playwright, expect, sync_playwright

from model_serving.speech import open_speech
from model_serving.speech_settings import SpeechSettings

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SIZES = {"kiosk": (1080, 1920), "desktop": (1440, 900), "phone": (390, 844)}
QUESTIONS = {"en": "Show me warm jackets.", "de": "Zeig mir warme Jacken"}
SPOKEN = {"en": True, "de": False}
"""Only the English voice of the packages is understood by the ears; in German the question is written."""
LONGEST = 60_000
RATE = 16_000
BEFORE_SECONDS, AFTER_SECONDS = 4.0, 60.0
SAID = 1.5
"""Seconds into the reply, so that words have been said."""

ENCODE = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.82);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    page: Literal["widget", "kiosk"]
    size: Literal["kiosk", "desktop", "phone"]
    language: Literal["en", "de"]

    @property
    def name(self) -> str:
        return f"voice-{self.page}-{self.size}-{self.language}"


SCENES = [
    Scene(page=page, size=size, language=language)
    for page, size in (
        ("kiosk", "kiosk"),
        ("kiosk", "desktop"),
        ("kiosk", "phone"),
        ("widget", "desktop"),
        ("widget", "phone"),
    )
    for language in ("en", "de")
]


async def speak(folder: Path) -> dict[str, Path]:
    """One recording a language: silence, the question, silence."""
    made = {}
    async with open_speech(SpeechSettings()) as speech:
        for language, question in QUESTIONS.items():
            said = (await speech.say(question, language=language)).at(RATE).pcm16()
            said = said if SPOKEN[language] else b""
            made[language] = folder / f"{language}.wav"
            with wave.open(str(made[language]), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes(
                    bytes(2 * round(BEFORE_SECONDS * RATE)) + said + bytes(2 * round(AFTER_SECONDS * RATE))
                )
    return made


def take(playwright: Playwright, address: str, scene: Scene, recording: Path, folder: Path, kind: str) -> list[Path]:
    voice = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    args = [*QUIET, *voice, f"--use-file-for-fake-audio-capture={recording}%noloop"]
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=args)
    width, height = SIZES[scene.size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=scene.language, has_touch=True, color_scheme="light"
    )
    page = context.new_page()
    begin(page, address.rstrip("/"), scene)
    shots: dict[Path, bytes] = {}
    for state in ("listening", "thinking", "speaking"):
        dock(page, state).wait_for(timeout=LONGEST)  # looks at every frame: a thought may take less than half a second
        if state == "listening" and not SPOKEN[scene.language]:
            shots[folder / f"{scene.name}-{state}.{kind}"] = page.screenshot()
            ask(page, scene)
            continue
        if state == "speaking":
            said = page.locator(".now")
            said.wait_for(timeout=LONGEST)
            page.wait_for_timeout(SAID * 1_000)
        shots[folder / f"{scene.name}-{state}.{kind}"] = page.screenshot()
    blank = browser.new_page()
    for path, png in shots.items():
        path.write_bytes(png if kind == "png" else as_webp(blank, png))
    browser.close()
    return list(shots)


def begin(page: Page, address: str, scene: Scene) -> None:
    if scene.page == "kiosk":
        page.goto(f"{address}/kiosk?lang={scene.language}&store={first_store(page, address)}")
        expect(page.locator(".pitch button").first).to_be_visible()
        page.locator(".pitch button").first.click()
        return
    page.goto(f"{address}/search?q=jacket")
    expect(page.locator("main img").first).to_be_visible()
    page.locator("aisle-chat .launcher").click()
    if scene.language != "en":
        page.locator("aisle-chat .menu-place > button").click()
        page.locator("aisle-chat select").last.select_option(scene.language)
        expect(page.locator("aisle-chat")).to_have_attribute("lang", scene.language)
    page.locator("aisle-chat .mic").click()


def ask(page: Page, scene: Scene) -> None:
    if scene.page == "kiosk":
        page.locator(".replies button").first.click()
        return
    field = page.locator("aisle-chat .field textarea")
    field.fill(QUESTIONS[scene.language])
    field.press("Enter")


def first_store(page: Page, address: str) -> str:
    return str(page.request.get(f"{address}/v1/stores").json()["stores"][0]["id"])


def dock(page: Page, state: str) -> Locator:
    return page.locator(f".voice[data-state={state}]")


def as_webp(page: Page, png: bytes) -> bytes:
    encoded: str = page.evaluate(ENCODE, base64.b64encode(png).decode())
    return base64.b64decode(encoded.split(",", 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running server, such as http://127.0.0.1:8080")
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    parser.add_argument("--only", default="", help="beginnings of names, by commas")
    parser.add_argument("--kind", choices=("webp", "png"), default="webp")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = [scene for scene in SCENES if scene.name.startswith(tuple(given.only.split(",")))]
    with tempfile.TemporaryDirectory() as made:
        recordings = asyncio.run(speak(Path(made)))
        with sync_playwright() as playwright:
            for scene in wanted:
                for path in take(
                    playwright, given.address, scene, recordings[scene.language], given.folder, given.kind
                ):
                    sys.stdout.write(f"{path} {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
