"""The registry's copy in MLflow: over a fake of its API, and over the real server where AISLE_TEST_MLFLOW names its program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from model_serving.engines.child import free_port
from model_serving.errors import ModelUnavailable
from model_serving.mlflow_mirror import mirror_forever, open_mirror
from model_serving.registry import Registry, Version
from tests.model_serving.mlflow_fake import FakeMlflow, fake_mlflow


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    opened = Registry(tmp_path / "registry.db")
    for number in (1, 2, 3):
        opened.register(
            Version(kind="model", name="writer", version=str(number), digest=f"d{number}", source=f"/m/{number}.gguf")
        )
    opened.register(Version(kind="prompt", name="writer", version="p1", digest="p"))
    opened.register(Version(kind="index", name="catalogue", version="1", digest="i"))
    yield opened
    opened.close()


@pytest.fixture
def mlflow() -> Iterator[tuple[str, FakeMlflow]]:
    with fake_mlflow() as fake:
        yield fake


def test_versions_and_what_is_in_use_are_copied(registry: Registry, mlflow: tuple[str, FakeMlflow]) -> None:
    url, fake = mlflow
    registry.promote("model", "writer@1", by="ada")
    registry.promote("model", "writer@2", by="ada")
    registry.begin_canary("model", "writer@3", share=0.1, by="ada")
    with open_mirror(url, registry) as mirror:
        mirror.push()
    assert fake.labels("aisle-model") == ["writer@1", "writer@2", "writer@3"]
    assert fake.aliases("aisle-model") == {"in_use": "writer@2", "previous": "writer@1", "canary": "writer@3"}
    assert fake.models["aisle-model"]["versions"][0]["source"] == "/m/1.gguf"
    assert fake.labels("aisle-prompt") == ["writer@p1"] and "aisle-index" not in fake.models


def test_a_second_push_changes_nothing_and_a_rollback_moves_the_aliases(
    registry: Registry, mlflow: tuple[str, FakeMlflow]
) -> None:
    url, fake = mlflow
    registry.promote("model", "writer@1", by="ada")
    registry.promote("model", "writer@2", by="ada")
    registry.begin_canary("model", "writer@3", share=0.1, by="ada")
    with open_mirror(url, registry) as mirror:
        mirror.push()
        assert mirror.push() == 0
        registry.roll_back("model", by="ada")
        registry.end_canary("model", by="ada")
        assert mirror.push() == 3
    assert fake.aliases("aisle-model") == {"in_use": "writer@1", "previous": "writer@2"}


def test_who_begins_anew_finds_what_is_there_and_makes_nothing_twice(
    registry: Registry, mlflow: tuple[str, FakeMlflow]
) -> None:
    url, fake = mlflow
    registry.promote("model", "writer@1", by="ada")
    for expected in (5, 0):
        with open_mirror(url, registry) as mirror:
            assert mirror.push() == expected
    registry.register(Version(kind="model", name="writer", version="3", digest="d3", score=0.75, measure="aisle eval"))
    with open_mirror(url, registry) as mirror:
        assert mirror.push() == 1
    assert fake.models["aisle-model"]["versions"][2]["score"] == "0.75"
    assert len(fake.labels("aisle-model")) == 3


@pytest.mark.parametrize("trouble", ["refused", "broken"])
def test_a_server_that_does_not_do_is_named_with_the_way_out(
    registry: Registry, mlflow: tuple[str, FakeMlflow], trouble: str
) -> None:
    url, fake = mlflow
    fake.broken = trouble == "broken"
    if trouble == "refused":
        url = "http://127.0.0.1:9"
    with open_mirror(url, registry) as mirror, pytest.raises(ModelUnavailable, match="AISLE_MODEL_MLFLOW_URL"):
        mirror.push()


@pytest.mark.anyio
async def test_a_running_service_follows_the_registry(registry: Registry, mlflow: tuple[str, FakeMlflow]) -> None:
    url, fake = mlflow
    told: list[str] = []
    pushed = [anyio.Event(), anyio.Event()]

    def on_push(result: str) -> None:
        told.append(result)
        pushed[min(len(told), 2) - 1].set()

    async with anyio.create_task_group() as tasks:

        async def follow() -> None:
            await mirror_forever(url, registry, on_push=on_push, look=0.02)

        tasks.start_soon(follow)
        with anyio.fail_after(10):
            await pushed[0].wait()
            await anyio.to_thread.run_sync(lambda: registry.promote("model", "writer@3", by="ada"))
            await pushed[1].wait()
        tasks.cancel_scope.cancel()
    assert fake.aliases("aisle-model") == {"in_use": "writer@3"}
    assert told == ["done", "done"]


@pytest.mark.slow
@pytest.mark.skipif("AISLE_TEST_MLFLOW" not in os.environ, reason="AISLE_TEST_MLFLOW must name the program `mlflow`")
def test_the_real_server_ends_up_with_the_same(registry: Registry, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [os.environ["AISLE_TEST_MLFLOW"], "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db", "--artifacts-destination", str(tmp_path)]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path) as server,
    ):
        try:
            _wait_for(url, server)
            registry.promote("model", "writer@1", by="ada")
            registry.promote("model", "writer@2", by="ada")
            with open_mirror(url, registry) as mirror:
                assert mirror.push() == 6
                registry.roll_back("model", by="ada")
                registry.begin_canary("model", "writer@3", share=0.1, by="ada")
                assert mirror.push() == 3
            with open_mirror(url, registry) as mirror:
                assert mirror.push() == 0
                registry.end_canary("model", by="ada")
                assert mirror.push() == 1
            told = httpx.get(f"{url}/api/2.0/mlflow/registered-models/get", params={"name": "aisle-model"}).json()
            aliases = {one["alias"]: one["version"] for one in told["registered_model"]["aliases"]}
            assert aliases == {"in_use": "1", "previous": "2"}
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    import time

    due = time.monotonic() + 120
    while time.monotonic() < due and server.poll() is None:
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError("MLflow did not start")
