"""A small disk that can be filled and freed while a server writes to it. Above: of_storage.

With the right to mount (root), it is a file system of its own in memory, and full means ENOSPC. Without, the server's
process may not let a file grow (RLIMIT_FSIZE): EFBIG, which SQLite takes for a failing disk just as well.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BYTES: Final = 12 << 20
LEFT: Final = 256 << 10
"""Bytes that are still free when it counts as full: so that some messages are acknowledged on the way to the wall."""


@dataclass(slots=True, kw_only=True)
class SmallDisk:
    folder: Path
    mounted: bool

    @property
    def kind(self) -> str:
        return "a tmpfs of 12 MiB" if self.mounted else "RLIMIT_FSIZE, for want of the right to mount"

    def fill(self, pid: int) -> None:
        if not self.mounted:
            grown = max(path.stat().st_size for path in self.folder.iterdir() if path.is_file())
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (grown + LEFT, resource.RLIM_INFINITY))
            return
        room = os.statvfs(self.folder)
        with self._ballast.open("wb") as ballast:
            ballast.write(b"\0" * max(0, room.f_bavail * room.f_frsize - LEFT))

    def free(self, pid: int) -> None:
        if self.mounted:
            self._ballast.unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[SmallDisk]:
    place = folder / "disk"
    place.mkdir(parents=True)
    disk = SmallDisk(folder=place, mounted=await asyncio.to_thread(_mount, place))
    try:
        yield disk
    finally:
        if disk.mounted:
            await asyncio.to_thread(subprocess.run, ["umount", str(place)], check=False)


def _mount(place: Path) -> bool:
    if os.geteuid() != 0:
        return False
    asked = ["mount", "-t", "tmpfs", "-o", f"size={BYTES}", "aisle-faults", str(place)]
    try:
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
