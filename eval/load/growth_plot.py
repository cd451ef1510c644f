"""The figures of `aisle bench retrieval` as a drawing: what a query costs, and what memory it takes, by size of catalogue."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT, _LEFT, _TOP, _ACROSS, _DOWN, _GAP = 860, 410, 60, 50, 330, 240, 90
_COLOURS = ("#0b6bcb", "#c2410c", "#15803d", "#7c3aed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    title: str
    lines: Mapping[str, Points]

    @property
    def xs(self) -> list[float]:
        return sorted({x for points in self.lines.values() for x, _ in points})

    @property
    def top(self) -> float:
        """Of the scale: the next round number above all points."""
        most = max((y for points in self.lines.values() for _, y in points), default=1.0)
        step = 10 ** math.floor(math.log10(max(most, 1e-9)))
        return float(math.ceil(most / step) * step)


def growth_svg(report: Mapping[str, Any]) -> str:
    """A whole SVG document; sizes on a logarithmic scale."""
    said = f"{report['machine']}, {report['date']}; {report['products']}"
    return panels_svg(_panels(report["sizes"]), title="Search as the catalogue grows", said=said)


def panels_svg(panels: Sequence[Panel], *, title: str, said: str) -> str:
    """Side by side, each with a logarithmic scale of sizes; `said` stands below."""
    drawn = [part for number, panel in enumerate(panels) for part in _drawn(panel, _LEFT + number * (_ACROSS + _GAP))]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            ' font-family="system-ui, sans-serif" font-size="12" fill="#1f2937">',
            f"<title>{escape(title)}: {escape(said)}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
            *drawn,
            f'<text x="{_LEFT}" y="{_HEIGHT - 8}" font-size="10" fill="#4b5563">{escape(said)}</text>',
            "</svg>\n",
        ]
    )


def _panels(sizes: Mapping[str, Any]) -> list[Panel]:
    def line(read: Any) -> Points:
        return [(float(size), float(read(figures))) for size, figures in sizes.items()]

    return [
        Panel(
            title="CPU a query, ms (one thread)",
            lines={
                "p95, price filter of 10 %": line(lambda one: one["filtered_by_price"]["10%"]["cpu_ms"]["p95"]),
                "p95": line(lambda one: one["query"]["cpu_ms"]["p95"]),
                "p50": line(lambda one: one["query"]["cpu_ms"]["p50"]),
                "p50 without the encoder": line(lambda one: one["query"]["cpu_ms_without_encoder"]["p50"]),
            },
        ),
        Panel(
            title="Memory of a process that searches, MiB",
            lines={
                "resident": line(lambda one: one["memory_mib"]["resident"]),
                "own, not shared with others": line(lambda one: one["memory_mib"]["own"]),
            },
        ),
    ]


def _drawn(panel: Panel, left: float) -> Iterator[str]:
    first, last = math.log10(panel.xs[0]), math.log10(panel.xs[-1])

    def across(x: float) -> float:
        return left + _ACROSS * ((math.log10(x) - first) / (last - first) if last > first else 0.5)

    def down(y: float) -> float:
        return _TOP + _DOWN * (1 - y / panel.top)

    yield f'<text x="{left}" y="{_TOP - 20}" font-size="14" font-weight="600">{escape(panel.title)}</text>'
    for step in range(5):
        y = panel.top * step / 4
        yield f'<path d="M{left} {down(y):.1f}h{_ACROSS}" stroke="#e5e7eb"/>'
        yield f'<text x="{left - 8}" y="{down(y) + 4:.1f}" text-anchor="end">{y:g}</text>'
    for x in panel.xs:
        yield f'<text x="{across(x):.1f}" y="{_TOP + _DOWN + 18}" text-anchor="middle">{int(x):,}</text>'
    for number, (name, points) in enumerate(panel.lines.items()):
        yield from _line(name, [(across(x), down(y)) for x, y in points], number, left)


def _line(name: str, points: Points, number: int, left: float) -> Iterator[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
    row = _TOP + _DOWN + 38 + 13 * number
    yield f'<circle cx="{left + 5}" cy="{row - 4}" r="4" fill="{colour}"/><text x="{left + 15}" y="{row}">{escape(name)}</text>'
