"""What a server's processes used, from /proc: CPU seconds and resident memory of a process and all its children.

Above: `crew`. Below: Linux.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    cpu_seconds: float = 0.0
    memory_kib: int = 0

    def __add__(self, other: Used) -> Used:
        return Used(cpu_seconds=self.cpu_seconds + other.cpu_seconds, memory_kib=self.memory_kib + other.memory_kib)


def used(pid: int) -> Used:
    """Of the process and its descendants, at this moment. Nothing for one that is gone."""
    return sum((_of_one(one) for one in family(pid)), Used())


def family(pid: int) -> list[int]:
    found = [pid]
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(listed).split():
            found += family(int(child))
    return found


def open_more_files(wanted: int) -> int:
    """Raises the limit of open files as far as is allowed; what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _of_one(pid: int) -> Used:
    after_name = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    if not after_name:
        return Used()
    resident = [line for line in _text(Path(f"/proc/{pid}/status")).splitlines() if line.startswith("VmRSS")]
    return Used(
        cpu_seconds=(int(after_name[11]) + int(after_name[12])) / TICKS,
        memory_kib=int(resident[0].split()[1]) if resident else 0,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # it ended between the listing and the reading
        return ""
