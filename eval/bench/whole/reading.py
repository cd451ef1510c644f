"""From what each bench prints to figures, goals and lines of growth (pure). Above: `parts`, the other readers. Below: `result`.

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


def start(raw: Raw) -> Found:
    cold, warm = raw["cold_start"], raw["warm_start"]
    return (
        figure("first start: first answer", cold["first_answer_s"], "s", about="makes and indexes the demo shop"),
        figure("second start: ready", warm["ready_s"], "s", goal=10),
        figure("second start: first answer", warm["first_answer_s"], "s", goal=10),
        figure("memory, our process", warm["own_memory_mib"], "MiB"),
        figure("memory with the language model, idle", warm["memory_with_model_mib"], "MiB", goal=2048),
    ), ()


def desk(raw: Raw) -> Found:
    return (
        *spread("claimed → summary", raw["summary_ms"], goals={"p95": raw["target_ms"]}),
        *spread("claimed → first draft", raw["first_draft_ms"], goals={"p95": raw["target_ms"]}),
        *spread("CPU of both", raw["own_time_ms"]),
    ), ()


def devices(raw: Raw) -> Found:
    if not raw["delivered"]:
        raise ValueError("nothing was delivered")
    counted = ("gaps", "doubled", "lost", "logs_unequal", "hashes_unequal", "unsettled")
    return (
        told("conversations on four devices", raw["conversations"], ""),
        told("reconnects at random points", raw["reconnects"], ""),
        told("events delivered", raw["delivered"], ""),
        *(figure(name.replace("_", " "), raw[name], "", goal=0) for name in counted),
        *spread("delivery", raw["delivery_ms"]),
        figure(
            "CPU a delivered event", raw["cpu_ms_per_delivered_event"], "ms", about="server, devices and check together"
        ),
    ), ()


def texts(raw: Raw) -> Found:
    return tuple(
        figure(f"{said} {part}", raw[f"{name}_ms_{part}"], "ms")
        for name, said in (("webhook", "webhook answered"), ("reply", "reply at the carrier"))
        for part in ("p50", "p95")
    ), ()


def screens(raw: Raw) -> Found:
    """Of real browsers: durable to rendered, by who says and who sees."""
    figures: list[Figure] = []
    for name, one in raw.items():
        named = {part: one[f"{part}_ms"] for part in ("p50", "p95", "max")}
        figures += spread(f"{name}: rendered", named, goals={"p95": 150} if name == "all" else NONE)
    return tuple(figures), ()


def sight(raw: Raw) -> Found:
    bound = raw["bound_percent"]
    figures = [told(f"CPU a turn, {mode}", value, "ms") for mode, value in raw["cpu_ms_a_turn"].items()]
    for mode, value in raw["cost_percent"].items():
        low, high = raw["cost_percent_interval_95"][mode]
        goal = None if mode == "traces_1.0" else bound
        about = f"95 % interval {low:g} to {high:g}, by rounds"
        figures.append(figure(f"{mode}: more CPU", value, "%", goal=goal, about=about))
    for mode, value in raw["alone_us_a_turn"].items():
        figures.append(figure(f"sight alone, {mode}", value, "µs", about="CPU a turn, without a turn around it"))
    return tuple(figures), ()


def audit(raw: Raw) -> Found:
    return (
        figure("a link", raw["link_us_cpu"], "µs", about="CPU"),
        figure("a row written", raw["write_us_a_row_cpu"], "µs", about="CPU"),
        figure("a row verified", raw["verify_us_a_row_cpu"], "µs", about="CPU"),
        figure("a note in a turn", raw["note_us_cpu"], "µs", about="CPU"),
        figure("rows written a second", raw["write_rows_s_wall"], "a second", better="higher"),
        figure("a desk call waits p50", raw["record_ms_p50"], "ms"),
        figure("a desk call waits p95", raw["record_ms_p95"], "ms"),
        figure("… fifty at once p95", raw["record_ms_p95_of_50_at_once"], "ms"),
        figure("bytes a row", raw["bytes_a_row"], "bytes"),
    ), ()
