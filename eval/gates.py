"""Thresholds: what a figure must reach for `--gate` to let it pass. Measuring alone never fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    figure: tuple[str, ...]
    """Where it stands in the report."""
    least: float | None = None
    most: float | None = None

    def verdict(self, report: Mapping[str, Any]) -> str:
        """Empty when it passes, else a line for people."""
        value: Any = report
        for key in self.figure:
            value = value.get(key) if isinstance(value, Mapping) else None
        name = " ".join(self.figure).replace("_", " ")
        if not isinstance(value, int | float):
            return f"{name} was not measured"
        if self.least is not None and value < self.least:
            return f"{name} is {value:.4g}, less than {self.least:g}"
        if self.most is not None and value > self.most:
            return f"{name} is {value:.4g}, more than {self.most:g}"
        return ""


DIALOGUE = (
    Gate(figure=("turns_reached", "rate"), least=0.95),
    Gate(figure=("ungrounded_figures",), most=0),
    Gate(figure=("unnamed_cards",), most=0),
    Gate(figure=("turns_failed",), most=0),
)

VOICE = (
    Gate(figure=("lines", "clean", "all", "word_error_rate"), most=0.08),
    Gate(figure=("lines", "phone", "all", "word_error_rate"), most=0.09),
    Gate(figure=("lines", "phone_noise", "all", "word_error_rate"), most=0.13),
    Gate(figure=("not_speech", "transcripts"), most=0),
    Gate(figure=("cpu_seconds_per_second_of_speech", "total"), most=0.35),
)


def failed(gates: Sequence[Gate], report: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(line for gate in gates if (line := gate.verdict(report)))
