"""What a part of `aisle bench all` is: commands in each length, how long they take, who reads what they print.

Above: `parts`, `running`. Below: `merging`, `result`. Placeholders in a command: {home}, {vectors}, {out}, {data}, {peers}, {seed}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.bench.whole.merging import Found
from eval.bench.whole.result import Length

Reader = Callable[[Sequence[Any]], Found]
"""Of what the commands printed: their JSON, in order."""
AISLE = ("-m", "eval.scores.aisle")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Else the spinning of others would be counted as work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A part in one length."""

    steps: tuple[tuple[str, ...], ...] = ((),)
    """Words after the command; more than one: it is run with each, and all are read together."""
    seconds: float
    """That all its runs take on two quiet cores, as measured."""
    repeats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    title: str
    area: str
    about: str
    argv: tuple[str, ...]
    """After the interpreter."""
    forms: Mapping[Length, Form]
    """Where "long" is missing it is as by default; where another is missing, it is left out there."""
    read: Reader
    needs: tuple[str, ...] = ()
    """Paths without which it is skipped, and the reason told."""
    otherwise: tuple[str, ...] = ()
    """What is run where a path is not here; else it is skipped then."""
    modules: tuple[str, ...] = ()
    """The same of Python packages."""
    ends: tuple[int, ...] = (0,)
    """Exit codes with which figures are still figures: 1 where something was lost, which they say."""
    environment: Mapping[str, str] = field(default_factory=dict)
    wrote: str = ""
    """The file that has the JSON, where it is not printed."""

    def form(self, length: Length) -> Form | None:
        found = self.forms.get(length)
        return self.forms.get("default") if found is None and length == "long" else found


def bench(*words: str) -> tuple[str, ...]:
    return (*AISLE, "bench", *words)


def only(read: Callable[[Mapping[str, Any]], Found]) -> Reader:
    return lambda printed: read(printed[0])


def steps(option: str, *values: int) -> tuple[tuple[str, ...], ...]:
    return tuple((option, str(value)) for value in values)


def at_once(*values: int) -> tuple[str, ...]:
    return tuple(word for value in values for word in ("--at-once", str(value)))
