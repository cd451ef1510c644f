"""The parts of `aisle bench all`, as data: what each runs in each length, how long that takes, who reads it.

Above: `running`. Below: the readers. Placeholders in a command: {home}, {work}, {out}, {data}, {seed}, {python}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.bench.whole import reading
from eval.bench.whole.merging import Found
from eval.bench.whole.result import Length

Reader = Callable[[Any], Found]
"""Of what the command printed: its JSON."""
AISLE = ("-m", "eval.scores.aisle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A part in one length."""

    more: tuple[str, ...] = ()
    """Words after the command."""
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
    programs: tuple[str, ...] = ()
    """The same of programs."""
    ends: tuple[int, ...] = (0,)
    """Exit codes with which figures are still figures: 1 where something was lost, which they say."""
    environment: Mapping[str, str] = field(default_factory=dict)

    def form(self, length: Length) -> Form | None:
        found = self.forms.get(length)
        return self.forms.get("default") if found is None and length == "long" else found


def bench(*words: str) -> tuple[str, ...]:
    return (*AISLE, "bench", *words)


PARTS: Sequence[Part] = (
    Part(
        name="store", title="The durable log", area="The log", read=reading.store, argv=bench("store", "--json"),
        about="Appends as turns make them, synchronous=FULL, sealed; the disk's own fsync beside them.",
        forms={"quick": Form(seconds=12), "default": Form(seconds=36, repeats=3)},
    ),
    Part(
        name="turn", title="A turn", area="The turn", read=reading.turn, argv=bench("turn", "--home", "{home}", "--json"),
        about="Sixteen different turns a conversation, a scripted model that takes no time, the real log; in process.",
        forms={
            "quick": Form(more=("--seconds", "4"), seconds=20),
            "default": Form(
                more=("--seconds", "6", *(word for n in (1, 4, 16, 64) for word in ("--conversations", str(n)))),
                seconds=110, repeats=3,
            ),
        },
    ),
)  # fmt: skip
