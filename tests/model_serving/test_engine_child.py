"""A watched child: it becomes ready, restarts, stays within its memory, stops, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import psutil
import pytest

from model_serving.engines.child import EngineProcess, Launch, watched
from model_serving.errors import ModelLoading, ModelTimeout, ModelUnavailable

pytestmark = pytest.mark.anyio

FAKE = Path(__file__).with_name("fault_server.py")
ROOT = Path(__file__).parents[2]


def fake_engine(mood: str = "", **changes: object) -> Launch:
    options: dict[str, object] = {
        "engine": "fake",
        "command": lambda port: [sys.executable, str(FAKE), "--port", str(port), "--mood", mood],
        "start_timeout": 20.0,
        "stop_timeout": 1.0,
        "watch_interval": 0.02,
        "first_delay": 0.01,
        **changes,
    }
    return Launch(**options)  # type: ignore[arg-type]


@asynccontextmanager
async def engine(tmp_path: Path, launch: Launch) -> AsyncIterator[tuple[EngineProcess, list[str]]]:
    told: list[str] = []
    async with watched(launch, log_path=tmp_path / "logs" / "fake.log", on_change=told.append) as process:
        yield process, told


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(20):
        while True:
            if condition():
                return
            await anyio.sleep(0.01)


def engine_pid(process: EngineProcess) -> int:
    return int(psutil.Process(process.pid).children()[0].pid)


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_it_becomes_ready_answers_and_is_gone_at_the_end(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine()) as (process, told):
        with pytest.raises(ModelLoading):
            _ = process.address
        await process.wait_ready(timeout=20)
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{process.address}/health")).status_code == 200
        pids = (process.pid, engine_pid(process))
    assert not any(alive(pid) for pid in pids)
    assert told == ["engine fake: ready", "engine fake: stopped"]
    assert "fake engine" in (tmp_path / "logs" / "fake.log").read_text()


async def test_a_killed_engine_is_started_again_elsewhere(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine()) as (process, told):
        await process.wait_ready(timeout=20)
        os.kill(engine_pid(process), signal.SIGKILL)
        await until(lambda: process.starts >= 2 and process.state == "ready")
        assert any("restarting: it ended with code 137" in line for line in told)


async def test_an_engine_that_hangs_is_started_again(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine(unhealthy_after=2, health_timeout=0.5)) as (process, told):
        await process.wait_ready(timeout=20)
        os.kill(engine_pid(process), signal.SIGSTOP)
        await until(lambda: process.starts >= 2 and process.state == "ready")
        assert any("did not answer 2 health checks" in line for line in told)


async def test_an_engine_that_outgrows_its_memory_is_started_again(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine(memory_limit=1 << 20)) as (process, told):
        await until(lambda: process.starts >= 2)
        assert any("MiB of the 1 MiB allowed" in line for line in told)


async def test_one_that_dies_at_once_is_retried_with_growing_pauses_and_says_why(tmp_path: Path) -> None:
    def way_out(lines: object) -> str:
        return "set another path" if "cannot load" in str(lines) else ""

    async with engine(tmp_path, fake_engine("dies", explain=way_out)) as (process, told):
        await until(lambda: process.starts >= 3)
        with pytest.raises(ModelLoading, match="set another path"):
            _ = process.address
    assert told[0] == "engine fake: restarting: set another path"


async def test_one_that_never_listens_is_given_up_after_its_start_time(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine("silent", start_timeout=0.2)) as (process, told):
        with pytest.raises(ModelTimeout):
            await process.wait_ready(timeout=0.1)
        await until(lambda: process.starts >= 2)
    assert "was not ready after 0 s" in told[0]


async def test_one_that_ignores_being_asked_to_stop_is_killed(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine("stubborn", stop_timeout=0.2)) as (process, _):
        await process.wait_ready(timeout=20)
        pid = engine_pid(process)
    assert not alive(pid)


async def test_what_no_start_can_cure_is_told_once_and_not_retried(tmp_path: Path) -> None:
    def refuse() -> None:
        raise ModelUnavailable("no such model", way_out="name another")

    async with engine(tmp_path, fake_engine(check=refuse)) as (process, told):
        with pytest.raises(ModelUnavailable, match="name another"):
            await process.wait_ready(timeout=5)
        assert (process.starts, process.state) == (0, "failed")
    assert told == ["engine fake: failed: no such model: name another"]


async def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine(command=lambda port: ["/no/such/program"])) as (process, told):
        await until(lambda: process.starts >= 2)
    assert "cannot run '/no/such/program': No such file or directory" in told[0]


def kept_by(folder: Path) -> int:
    """Bytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def test_much_output_neither_blocks_the_engine_nor_fills_the_disk(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine("chatty")) as (process, _):
        await process.wait_ready(timeout=20)
    assert kept_by(tmp_path) < 16 << 20


async def test_leaving_before_it_is_ready_leaves_nobody(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine("silent", stop_timeout=0.2)) as (process, _):
        await until(lambda: process.pid != 0)
        pid = process.pid
    assert not alive(pid)


PARENT = f"""
import anyio, sys
from pathlib import Path
from model_serving.engines.child import Launch, watched
command = lambda port: [sys.executable, {str(FAKE)!r}, "--port", str(port), "--mood", sys.argv[1]]
async def main():
    launch = Launch(engine="fake", command=command, stop_timeout=0.3)
    async with watched(launch, log_path=Path(sys.argv[2])) as process:
        await process.wait_ready(timeout=20)
        print(process.pid, flush=True)
        await anyio.sleep_forever()
anyio.run(main)
"""


@pytest.mark.parametrize("mood", ["", "stubborn"])
async def test_no_orphan_is_left_when_the_parent_is_killed(tmp_path: Path, mood: str) -> None:
    command = [sys.executable, "-c", PARENT, mood, str(tmp_path / "log")]
    async with await anyio.open_process(command, cwd=ROOT, stderr=subprocess.STDOUT) as parent:
        assert parent.stdout is not None
        guard = int(await parent.stdout.receive())
        child = psutil.Process(guard).children()[0].pid
        parent.kill()
        await until(lambda: not alive(guard) and not alive(child))


async def test_the_engine_dies_with_its_guard(tmp_path: Path) -> None:
    async with engine(tmp_path, fake_engine()) as (process, _):
        await process.wait_ready(timeout=20)
        guard, child = process.pid, engine_pid(process)
        os.kill(guard, signal.SIGKILL)
        await until(lambda: not alive(child))
        await until(lambda: process.starts >= 2 and process.state == "ready")
        assert process.pid != guard


async def test_the_blocks_own_error_leaves_as_itself(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with engine(tmp_path, fake_engine()):
            raise KeyError("mine")
