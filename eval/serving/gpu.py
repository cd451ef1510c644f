"""`deploy/gpu/run.sh` runs this: all figures of model serving on a machine with a GPU, one file each, then plots and a page.

    python -m eval.serving.gpu --out FOLDER [--profile deploy/gpu/profiles/h200.env] [--only NAME …] [--quick] [--dry-run]

A step that fails is written down and the next one runs; what is done is not done again (`--again` does). Nothing of the
assistant is needed but its prompts, so the machine needs little: deploy/gpu/requirements.txt. Below: the benches.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.serving import bench_serving
from eval.machine import machine
from eval.serving.limits import bench_cancel, bench_overload, bench_prefix
from eval.serving.page import page, plots
from eval.serving.replicas import bench_replicas
from model_serving.choosing import vllm_options
from model_serving.engines import vllm
from model_serving.errors import InvalidSettings, ModelError
from model_serving.memory_plan import plan, read_shape
from model_serving.settings import ModelSettings, read_settings

LOADS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
GIB = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    loads: Sequence[int] = LOADS
    rounds: int = 2
    conversations: int = 8
    times: int = 20
    seconds: float = 20.0
    replica_load: int = 16


QUICK = Scale(loads=(1, 2), rounds=1, conversations=2, times=2, seconds=5.0, replica_load=4)
"""Proves that everything runs, on a CPU too; its figures mean nothing."""

Step = Callable[[ModelSettings, Scale, Path], Awaitable[Mapping[str, Any]]]


def tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)  # noqa: T201 - a program's own progress


async def _load(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    return await bench_serving(
        settings,
        home=home,
        at_once=scale.loads,
        rounds=scale.rounds,
        conversations=scale.conversations,
        tell=tell,
    )


async def _load_without_cache(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    """What the prefix cache is worth: the same conversations at a few loads without it."""
    chosen = settings.model_copy(update={"extra": f"{settings.extra} --no-enable-prefix-caching".strip()})
    return await _load(chosen, Scale(loads=scale.loads[:: max(1, len(scale.loads) // 3)], rounds=1), home)


async def _prefix(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    return await bench_prefix(settings, home=home, times=scale.times, tell=tell)


async def _cancel(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    return await bench_cancel(settings, home=home, times=scale.times, tell=tell)


async def _overload(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    limited = settings.model_copy(update={"at_once": min(settings.at_once, 4 * scale.replica_load)})
    return await bench_overload(limited, home=home, seconds=scale.seconds, tell=tell)


async def _replicas(settings: ModelSettings, scale: Scale, home: Path) -> Mapping[str, Any]:
    """On one GPU both share it: each is given less than half of its memory."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    alone = vllm.gpu_present() and len(gpus()) < 2 * settings.tensor_parallel
    if alone:
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join([named.split(",")[0] or "0"] * 2)
    try:
        shared = settings.model_copy(update={"gpu_memory": 0.4}) if alone else settings
        return await bench_replicas(shared, at_once=scale.replica_load, seconds=scale.seconds, tell=tell)
    finally:
        os.environ.pop("CUDA_VISIBLE_DEVICES", None)
        if named:
            os.environ["CUDA_VISIBLE_DEVICES"] = named


STEPS: Mapping[str, Step] = {
    "load": _load,
    "prefix": _prefix,
    "overload": _overload,
    "cancel": _cancel,
    "replicas": _replicas,
    "load_without_cache": _load_without_cache,
}
"""In order of worth, since the machine may be taken away."""


def gpus() -> list[dict[str, Any]]:
    """Name and memory (MiB) of each; empty where there is none or nvidia-smi is not there."""
    asked = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    rows = [line.split(", ") for line in told.splitlines() if line.count(", ") == 2]
    return [{"name": name, "memory_mib": int(total), "free_mib": int(free)} for name, total, free in rows]


def expected(settings: ModelSettings, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The arithmetic of memory, to be held against what the engine says at its start. Raises ModelUnavailable."""
    if not found:
        return {}
    shape = read_shape(Path(settings.path).expanduser())
    one = plan(
        shape,
        gpu_bytes=found[0]["memory_mib"] << 20,
        gpus=settings.tensor_parallel,
        usable=settings.gpu_memory or 0.9,
    )
    return {
        "weights_gib": round(one.weights / GIB, 1),
        "cache_gib": round(one.cache / GIB, 1),
        "cache_of_a_token_kib": one.a_token / 1024,
        "tokens": one.tokens,
        "conversations_of_2048": one.conversations,
    }


def read_profile(path: Path) -> None:
    """Its lines go into the environment, where they are not set already: NAME=value, # for comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def what_would_run(settings: ModelSettings, steps: Sequence[str], scale: Scale) -> dict[str, Any]:
    options = vllm_options(settings, name=settings.name or Path(settings.path).name, api_key="")
    found = gpus()
    return {
        "steps": list(steps),
        "loads": list(scale.loads),
        "engine": vllm.command(options, 8000),
        "vllm_installed": vllm.installed(settings.vllm_python),
        "gpus": found,
        "expected": expected(settings, found),
    }


async def run(settings: ModelSettings, steps: Sequence[str], scale: Scale, out: Path, *, again: bool) -> int:
    """How many steps failed."""
    failed = 0
    for name in steps:
        file = out / f"{name}.json"
        if file.exists() and not again:
            tell(f"{name}: done before")
            continue
        tell(f"{name}: begins")
        before, began = machine(), time.monotonic()
        try:
            found = dict(await STEPS[name](settings, scale, out / "home"))
        except (ModelError, OSError, TimeoutError) as error:
            failed += 1
            tell(f"{name}: FAILED: {error}")
            (out / f"{name}.failed.txt").write_text(f"{type(error).__name__}: {error}\n", encoding="utf-8")
            continue
        found |= {"machine": before, "gpus": gpus(), "seconds_of_this_step": round(time.monotonic() - began, 1)}
        file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        (out / f"{name}.failed.txt").unlink(missing_ok=True)
        tell(f"{name}: done in {time.monotonic() - began:.0f} s")
    return failed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="gets a JSON file for each step, plots, and summary.md")
    parser.add_argument("--profile", type=Path, help="a file of deploy/gpu/profiles; the environment goes before it")
    parser.add_argument("--only", nargs="*", choices=list(STEPS), help="these steps instead of all")
    parser.add_argument("--quick", action="store_true", help="a little of everything, to prove that it runs")
    parser.add_argument("--again", action="store_true", help="measure anew what is there already")
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, and what is missing")
    told = parser.parse_args(arguments)
    steps, scale = told.only or list(STEPS), QUICK if told.quick else Scale()
    try:
        if told.profile is not None:
            read_profile(told.profile)
        settings = read_settings()
        if settings.engine != "vllm":
            raise InvalidSettings(["this measures vLLM: set AISLE_MODEL_ENGINE=vllm and AISLE_MODEL_PATH"])
        if told.dry_run:
            print(json.dumps(what_would_run(settings, steps, scale), indent=2))  # noqa: T201 - the answer
            return 0
        told.out.mkdir(parents=True, exist_ok=True)
        failed = 1
        with suppress(KeyboardInterrupt):
            failed = asyncio.run(run(settings, steps, scale, told.out, again=told.again))
    except (ModelError, OSError) as error:
        tell(str(error))
        return 2
    plots(told.out, tell)
    (told.out / "summary.md").write_text(page(told.out, expected(settings, gpus())), encoding="utf-8")
    tell(f"{told.out / 'summary.md'} is written")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
