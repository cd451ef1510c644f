"""The pure modules of the pages, tried by node; and what must hold for every file that a browser gets."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from channels.lean import lean

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "channels" / "web_chat" / "page"
KIOSK = ROOT / "channels" / "kiosk" / "page"
MOBILE = ROOT / "channels" / "mobile" / "page"
DESK = ROOT / "channels" / "desk" / "page"
ADMIN = ROOT / "channels" / "sight" / "page"
MODULES = sorted(
    [
        *PAGE.rglob("*.js"),
        *KIOSK.rglob("*.js"),
        *DESK.rglob("*.js"),
        *ADMIN.rglob("*.js"),
        *(MOBILE / "assets").rglob("*.js"),
    ]
)
MOST_LINES = 400
MOST_BYTES = 100_000
MOST_WIDGET_BYTES = 40_000
"""What the one script tag costs a page that carries it, before anybody talks; gzipped, as the server sends it."""
PARSE_ALL = """
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";
const texts = Object.entries(JSON.parse(readFileSync(process.argv[1], "utf8")));
for (const [identifier, text] of texts) new SourceTextModule(text, { identifier });
console.log(texts.length);
"""
LATER = (
    *("sheets.js", "sheet_frame.js", "device_sheet.js", "sign_in_sheet.js", "waiting_sheets.js", "moves.js"),
    *("stream_transport.js", "sse.js", "state_hash.js"),
)
"""Of the chat, loaded when they are wanted."""


def test_the_pure_modules_pass_their_own_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node (version 20 or newer)")
    tests = sorted(str(path) for path in (Path(__file__).parent / "node").glob("*.test.mjs"))
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_of_the_pages_hold() -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("needs tsc on the path; scripts/check_pages.sh gets it by npx")
    project = ROOT / "channels" / "web_chat" / "jsconfig.json"
    done = subprocess.run([compiler, "-p", str(project)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_takes_text_for_markup(module: Path) -> None:
    text = module.read_text()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function", text
    )
    assert text.count("\n") < MOST_LINES


@pytest.mark.parametrize("page", [PAGE, KIOSK, DESK, MOBILE, ADMIN], ids=["shop", "kiosk", "desk", "app", "admin"])
def test_the_page_holds_no_inline_script_and_no_inline_style(page: Path) -> None:
    text = (page / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)


def sent(path: Path) -> int:
    """Bytes on the wire."""
    whole = path.suffix not in (".js", ".css")
    return len(gzip.compress(path.read_bytes() if whole else lean(path.read_text()).encode(), 6))


def widget_files() -> list[Path]:
    own = [
        PAGE / "widget.js",
        *(PAGE / "assets" / name for name in ("aisle_client.js", "dom.js", "format.js", "tokens.css", "widget.css")),
    ]
    chat = [path for path in (PAGE / "assets" / "chat").glob("*.js") if path.name not in LATER]
    return [*own, PAGE / "assets" / "languages" / "en.js", *chat]


def test_the_widget_is_light_and_the_voice_no_part_of_it() -> None:
    assert sum(sent(path) for path in widget_files()) < MOST_WIDGET_BYTES


def test_all_that_a_browser_loads_is_small() -> None:
    """Without the languages, of which one at most is loaded beside English."""
    spoken = ("languages", "words")
    files = [p for p in PAGE.rglob("*") if p.is_file() and (p.parent.name not in spoken or p.stem == "en")]
    assert sum(sent(path) for path in files) < MOST_BYTES


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_without_its_comments_is_the_same_module(module: Path) -> None:
    """No line is moved, no comment is left, and no word of the program goes."""
    text = module.read_text()
    stripped = lean(text)
    assert stripped.count("\n") == text.count("\n") and "/*" not in stripped
    for line, left in zip(text.split("\n"), stripped.split("\n"), strict=True):
        assert left == line or re.search(r"^\s*/?\*|/\*\*\s@|// ", line), line


def test_modules_without_their_comments_still_parse(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node (version 20 or newer)")
    texts = tmp_path / "modules.json"
    texts.write_text(json.dumps({module.relative_to(ROOT).as_posix(): lean(module.read_text()) for module in MODULES}))
    command = [node, "--experimental-vm-modules", "--input-type=module", "--eval", PARSE_ALL, str(texts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(MODULES) > 50
