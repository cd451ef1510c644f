"""From what each bench prints to figures, goals and lines of growth (pure). Above: `parts`. Below: `result`.

A goal stands here once, beside the figure that it is of. KeyError, TypeError or ValueError: it is not what this bench prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eval.bench.whole.merging import Found
from eval.bench.whole.result import Better, Figure, Line, Plot, Point

Raw = Mapping[str, Any]
NONE: Mapping[str, float] = {}


def figure(
    name: str, value: Any, unit: str, *, goal: float | None = None, better: Better = "lower", about: str = ""
) -> Figure:
    return Figure(name=name, value=float(value), unit=unit, goal=goal, better=better, about=about)


def told(name: str, value: Any, unit: str, about: str = "") -> Figure:
    return figure(name, value, unit, better="told", about=about)


def spread(name: str, raw: Raw, unit: str = "ms", goals: Mapping[str, float] = NONE) -> tuple[Figure, ...]:
    """`raw`: p50, p95, p99, max, as far as it has them; `goals` by the same names."""
    shown = [part for part in ("p50", "p95", "p99", "max") if part in raw]
    return tuple(figure(f"{name} {part}", raw[part], unit, goal=goals.get(part)) for part in shown)


def line(name: str, points: Iterable[tuple[Any, Any]]) -> Line:
    return Line(name=name, points=tuple(Point(x=float(x), value=float(y)) for x, y in points))


def store(raw: Raw) -> Found:
    figures = [*spread("fsync of 4 kB", {"p50": raw["fsync_ms"]["p50"]})]
    for one in raw["loads"]:
        many = f"{one['conversations']} at once"
        figures += spread(f"{many}: append", one["append_ms"])
        figures += [
            figure(f"{many}: appends a second", one["appends_per_second"], "a second", better="higher"),
            figure(f"{many}: CPU an append", one["processor_us_per_append"], "µs"),
        ]
    figures.append(figure("bytes an event", raw["loads"][-1]["bytes_per_event"], "bytes"))
    sealing = raw["sealing"]
    for name, what in (("turn_written_us", "writing"), ("turn_read_us", "reading")):
        figures.append(figure(f"sealing, {what} a turn", sealing[name]["more"], "µs", about="CPU more than unsealed"))
    figures.append(figure("a conversation's key, once", sealing["new_key_us"], "µs"))
    return tuple(figures), ()


def turn(raw: Raw) -> Found:
    loads = {int(name.removesuffix("_at_once")): one for name, one in raw.items() if name.endswith("_at_once")}
    goals: Mapping[int, Mapping[str, float]] = {1: {"p50": 15, "p99": 60}}
    figures: list[Figure] = []
    for many, one in loads.items():
        goal = 200.0 if many == 64 else None
        figures += spread(f"{many} at once: durable reply", one["durable_reply_ms"], goals=goals.get(many, NONE))
        figures += [
            figure(f"{many} at once: turns a second", one["turns_a_second"], "a second", better="higher", goal=goal),
            figure(f"{many} at once: CPU a turn", one["cpu_ms_a_turn"], "ms"),
        ]
    plots = (
        Plot(
            name="turn-cpu", title="CPU a turn", x="conversations at once", unit="ms",
            lines=(line("CPU a turn", ((many, one["cpu_ms_a_turn"]) for many, one in loads.items())),),
        ),
        Plot(
            name="turn-rate", title="Turns a second", x="conversations at once", unit="a second", goal=200,
            lines=(line("turns a second", ((many, one["turns_a_second"]) for many, one in loads.items())),),
        ),
    )  # fmt: skip
    return tuple(figures), plots if len(loads) > 2 else ()
