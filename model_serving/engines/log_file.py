"""The log of a child process: a file that never outgrows its limit, and the last lines for an error's text."""

from __future__ import annotations

import contextlib
from collections import deque
from pathlib import Path

MEBIBYTE = 1 << 20


class LogFile:
    """Appends; at `limit` bytes the file becomes `<name>.1` and the one before it is dropped."""

    def __init__(self, path: Path, *, limit: int = 4 * MEBIBYTE, tail: int = 40) -> None:
        self.path, self._limit = path, limit
        self._lines: deque[str] = deque(maxlen=tail)
        self._rest = b""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._size = path.stat().st_size if path.exists() else 0

    def write(self, chunk: bytes) -> None:
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        self._rest = self._rest[-4096:]
        self._lines.extend(line.decode(errors="replace").rstrip() for line in whole)
        with contextlib.suppress(OSError):  # a full disk must not end an engine that works
            self._rotate_before(len(chunk))
            with self.path.open("ab") as file:
                file.write(chunk)
            self._size += len(chunk)

    def _rotate_before(self, more: int) -> None:
        if self._size and self._size + more > self._limit:
            self.path.replace(self.path.with_name(self.path.name + ".1"))
            self._size = 0

    def last_lines(self) -> tuple[str, ...]:
        lines = (*self._lines, self._rest.decode(errors="replace"))
        return tuple(line for line in lines if line.strip())
