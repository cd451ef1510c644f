"""The wheel alone, in an environment without the source tree: it serves a shop, answers a message, and shows its pages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution, distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from assistant.ports import ShopInfo
from assistant.shops.sql import SqlShop
from tests.channels.test_shop_rest import PRODUCTS, store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    environment = {**os.environ, "DIRTY": "1", "PYTHON": sys.executable, "CYCLONEDX": "/nowhere"}
    built = subprocess.run(
        ["sh", "scripts/release.sh", str(out)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    if built.returncode and any(
        word in built.stderr + built.stdout for word in ("No matching distribution", "ConnectionError")
    ):
        pytest.skip("needs a package index (setuptools, build, twine), and none is reached")
    assert built.returncode == 0, built.stderr[-3000:]
    return next(out.glob("aisle-*.whl"))


@pytest.fixture(scope="module")
def aisle(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment as pipx makes one: the wheel, and what its metadata asks for, linked from here."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    into = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    subprocess.run(
        [*into, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True, timeout=300, capture_output=True
    )
    (there,) = folder.glob("lib/python*/site-packages")
    (made,) = there.glob("aisle-*.dist-info")
    for name in asked_for(PathDistribution(made)):
        link(distribution(name), there)
    return folder / "bin" / "aisle"


def asked_for(wheel: Distribution) -> set[str]:
    """All that comes with it, with the extras that are named on the way."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    open_ones = [(one, "") for one in wheel.requires or ()]
    while open_ones:
        requirement, extra = Requirement(open_ones[-1][0]), open_ones.pop()[1]
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        found.add(requirement.name)
        for one in {"", *requirement.extras} - {done for name, done in seen if name == requirement.name}:
            seen.add((requirement.name, one))
            open_ones += [(further, one) for further in distribution(requirement.name).requires or ()]
    return found


def link(package: Distribution, there: Path) -> None:
    """Its files under the same names; folders that several packages share are made, not linked."""
    for file in package.files or ():
        if ".." in file.parts or "__pycache__" in file.parts:
            continue
        parts = file.parts[: 1 if len(file.parts) == 1 or file.parts[0] not in SHARED else 2]
        target = there.joinpath(*parts)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(str(package.locate_file(Path(*parts)))))


SHARED = {name for name, owners in packages_distributions().items() if len(set(owners)) > 1}


@pytest.fixture(scope="module")
def url(aisle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    shop = SqlShop.open(home / "shop.db")
    stores = [store("pdx", "Portland", (45.52, -122.68))]
    shop.replace(info=ShopInfo(name="Small Shop", currency="USD"), products=PRODUCTS, stores=stores)
    shop.close()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"AISLE_HOME": str(home), "AISLE_MODEL_ENGINE": "none", "AISLE_RETRIEVAL_EMBEDDER": "hashing"}
    log = home / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [aisle, "serve", "--port", "0"],
            cwd=home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        told = next((line for line in process.stdout if "http://127.0.0.1:" in line), "")
        try:
            assert told, log.read_text(encoding="utf-8")[-3000:]
            yield told.split()[-1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
    assert process.returncode == 0


def ask(address: str, body: Any = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=60) as answer:
        return answer.read()


def test_it_answers_a_message(url: str):
    begun = json.loads(ask(f"{url}/v1/conversations", {"channel": "web"}))
    said = {"client_id": "1", "text": "hello"}
    path = f"{url}/v1/conversations/{begun['conversation_id']}/messages?wait=reply"
    answered = json.loads(ask(path, said, begun["token"]))
    assert "assistant_said" in json.dumps(answered)


@pytest.mark.parametrize(
    "path", ["/", "/m", "/kiosk", "/desk", "/widget.js", "/openapi.json", "/v1/asyncapi.json", "/metrics"]
)
def test_its_pages_and_documents_are_inside(url: str, path: str):
    assert len(ask(url + path)) > 200


def test_the_commands_come_from_the_wheel_and_not_from_the_tree(aisle: Path, tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    python = aisle.with_name("python")
    where = "import assistant, channels, eval; print(assistant.__file__)"
    found = subprocess.run(
        [python, "-c", where], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith(str(aisle.parents[1]))
    version = subprocess.run(
        [aisle, "--version"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("aisle ")
