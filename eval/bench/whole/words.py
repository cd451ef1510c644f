"""How figures are told, on the page and in the report (pure). Above: `page`, `report_page`. Below: `result`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from eval.bench.whole.result import SAID, Benchmarks, Figure, PartResult

_PART = re.compile(r" (p50|p95|p99|max)$")


def number(value: float, unit: str) -> str:
    """With its unit; as many places as say something."""
    if unit == "share":
        return f"{value:.1%}" if value < 0.9 else f"{value:.2%}"
    told = f"{value:,.0f}" if abs(value) >= 1_000 or value == int(value) else f"{value:.3g}"
    return f"{told}/s" if unit == "a second" else f"{told} {unit}".rstrip()


def goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    word = {"lower": "≤", "higher": "≥", "told": ""}[figure.better]
    return f"{word} {number(figure.goal, figure.unit)}" if figure.goal else number(0, "")


def of_goal(figure: Figure) -> str:
    """How much of it: 0.52 where a goal of 15 ms is met with 7.8."""
    return f"{figure.value / figure.goal:.2f} of it" if figure.goal else ""


def spread(figure: Figure) -> str:
    """Of its runs, from the least to the most."""
    if len(figure.runs) < 2 or min(figure.runs) == max(figure.runs):
        return ""
    low, high = min(figure.runs), max(figure.runs)
    return f"{number(low, '') if figure.unit != 'share' else number(low, 'share')}–{number(high, figure.unit)}"


def grouped(figures: Sequence[Figure]) -> list[tuple[str, tuple[Figure, ...]]]:
    """Percentiles of one thing stand together, as they came: "reply", with p50, p95 and max."""
    keyed = groupby(
        figures, key=lambda one: (_PART.sub("", one.name), one.unit, one.about, bool(_PART.search(one.name)))
    )
    return [(name, tuple(found)) for (name, *_), found in keyed]


def part_of(one: Figure) -> str:
    """p50, p95, p99 or max."""
    found = _PART.search(one.name)
    return found.group(1) if found is not None else ""


def runs(part: PartResult) -> str:
    return "one run" if part.repeats == 1 else f"medians of {part.repeats} runs"


def machine(part: PartResult) -> str:
    told = part.machine
    return (
        f"{told.get('cores', '?')} cores of {told.get('processor', 'unknown')}, {told.get('memory_gib', 0):.0f} GB, "
        f"{told.get('system', '')}, Python {told.get('python', '')}"
    )


def commit(part: PartResult) -> str:
    changed = f" and {part.changed_files} changed files" if part.changed_files else ""
    return f"{part.commit or 'no commit'}{changed}"


def when(part: PartResult) -> str:
    return f"{part.at[:16].replace('T', ' ')} UTC"


def took(part: PartResult) -> str:
    return f"{part.seconds:.0f} s, {part.cpu_seconds:.0f} s of CPU"


def length(part: PartResult) -> str:
    return SAID[part.length]


def missed(parts: Sequence[PartResult]) -> list[tuple[PartResult, Figure]]:
    return [(part, one) for part in parts for one in part.figures if one.met is False]


def headline(found: Benchmarks) -> str:
    measured = [part for part in found.parts if part.state == "measured"]
    goals = [one.met for part in measured for one in part.figures if one.met is not None]
    busy = [part for part in measured if part.quiet.word == "busy"]
    told = f"{sum(goals)} of {len(goals)} goals met, in {len(measured)} parts."
    if busy:
        told += (
            f" Others used the machine during {len(busy)} of them: CPU and memory hardly suffer, times of the clock do."
        )
    return told
