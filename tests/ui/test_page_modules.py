"""The pure modules of the pages, tried by node; and what must hold for every file that a browser gets."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "channels" / "web_chat" / "page"
MODULES = sorted(PAGE.rglob("*.js"))
MOST_LINES = 400
MOST_BYTES = 100_000


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


def test_the_page_holds_no_inline_script_and_no_inline_style() -> None:
    page = (PAGE / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_all_that_a_browser_loads_is_small() -> None:
    """Without the languages, of which one at most is loaded beside English; compressed, as a shop's proxy sends it."""
    files = [
        path for path in PAGE.rglob("*") if path.is_file() and (path.parent.name != "languages" or path.stem == "en")
    ]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < MOST_BYTES
