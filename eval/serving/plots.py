"""Plots of what `serving_gpu` measured, as PNG. Needs Pillow, which comes with vLLM; without it the figures stay JSON.

Above: `serving_gpu`. Pure but for the file that is written.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, MARGIN = 960, 560, 80
COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce")
Lines = Mapping[str, Sequence[tuple[float, float]]]
"""Name -> points, x rising and above 0."""


def installed() -> bool:
    return importlib.util.find_spec("PIL") is not None


def ticks(highest: float, *, count: int = 5) -> list[float]:
    """Round numbers from 0 to at least `highest`."""
    if highest <= 0:
        return [0.0, 1.0]
    step = 10 ** math.floor(math.log10(highest / count))
    step = next(step * factor for factor in (1, 2, 2.5, 5, 10) if step * factor * count >= highest)
    return [number * step for number in range(count + 1)]


def place(x: float, y: float, xs: Sequence[float], top: float) -> tuple[float, float]:
    """Pixels of a point; x runs by doublings, as loads do."""
    low, high = math.log2(min(xs)), math.log2(max(xs))
    share = (math.log2(x) - low) / (high - low) if high > low else 0.5
    return MARGIN + share * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - y / top * (HEIGHT - 2 * MARGIN)


def draw_lines(path: Path, lines: Lines, *, title: str, unit: str) -> None:
    """One chart over the number of conversations at once. Raises ImportError without Pillow."""
    image_module, draw_module, fonts = (import_module(f"PIL.{name}") for name in ("Image", "ImageDraw", "ImageFont"))
    image = image_module.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = draw_module.Draw(image), fonts.load_default(15)
    xs = sorted({x for points in lines.values() for x, _ in points})
    rows = ticks(max((y for points in lines.values() for _, y in points), default=1.0))
    draw.text((MARGIN, 20), f"{title} ({unit})", fill="black", font=fonts.load_default(20))
    for row in rows:
        _, y = place(xs[0], row, xs, rows[-1])
        draw.line((MARGIN, y, WIDTH - MARGIN, y), fill="#dddddd")
        draw.text((12, y - 9), f"{row:g}", fill="#444444", font=font)
    for x in xs:
        left, _ = place(x, 0, xs, rows[-1])
        draw.text((left - 8, HEIGHT - MARGIN + 8), f"{x:g}", fill="#444444", font=font)
    draw.text((WIDTH / 2 - 80, HEIGHT - 36), "conversations at once", fill="#444444", font=font)
    for number, (name, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        pixels = [place(x, y, xs, rows[-1]) for x, y in points]
        if len(pixels) > 1:
            draw.line(pixels, fill=colour, width=3, joint="curve")
        for left, top in pixels:
            draw.ellipse((left - 4, top - 4, left + 4, top + 4), fill=colour)
        draw.text((WIDTH - MARGIN - 220, 50 + 20 * number), name, fill=colour, font=font)
    image.save(path)


def of_loads(report: Mapping[str, Any], *where: str) -> Lines:
    """From a report of `bench_serving`: one figure by load, a line for each side."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for key, found in report.items():
        if not key.endswith("_at_once"):
            continue
        for side in (name for name in found if name == "alone" or name.startswith("ours")):
            value: Any = found[side]
            for step in where:
                value = value[step]
            lines.setdefault(side.replace("_", " "), []).append((float(key.removesuffix("_at_once")), float(value)))
    return {name: sorted(points) for name, points in lines.items()}
