"""Steps of long work, told plainly: one line each with its time; on a terminal, a percentage in place while it runs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Self, TextIO


class Steps:
    """Called from any thread as (step, done, total); total 0 where a step has no measure."""

    def __init__(self, out: TextIO | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stderr
        self._now = now
        self._lock = threading.Lock()
        self._step = ""
        self._began = 0.0
        self._percent = -1
        self._finished = False

    def __call__(self, step: str, done: int, total: int) -> None:
        with self._lock:
            if self._finished:
                self._write(f"- {step}\n" if not done else "")
            elif step != self._step:
                self._end()
                self._step, self._began, self._percent = step, self._now(), -1
                self._write(f"- {step} …")
            if total and not self._finished and self._out.isatty():
                self._show(100 * done // total)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.break_off()

    def finish(self) -> None:
        """What comes later (a model that was loading in the background) is news, one line each."""
        with self._lock:
            self._end()
            self._finished = True

    def break_off(self) -> None:
        """The step failed: what is said about it begins on a line of its own."""
        with self._lock:
            if self._step:
                self._write("\n")
            self._step, self._finished = "", True

    def _show(self, percent: int) -> None:
        if percent != self._percent:
            self._percent = percent
            self._write(f"\r- {self._step} … {percent} %")

    def _end(self) -> None:
        if self._step:
            self._write(f" {self._now() - self._began:.1f} s\n")
        self._step = ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
