"""The figures of `aisle bench load growth` as a drawing. Above: `command`. Below: `eval.load.growth_plot`, which draws panels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.load.growth_plot import Panel, panels_svg


def turn_growth_svg(report: Mapping[str, Any]) -> str:
    """CPU of a turn by conversations in the log, and by events of its conversation."""
    wide, long = report["by_conversations"], report["by_events_of_the_conversation"]
    panels = [
        Panel(
            title="CPU a turn, ms, by conversations in the log",
            lines={
                "first turn after a start": _line(wide, "cpu_ms_a_first_turn"),
                "later": _line(wide, "cpu_ms_a_turn"),
            },
        ),
        Panel(
            title="CPU a turn, ms, by events of its conversation",
            lines={"later turns": _line(long, "cpu_ms_a_turn")},
        ),
    ]
    return panels_svg(panels, title="A turn as the log grows", said=f"{report['turns_each']} turns at each size")


def _line(figures: Mapping[str, Any], name: str) -> list[tuple[float, float]]:
    return [(float(size), float(one[name])) for size, one in figures.items()]
