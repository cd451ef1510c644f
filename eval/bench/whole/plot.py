"""A plot of growth as SVG: medians, the spread of runs, a goal as a line; light and dark (pure). Above: `report`, `page`.

Below: `result`. Sizes stand on a logarithmic scale, as far as they go.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from eval.bench.whole.result import Line, Plot, Point

_WIDTH, _LEFT, _RIGHT, _TOP, _DEEP, _ROW = 460, 52, 16, 46, 190, 17
_GOAL_SHOWN = 3.0
"""A goal farther above than so many times the highest point would press all lines to the floor: it is told in words."""
STYLE = (
    ".plot text{fill:#59636d;font:12px system-ui,sans-serif}.plot .head{fill:#1a1f24;font-weight:600;font-size:13px}"
    ".plot .grid{stroke:#dfe4e8}.plot .goal{stroke:#59636d;stroke-dasharray:5 4;stroke-width:1.5}"
    ".plot .l0{stroke:#2b5fb3;--c:#2b5fb3}.plot .l1{stroke:#b4540a;--c:#b4540a}.plot .l2{stroke:#12714a;--c:#12714a}"
    ".plot .l3{stroke:#7c3aed;--c:#7c3aed}.plot .dot{fill:var(--c);stroke:none}"
    ".plot .spread{opacity:.45;stroke-width:4}.plot .line{fill:none;stroke-width:2}"
    "@media(prefers-color-scheme:dark){.plot text{fill:#9ba6b0}.plot .head{fill:#e7eaed}.plot .grid{stroke:#333b42}"
    ".plot .goal{stroke:#9ba6b0}.plot .l0{stroke:#86b0f4;--c:#86b0f4}.plot .l1{stroke:#f0a35e;--c:#f0a35e}"
    ".plot .l2{stroke:#5bd09a;--c:#5bd09a}.plot .l3{stroke:#b79bf5;--c:#b79bf5}}"
)
_GROUND = ".ground{fill:#fff}@media(prefers-color-scheme:dark){.ground{fill:#1b2025}}"


@dataclass(frozen=True, slots=True)
class _Scale:
    first: float
    last: float
    top: float

    @classmethod
    def of(cls, plot: Plot) -> _Scale:
        points = [point for one in plot.lines for point in one.points]
        most = max((point.high or point.value for point in points), default=1.0)
        shown = plot.goal if plot.goal is not None and plot.goal <= most * _GOAL_SHOWN else 0.0
        xs = [math.log10(point.x) for point in points] or [0.0]
        return cls(min(xs), max(xs), rounded(max(most, shown)))

    def x(self, value: float) -> float:
        across = _WIDTH - _LEFT - _RIGHT
        return _LEFT + across * (
            (math.log10(value) - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        )

    def y(self, value: float) -> float:
        return _TOP + _DEEP * (1 - value / self.top)


def rounded(most: float) -> float:
    """The next of 1, 2, 4, 5, 6, 8, 10 times a power of ten."""
    if most < 1e-9:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= most * 0.999 or step == 10)


def drawn(plot: Plot, *, alone: bool = False) -> str:
    """`alone`: a file of its own, with its style and ground; else for a page that has STYLE."""
    scale, height = _Scale.of(plot), _TOP + _DEEP + 42 + _ROW * len(plot.lines)
    style = f'<style>{STYLE}{_GROUND}</style><rect class="ground" width="{_WIDTH}" height="{height}"/>' if alone else ""
    size = f' width="{_WIDTH}" height="{height}"' if alone else ""
    unit = f", {plot.unit}," if plot.unit != "a second" else ""
    name = f"{plot.title}{unit} by {plot.x}"
    return (
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"{size} role="img">'
        f"<title>{escape(_said(plot))}</title>{style}"
        f'<text class="head" x="10" y="18">{escape(name)}</text>'
        + "".join(_axes(plot, scale))
        + "".join(part for number, one in enumerate(plot.lines) for part in _line(one, number, scale))
        + "".join(_goal(plot, scale))
        + "</svg>\n"
    )


def _said(plot: Plot) -> str:
    """For who does not see it."""
    lines = (f"{one.name}: " + ", ".join(f"{sized(p.x)} {p.value:g}" for p in one.points) for one in plot.lines)
    return f"{plot.title} in {plot.unit}, by {plot.x}. {'; '.join(lines)}" + (
        f"; goal {plot.goal:g}" if plot.goal is not None else ""
    )


def _axes(plot: Plot, scale: _Scale) -> Iterator[str]:
    for step in range(5):
        value = scale.top * step / 4
        y = scale.y(value)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{value:,.4g}</text>'
    for x in sorted({point.x for one in plot.lines for point in one.points}):
        yield f'<text x="{scale.x(x):.1f}" y="{_TOP + _DEEP + 18}" text-anchor="middle">{sized(x)}</text>'


def sized(x: float) -> str:
    for least, name in ((1_000_000, "M"), (1_000, "k")):
        if x >= least:
            return f"{x / least:.3g}{name}"
    return f"{x:g}"


def _line(one: Line, number: int, scale: _Scale) -> Iterator[str]:
    kind = f"l{number % 4}"
    path = " ".join(f"{scale.x(p.x):.1f},{scale.y(p.value):.1f}" for p in one.points)
    yield from (spread for p in one.points for spread in _spread(p, kind, scale))
    yield f'<polyline class="line {kind}" points="{path}"/>'
    yield from (
        f'<circle class="dot {kind}" cx="{scale.x(p.x):.1f}" cy="{scale.y(p.value):.1f}" r="3.5"/>' for p in one.points
    )
    y = _TOP + _DEEP + 38 + _ROW * number
    yield f'<circle class="dot {kind}" cx="{_LEFT + 4}" cy="{y - 4}" r="4"/>'
    yield f'<text x="{_LEFT + 14}" y="{y}">{escape(one.name)}</text>'


def _spread(point: Point, kind: str, scale: _Scale) -> Iterator[str]:
    if point.low is not None and point.high is not None and point.high > point.low:
        x = scale.x(point.x)
        yield (
            f'<line class="spread {kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{scale.y(point.low):.1f}" y2="{scale.y(point.high):.1f}"/>'
        )


def _goal(plot: Plot, scale: _Scale) -> Iterator[str]:
    if plot.goal is None:
        return
    right = _WIDTH - _RIGHT
    if plot.goal > scale.top:
        yield f'<text x="{right}" y="{_TOP - 8}" text-anchor="end">goal {plot.goal:g}, far above</text>'
        return
    y = scale.y(plot.goal)
    yield f'<line class="goal" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
    yield f'<text x="{right}" y="{y - 5:.1f}" text-anchor="end">goal {plot.goal:g}</text>'
