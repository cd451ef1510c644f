"""The documentation's site is built strictly, without a network, and loads nothing from anybody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
pytest.importorskip("material", reason="needs mkdocs-material: the extra docs")

ROOT = Path(__file__).parents[2]
LOADED = re.compile(
    r'<(?:script|img|iframe|source)[^>]+src="(?:https?:)?//'
    r'|<link[^>]+rel="(?:stylesheet|icon|preconnect|preload)"[^>]+href="(?:https?:)?//'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "PYTHON": sys.executable, "AISLE_HOME": str(folder / "home")}
    built = subprocess.run(
        ["sh", "scripts/docs.sh", str(folder / "site")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return folder / "site"


def test_no_page_loads_anything_from_elsewhere(site: Path):
    found = {page.name: LOADED.findall(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    assert len(found) > 60
    assert not {name: loads for name, loads in found.items() if loads}


def test_the_reference_has_what_the_code_has(site: Path):
    reference = site / "reference"
    assert "/v1/conversations" in (reference / "http.html").read_text(encoding="utf-8")
    assert "assistant_said" in (reference / "socket.html").read_text(encoding="utf-8")
    assert "aisle weights install" in (reference / "command-line.html").read_text(encoding="utf-8")
    assert "aisle_http_requests" in (reference / "metrics.html").read_text(encoding="utf-8")
