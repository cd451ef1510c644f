"""What `aisle eval all` found: parts with their figures and the cases that went wrong, as values and as JSON (pure).

Above: `reading` makes them, `comparing`, `judging` and the page read them. Below: `eval.metrics`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from eval.metrics import Rate

Better = Literal["higher", "lower", "told"]
"""Told: shown and compared, neither good nor bad."""
Unit = Literal["share", "count", "ms", "score"]
State = Literal["measured", "skipped", "failed"]
Origin = Literal["held out", "public", "by rule", "open"]
"""Where cases come from. Held out: nobody tunes on them or reads what fails. Public: others wrote and judged them. By rule:
made from records or as attacks, right or wrong without opinion. Open: ours, read and tuned on, so an upper figure."""
SCHEMA = 1


class ResultUnreadable(Exception):
    """No result of `aisle eval all`, or one of another schema. The message names the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    """Within its part; "turns reached"."""
    value: float
    unit: Unit
    better: Better
    hits: int | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None
    """Of the 95 % interval: Wilson's, or of 0 in n the rule of three; None where a figure is no rate."""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    said: str
    reply: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Something that went wrong, with the conversation it stands in."""

    name: str
    """The same from run to run, so that two runs can be compared case by case."""
    figure: str
    expected: tuple[str, ...] = ()
    """What was asked of it."""
    wrong: tuple[str, ...] = ()
    talk: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    name: str
    title: str
    area: str
    state: State
    about: str = ""
    not_shown: str = ""
    reason: str = ""
    """Why it was skipped or failed."""
    command: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    load: float = 0.0
    figures: tuple[Figure, ...] = ()
    cases: tuple[Case, ...] = ()
    hidden: bool = False
    """A held-out part: its cases are not kept, so that nobody tunes on them."""
    left_out: bool = False
    """Skipped because the run was short, not because something is missing here."""
    origin: Origin = "open"
    headline: str = ""
    """The figure that stands for it; empty: its first rate."""

    def figure(self, name: str) -> Figure | None:
        return next((one for one in self.figures if one.name == name), None)

    @property
    def first(self) -> Figure | None:
        """What stands for it in a line."""
        rates = (one for one in self.figures if one.better != "told" and one.unit in ("share", "score"))
        return self.figure(self.headline) or next(rates, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    at: str
    name: str
    quick: bool
    seed: int
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    parts: tuple[PartResult, ...]
    seconds: float = 0.0
    schema: int = SCHEMA
    missed: tuple[str, ...] = field(default=())
    """Gates that it did not pass, as lines."""
    data: Mapping[str, str] = field(default_factory=dict)
    """Digests of what it was measured on, by name."""

    def part(self, name: str) -> PartResult | None:
        return next((one for one in self.parts if one.name == name), None)

    def figures(self) -> dict[str, Figure]:
        """By "part/figure"."""
        return {f"{part.name}/{one.name}": one for part in self.parts for one in part.figures}


def share(
    name: str, hits: int, of: int, *, better: Better = "higher", about: str = "", unit: Unit = "share",
    grouped: Sequence[float] | None = None,
) -> Figure:  # fmt: skip
    """A rate with its interval; of 0 in n or n in n one end by the rule of three (Hanley and Lippman-Hand 1983).

    grouped: an interval from resampling whole conversations; of both the wider ends are told.
    """
    low, high = Rate(hits=hits, of=of).interval
    if grouped is not None and 0 < hits < of:
        low, high = min(low, grouped[0]), max(high, grouped[1])
    if of and hits == 0:
        high = min(1.0, 3 / of)
    elif of and hits == of:
        low = max(0.0, 1 - 3 / of)
    value = hits / of if of else 0.0
    return Figure(
        name=name, value=round(value, 5), unit=unit, better=better, hits=hits, of=of,
        low=round(low, 5), high=round(high, 5), about=about,
    )  # fmt: skip


def count(name: str, value: float, *, better: Better = "lower", about: str = "") -> Figure:
    return Figure(name=name, value=value, unit="count", better=better, about=about)


def score(
    name: str, value: float, *, of: int | None = None, better: Better = "higher", about: str = "",
    interval: Sequence[float] | None = None,
) -> Figure:  # fmt: skip
    """A mean between 0 and 1 that is no rate of hits; its interval by resampling, where each of its values is known."""
    low, high = (round(end, 5) for end in interval) if interval is not None else (None, None)
    return Figure(name=name, value=value, unit="score", better=better, of=of, about=about, low=low, high=high)


def milliseconds(name: str, value: float, *, about: str = "") -> Figure:
    return Figure(name=name, value=value, unit="ms", better="told", about=about)


def write_result(result: Result, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")


def read_result(path: Path) -> Result:
    """Raises ResultUnreadable. `path`: the JSON, or the folder that it lies in."""
    file = path / "scores.json" if path.is_dir() else path
    try:
        result = msgspec.json.decode(file.read_bytes(), type=Result)
    except OSError as error:
        raise ResultUnreadable(
            f"{str(file)!r} cannot be read ({error.strerror}): `aisle eval all` writes one"
        ) from error
    except msgspec.MsgspecError as error:
        raise ResultUnreadable(f"{str(file)!r} is no result of `aisle eval all`: {error}") from error
    if result.schema != SCHEMA:
        raise ResultUnreadable(
            f"{str(file)!r} has schema {result.schema}, this release reads {SCHEMA}: measure it anew"
        )
    return result
