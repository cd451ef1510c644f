"""What the documents show beside commands: JSON, YAML, TOML, Python, pages and settings are what they are said to be, and
what a product would read is read by it.
"""

from __future__ import annotations

import ast
import configparser
import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from assistant.privacy.privacy_rules import read_rules
from assistant.tools.policy import load_policy
from tests.docs.shell_commands import FENCE, ROOT, pages

SETTING = re.compile(r"\b(AISLE_[A-Z0-9_]+[A-Z0-9])=")
SKETCH = "…"
KNOWN = ("", "sh", "text", "mermaid", "console")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    page: str
    line: int
    language: str
    text: str


def samples() -> Iterator[Sample]:
    for page in pages():
        fence, language, start, held = "", "", 0, list[str]()
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            mark = FENCE.match(line)
            if not fence and mark:
                fence, language, start, held = mark.group(1), mark.group(2), number, []
            elif fence and line.strip() == fence:
                yield Sample(
                    page=page.relative_to(ROOT).as_posix(), line=start, language=language, text="\n".join(held)
                )
                fence = ""
            elif fence:
                held.append(line)


SAMPLES = list(samples())


def all_objects(text: str) -> list[object]:
    """One after the other, each over as many lines as it likes."""
    found: list[object] = []
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        one, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
        found.append(one)
    return found


def is_python(text: str) -> None:
    """A fragment may await where it stands."""
    ast.parse("async def sample():\n" + "\n".join(f"    {line}" for line in text.splitlines()))


def is_javascript(text: str) -> None:
    if node := shutil.which("node"):
        asked = [node, "--check", "--input-type=module", "-"]
        done = subprocess.run(asked, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def is_ini(text: str) -> None:
    if "exten =>" in text:
        assert all(re.match(r"\[[\w-]+\]$|exten => | same => |$", line) for line in text.splitlines())
        return
    configparser.ConfigParser(strict=False, allow_no_value=True).read_string(re.sub(r"\\\n", " ", text))


def is_csv(text: str) -> None:
    rows = list(csv.reader(text.splitlines()))
    assert {len(row) for row in rows if row} == {len(rows[0])}


def is_env(text: str) -> None:
    for line in text.splitlines():
        assert SETTING.match(line) or not line.strip() or line.startswith("#"), line


READERS: Mapping[str, Callable[[str], object]] = {
    "json": all_objects,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "yaml": yaml.safe_load,
    "python": is_python,
    "js": is_javascript,
    "xml": ElementTree.fromstring,
    "html": lambda text: ElementTree.fromstring(f"<p>{text}</p>"),
    "ini": is_ini,
    "csv": is_csv,
    "env": is_env,
}


@pytest.mark.parametrize("sample", [pytest.param(one, id=f"{one.page}:{one.line}") for one in SAMPLES])
def test_a_sample_is_what_it_is_said_to_be(sample: Sample):
    if sample.language in KNOWN:
        return
    READERS[sample.language](sample.text)


def test_every_setting_that_a_page_sets_exists():
    known = set(re.findall(r"`(AISLE_[A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    told = {name for page in pages() for name in SETTING.findall(page.read_text(encoding="utf-8"))}
    assert {
        name for name in told if not {name, name.removesuffix("_FILE")} & known and not name.startswith(OTHERS)
    } == set()


OTHERS = ("AISLE_DESK_PASSWORD", "AISLE_FIGURES", "AISLE_LOCKED", "AISLE_TEST_")
"""No settings of the server: of scripts and of make, of the parts of `aisle bench all`, of tests."""


def shown_in(page: str, language: str, word: str) -> str:
    return next(one.text for one in SAMPLES if one.page == page and one.language == language and word in one.text)


def test_the_privacy_file_is_read_by_the_product(tmp_path: Path):
    (tmp_path / "privacy.yaml").write_text(shown_in("docs/privacy.md", "yaml", "consent:"), encoding="utf-8")
    assert read_rules(tmp_path) != read_rules(tmp_path / "nothing")


def test_the_service_policy_is_read_by_the_product(tmp_path: Path):
    file = tmp_path / "policy.yaml"
    file.write_text(shown_in("docs/service_policy.md", "yaml", "our-shop"), encoding="utf-8")
    assert load_policy(file).name == "our-shop"
