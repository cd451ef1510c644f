"""Presence: whether another living process has the same log open. After a crash, nobody waits for a dead owner's leases.

Above: sqlite. Below: advisory file locks, which the kernel frees when a process dies, however it dies.
"""

from __future__ import annotations

import contextlib
import fcntl
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self


@dataclass(slots=True)
class Presence:
    """Entered exclusively when alone, shared otherwise. `let_others_in` is called once the leases are cleared."""

    file: IO[bytes]
    alone: bool

    @classmethod
    def enter(cls, log: Path) -> Self:
        """Raises OSError when the file beside the log cannot be made."""
        file = log.with_name(f"{log.name}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(file, fcntl.LOCK_SH)
            return cls(file, alone=False)
        return cls(file, alone=True)

    def let_others_in(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def leave(self) -> None:
        with contextlib.closing(self.file):
            fcntl.flock(self.file, fcntl.LOCK_UN)
