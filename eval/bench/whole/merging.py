"""Several runs of one part become one: medians with their runs, lines with their spread; ratios against another time (pure).

Above: `running`, the report. Below: `result`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from eval.bench.whole.result import Figure, Line, PartResult, Plot, Point

Found = tuple[tuple[Figure, ...], tuple[Plot, ...]]


def merged(runs: Sequence[Found]) -> Found:
    """Figures and plots that every run has, in the order of the first."""
    if len(runs) == 1:
        return runs[0]
    figures = [_median(one, [run[0] for run in runs]) for one in runs[0][0]]
    plots = [_spread(plot, [run[1] for run in runs]) for plot in runs[0][1]]
    return tuple(figures), tuple(plots)


def _median(figure: Figure, runs: Sequence[Sequence[Figure]]) -> Figure:
    values = tuple(one.value for run in runs for one in run if one.name == figure.name)
    return replace(figure, value=round(median(values), 4), runs=values)


def _spread(plot: Plot, runs: Sequence[Sequence[Plot]]) -> Plot:
    same = [one for run in runs for one in run if one.name == plot.name]
    return replace(plot, lines=tuple(_line(line, same) for line in plot.lines))


def _line(line: Line, plots: Sequence[Plot]) -> Line:
    seen = [point for plot in plots for one in plot.lines if one.name == line.name for point in one.points]
    return replace(line, points=tuple(_point(one, seen) for one in line.points))


def _point(point: Point, seen: Sequence[Point]) -> Point:
    values = [one.value for one in seen if one.x == point.x]
    return Point(x=point.x, value=round(median(values), 4), low=min(values), high=max(values))


def ratio(now: Figure, before: Figure | None) -> float | None:
    """1.5: half as much again. None where there is nothing to divide by, or the unit is another one."""
    if before is None or before.unit != now.unit or not before.value or not now.value:
        return None
    return now.value / before.value


def way(now: Figure, before: Figure | None) -> str:
    """better, worse, or nothing where it lies within the runs of either, or within a twentieth; a quarter for single runs."""
    changed = ratio(now, before)
    if changed is None or before is None or now.better == "told" or _overlap(now, before):
        return ""
    if abs(changed - 1) < (0.05 if now.runs and before.runs else 0.25):
        return ""
    return "better" if (changed < 1) == (now.better == "lower") else "worse"


def _overlap(one: Figure, other: Figure) -> bool:
    spread, others = one.runs or (one.value,), other.runs or (other.value,)
    return min(spread) <= max(others) and min(others) <= max(spread)


def comparable(one: PartResult, other: PartResult) -> bool:
    """Neither on a busy machine: else a difference says nothing about the code."""
    return one.quiet.word == other.quiet.word == "quiet"


def same_part(parts: Sequence[PartResult], wanted: PartResult) -> PartResult | None:
    """Measured the last time, in the same length: other lengths take other settings."""
    found = (one for one in parts if one.name == wanted.name and one.state == "measured")
    return next((one for one in found if one.length == wanted.length), None)
