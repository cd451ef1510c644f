"""What `aisle bench all` found: parts with figures and lines of growth, as values and as JSON (pure).

Above: `reading` makes them; `merging`, the report and the page read them. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

Better = Literal["lower", "higher", "told"]
"""Told: shown and compared, neither good nor bad."""
Length = Literal["quick", "default", "long"]
State = Literal["measured", "skipped", "failed"]
SCHEMA = 1
FILE = "benchmarks.json"
SAID: Mapping[Length, str] = {"quick": "coarse (--quick)", "default": "usual length", "long": "long (--long)"}


class BenchUnreadable(Exception):
    """No result of `aisle bench all`, or one of another schema. The message names the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    """Within its part; "64 at once: reply p95"."""
    value: float
    """The median, where it was measured several times."""
    unit: str
    better: Better = "lower"
    goal: float | None = None
    """At most, or at least where higher is better."""
    runs: tuple[float, ...] = ()
    about: str = ""

    @property
    def met(self) -> bool | None:
        if self.goal is None or self.better == "told":
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: float
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """How a figure grows; sizes stand on a logarithmic scale."""

    name: str
    """Of its file."""
    title: str
    x: str
    """What grows: "conversations at once"."""
    unit: str
    lines: tuple[Line, ...]
    goal: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What else the machine did. Cores: taken by everything, a moment before and a moment after, while nothing of ours ran."""

    load_before: float = 0.0
    load_after: float = 0.0
    cores_before: float = 0.0
    cores_after: float = 0.0
    niceness: int = 0
    yardstick_ms: float = 0.0
    """CPU of a fixed piece of work, before: how fast the machine is just now."""

    @property
    def word(self) -> str:
        return "quiet" if max(self.cores_before, self.cores_after) <= QUIET_CORES else "busy"

    @property
    def told(self) -> str:
        nice = f", nice {self.niceness}" if self.niceness else ""
        others = f"others took {self.cores_before:.1f} and {self.cores_after:.1f} cores before and after"
        pace = f", yardstick {self.yardstick_ms:g} ms" if self.yardstick_ms else ""
        return f"{self.word} (load {self.load_before:g} → {self.load_after:g}, {others}{nice}{pace})"


QUIET_CORES = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    name: str
    title: str
    area: str
    state: State
    about: str = ""
    reason: str = ""
    """Why it was skipped or failed."""
    commands: tuple[str, ...] = ()
    """As one types them."""
    at: str = ""
    commit: str = ""
    changed_files: int = 0
    length: Length = "default"
    machine: Mapping[str, Any] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)
    repeats: int = 1
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    seed: int = 0
    figures: tuple[Figure, ...] = ()
    plots: tuple[Plot, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader must know of this run: a run of several that failed, what was not there."""

    def figure(self, name: str) -> Figure | None:
        return next((one for one in self.figures if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    at: str
    length: Length
    parts: tuple[PartResult, ...]
    seconds: float = 0.0
    schema: int = SCHEMA

    def part(self, name: str) -> PartResult | None:
        return next((one for one in self.parts if one.name == name), None)


def write_benchmarks(found: Benchmarks, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def read_benchmarks(path: Path) -> Benchmarks:
    """Raises BenchUnreadable. `path`: the JSON, or the folder that it lies in."""
    file = path / FILE if path.is_dir() else path
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Benchmarks)
    except OSError as error:
        raise BenchUnreadable(
            f"{str(file)!r} cannot be read ({error.strerror}): `aisle bench all` writes one"
        ) from error
    except msgspec.MsgspecError as error:
        raise BenchUnreadable(f"{str(file)!r} is no result of `aisle bench all`: {error}") from error
    if found.schema != SCHEMA:
        raise BenchUnreadable(f"{str(file)!r} has schema {found.schema}, this release reads {SCHEMA}: measure it anew")
    return found
