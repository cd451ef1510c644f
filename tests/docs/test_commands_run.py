"""What the documents tell to do is done, in a small home of its own: the tutorial in its order, then the other pages' commands.

What needs more (a server, minutes, a network, a GPU) is skipped with the reason; a command that neither list knows fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.shell_commands import ROOT, Told, commands_of, told_commands

pytestmark = pytest.mark.slow

RUN = """
    aisle shop validate|aisle shop import|aisle shop export|aisle index build|aisle index search|aisle index inspect
    aisle doctor|aisle chat --say|aisle db status|aisle db check|aisle db upgrade|aisle db backup
    aisle models list|aisle models versions|aisle models history|aisle weights list
    aisle privacy erased|aisle privacy rotate|aisle audit verify|aisle audit show|aisle audit checkpoint
"""
NEEDS = {
    "aisle serve": "is a server: tests/journeys/test_protocol_serve.py and tests/deploy/test_wheel.py start it",
    "aisle call": "a running server and speech: tests/channels/command_line/test_call_command.py",
    "aisle chat": "somebody who types: tests/channels/command_line/test_chat_command.py",
    "aisle eval": "minutes: it measures; tests/eval",
    "aisle bench": "minutes: it measures; tests/eval",
    "aisle models": "a model to fetch, start or change: tests/channels/command_line/test_model_versions.py",
    "aisle index": "an index of its own: tests/channels/command_line/test_index_commands.py",
    "aisle db restore": "an archive of that day: tests/channels/command_line/test_db_commands.py",
    "aisle privacy": "a customer's id: tests/channels/command_line/test_privacy_commands.py",
    "aisle audit": "a shop's log: tests/channels/command_line/test_audit_commands.py",
    "aisle weights": "a package index",
    "make": "the checkout's own environment; CI runs check, test, docs",
    "python -m venv": "a package index",
    "python": "minutes: it measures, or draws with a browser",
    "pip": "a package index",
    "pipx": "a package index",
    "curl": "a running server: tests/journeys/test_protocol_http.py asks the same",
    "docker": "a container engine",
    "kubectl": "a cluster: tests/deploy renders the files",
    "export": "is a setting",
    "git": "the checkout",
    "sudo": "an administrator",
    "apt-get": "the system's packages",
    "scripts/": "is run by make",
    "eval/": "other products' packages",
    "deploy/": "a machine to deploy on",
}
FILES = {"FILE.jsonl": "all.jsonl", "FILE": "products.csv"}
TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("*.md"))
ORDER = ("install", "your-shop", "first-conversation", "kiosk-phone-desk", "a-model", "many-replicas")
SECONDS = 60


def need_of(told: Told) -> str:
    """Why it is not run; empty when it is."""
    told_as = " ".join(told.words)
    runs = [one.strip() for one in re.split(r"[|\n]", RUN) if one.strip()]
    if any(told_as.startswith(one) for one in runs) and "…" not in told_as and "|" not in told.text:
        return ""
    fits = [start for start in NEEDS if told_as.startswith(start)]
    assert fits, f"{told.page}:{told.line}: say in RUN or NEEDS of {Path(__file__).name} what {told_as!r} needs"
    return NEEDS[max(fits, key=len)]


def in_blocks(found: list[Told]) -> list[Told]:
    return [told for told in found if told.words and not told.within_a_sentence]


def tutorial() -> list[Told]:
    return in_blocks([told for name in ORDER for told in commands_of(ROOT / "docs" / "tutorial" / f"{name}.md")])


def others() -> list[Told]:
    """Of the other pages, each command with each set of options once: its arguments alone are no other command."""
    known = {shape(told) for told in tutorial()}
    found = in_blocks([told for told in told_commands() if not told.page.startswith("docs/tutorial/")])
    return list({shape(told): told for told in found if shape(told) not in known}.values())


def shape(told: Told) -> tuple[str, ...]:
    return (
        *told.words[: 3 if told.words[0] == "aisle" else 2],
        *sorted(word for word in told.words if word.startswith("--")),
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the tutorial's catalogue, as the page has it."""
    folder = tmp_path_factory.mktemp("docs")
    page = (ROOT / "docs" / "tutorial" / "your-shop.md").read_text(encoding="utf-8")
    catalogue = re.search(r'```csv title="products.csv"\n(.*?)```', page, re.DOTALL)
    assert catalogue is not None
    (folder / "products.csv").write_text(catalogue.group(1), encoding="utf-8")
    for name in ("backups", "elsewhere"):
        (folder / name).mkdir()
    yield folder


def run(told: Told, house: Path) -> subprocess.CompletedProcess[str]:
    for archive in (house / "backups").iterdir():
        archive.unlink()
    text = told.text.replace("/backups/", f"{house}/backups/").replace("/mnt/elsewhere", f"{house}/elsewhere")
    for name, there in FILES.items():
        text = re.sub(rf"\b{re.escape(name)}(?![\w.])", there, text)
    text = re.sub(r"(\S*/bin/)?\baisle ", f"{sys.executable} -m channels.command_line.main ", text, count=1)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AISLE_HOME": str(house / "home"),
        "AISLE_MODEL_ENGINE": "none",
        "AISLE_RETRIEVAL_EMBEDDER": "hashing",
    }
    return subprocess.run(
        ["bash", "-c", text], cwd=house, env=environment, capture_output=True, text=True, timeout=SECONDS
    )


@pytest.mark.parametrize(
    "told", [pytest.param(told, id=f"{told.page}:{told.line}") for told in (*tutorial(), *others())]
)
def test_it_does_what_the_page_says(told: Told, house: Path):
    if need := need_of(told):
        pytest.skip(f"needs {need}")
    done = run(told, house)
    assert done.returncode == 0, f"{told.page}:{told.line}: {told.text}\n{done.stdout[-800:]}{done.stderr[-1500:]}"


def test_the_tutorial_is_read_whole():
    assert {page.stem for page in TUTORIAL} == {*ORDER, "index"}
