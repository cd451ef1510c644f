"""On what and beside what a part is measured: the machine, the commit, what else takes the cores. Above: `running`."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eval.bench.whole.result import QUIET_CORES
from eval.machine import machine

ROOT = Path(__file__).resolve().parents[3]
_LOOK = 1.5
"""Seconds of a look at what the cores do."""
_STAT = Path("/proc/stat")


def described() -> dict[str, Any]:
    told = {name: value for name, value in machine().items() if name not in ("load", "at")}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {**told, "memory_gib": round(memory / 2**30, 1), "python": platform.python_version()}


def commit() -> tuple[str, int]:
    """Its short name, and how many files differ from it; nothing where there is no git."""
    return _git("rev-parse", "--short=12", "HEAD"), len(_git("status", "--porcelain", "-uno").splitlines())


def _git(*words: str) -> str:
    try:
        done = subprocess.run(("git", "-C", str(ROOT), *words), capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.rstrip() if done.returncode == 0 else ""


def load() -> float:
    return round(os.getloadavg()[0], 2)


def cores_taken(seconds: float = _LOOK) -> float:
    """By everything on this machine, now. Where the system does not tell, what the load of the last minute says."""
    if not _STAT.exists():
        return load()
    began, busy = time.monotonic(), _busy()
    time.sleep(seconds)
    return round(max(0.0, (_busy() - busy) / (time.monotonic() - began)), 2)


def _busy() -> float:
    """Seconds of all cores since the machine started, but idle ones and those that wait for a disk."""
    first = _STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    ticks = [int(one) for one in first[:8]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def yardstick(times: int = 8) -> float:
    """Milliseconds of CPU for a fixed piece of work, the best of several: how fast this machine is right now. Where it differs,
    so do the figures, whatever the code does."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        _work()
        taken.append(time.process_time() - began)
    return round(min(taken) * 1000, 2)


def _work() -> int:
    """What a turn is made of: small objects, strings, dictionaries, JSON."""
    found: dict[str, int] = {}
    for number in range(20_000):
        for word in f"a tent for {number % 7} under {number % 311}".split():
            found[word] = found.get(word, 0) + 1
    told = json.dumps([{"word": word, "count": count} for word, count in found.items()] * 8)
    return len(json.loads(told))


def wait_for_quiet(most: float, tell: Callable[[str], None], look: Callable[[], float] = cores_taken) -> float:
    """Cores that others take, as soon as that is little, or after `most` seconds."""
    until, told = time.monotonic() + most, False
    while (taken := look()) > QUIET_CORES and time.monotonic() < until:
        if not told:
            tell(f"others take {taken:.1f} cores: waiting up to {most:.0f} s for a quiet machine")
            told = True
    return taken
