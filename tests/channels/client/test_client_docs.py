"""The examples of docs/clients.md run as they stand, against a real server."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
SECONDS = 20


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path / "home")) as running:
        yield running


def example(language: str) -> str:
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    [code] = re.findall(rf"^```{language}\n(.*?)^```$", page, re.S | re.M)
    return str(code)


async def test_the_python_example_runs(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    names: dict[str, object] = {}
    exec(compile(example("python"), "docs/clients.md", "exec"), names)
    async with asyncio.timeout(SECONDS):
        await names["main"](served.url)  # type: ignore[operator]
    printed = capsys.readouterr().out
    assert "1 conversation_started" in printed and "You said: A tent for two under 300?" in printed
    assert "You said: Which one is lighter?" in printed


async def test_the_javascript_example_runs(served: Served, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node (version 20 or newer)")
    module = ROOT / "channels" / "web_chat" / "page" / "assets" / "aisle_client.js"
    code = example("js").replace("https://shop.example/assets/aisle_client.js", module.as_uri())
    script = tmp_path / "example.mjs"
    script.write_text(code.replace("https://shop.example/", f"{served.url}/"), encoding="utf-8")
    ran = await asyncio.create_subprocess_exec(
        node, "--no-warnings", str(script), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(SECONDS):
        out, err = await ran.communicate()
    assert ran.returncode == 0, err.decode()
    assert "assistant You said: A tent for two under 300?" in out.decode()
    assert f"{served.url}/m#transfer=" in out.decode()
