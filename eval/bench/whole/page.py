"""docs/benchmarks.md and its pictures, from the measured parts and what is kept by hand (pure). Above: `report`, `command`.

Below: `elsewhere`, `words`, `plot`. The page says by which command each figure came, on what, when, and beside what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.bench.whole import words
from eval.bench.whole.elsewhere import Elsewhere, Entry
from eval.bench.whole.plot import drawn
from eval.bench.whole.result import Figure, PartResult

HEAD = (
    "<!-- Written by `aisle bench page` from docs/benchmarks/measured.json (`aisle bench all --page docs/benchmarks.md`) and "
    "docs/benchmarks/elsewhere.yaml (kept by hand). Change those, not this. -->"
)
HOW = """`aisle bench all` measures it in half an hour (`--quick` coarsely in five minutes, `--long` in hours), each part in a
process of its own, and says what else the machine did: **quiet** where others took less than a quarter of a core just before
and just after, **busy** where more. CPU and memory hardly suffer from others, times of the clock do. The yardstick is the CPU
that a fixed piece of work of our own took just before: where it differs, the machine does, and all figures with it. A figure is
the median where a spread stands beside it.

    aisle bench all                                # .aisle/bench/report.html and benchmarks.json; goes on where it was stopped
    aisle bench all --again busy --page docs/benchmarks.md"""


def page(measured: Sequence[PartResult], elsewhere: Elsewhere) -> str:
    areas = dict.fromkeys(
        (*elsewhere.areas, *(part.area for part in measured), *(entry.area for entry in elsewhere.entries))
    )
    blocks = [HEAD, "# Benchmarks", elsewhere.before.strip(), HOW, *_summary(measured)]
    for area in areas:
        blocks += _area(
            area,
            [one for one in measured if one.area == area],
            [one for one in elsewhere.entries if one.area == area],
            elsewhere,
        )
    return "\n\n".join(blocks) + "\n"


def pictures(measured: Sequence[PartResult]) -> dict[str, str]:
    """SVG by the name of its file."""
    return {_file(plot.name): drawn(plot, alone=True) for part in measured for plot in part.plots}


def _file(name: str) -> str:
    return f"bench-{name}.svg"


def _summary(measured: Sequence[PartResult]) -> Iterator[str]:
    goals = [one.met for part in measured for one in part.figures if one.met is not None]
    if not goals:
        return
    busy = [part.title for part in measured if part.quiet.word == "busy"]
    yield f"## In short\n\n{sum(goals)} of {len(goals)} goals are met by the measured figures below." + (
        f" Measured on a busy machine, and to be measured again: {', '.join(busy)}." if busy else ""
    )
    if misses := words.missed(measured):
        yield "Missed:\n\n" + "\n".join(
            f"- {part.title}: {one.name} is {words.number(one.value, one.unit)}, goal {words.goal(one)}"
            f"{' (busy)' if part.quiet.word == 'busy' else ''}"
            for part, one in misses
        )


def _area(area: str, parts: Sequence[PartResult], entries: Sequence[Entry], elsewhere: Elsewhere) -> Iterator[str]:
    if not parts and not entries:
        return
    yield f"## {area}"
    for part in parts:
        yield from _part(part)
    for entry in entries:
        yield from _entry(entry, elsewhere)


def _part(part: PartResult) -> Iterator[str]:
    commands = ", ".join(f"`{one}`" for one in part.commands)
    yield f"### {part.title}\n\n{part.about}"
    yield (
        f"Measured {words.when(part)} at commit {words.commit(part)}, {words.runs(part)}, seed {part.seed}; "
        f"{part.quiet.told}; {words.machine(part)}; {words.took(part)}. Command: {commands}."
    )
    yield "| figure | value | spread | goal | met |\n|---|---|---|---|---|\n" + "\n".join(
        _row(name, figures) for name, figures in words.grouped(part.figures)
    )
    if part.plots:
        yield "\n".join(f"![{plot.title} by {plot.x}](pictures/{_file(plot.name)})" for plot in part.plots)
    for note in part.notes:
        yield f"Note: {note}"


def _row(name: str, figures: Sequence[Figure]) -> str:
    about = f" ({figures[0].about})" if figures[0].about else ""
    parts = " / ".join(filter(None, map(words.part_of, figures)))
    values = " / ".join(words.number(one.value, "" if one.unit != "share" else one.unit) for one in figures[:-1])
    told = " / ".join(filter(None, (values, words.number(figures[-1].value, figures[-1].unit))))
    spread = f"{words.part_of(figures[0])} {words.spread(figures[0])}".strip() if words.spread(figures[0]) else ""
    goals = ", ".join(f"{words.part_of(one)} {words.goal(one)}".strip() for one in figures if one.goal is not None)
    return f"| {name}{about}{f', {parts}' if parts else ''} | {told} | {spread} | {goals} | {_met(figures)} |"


def _met(figures: Sequence[Figure]) -> str:
    judged = [one for one in figures if one.met is not None]
    missed = [words.part_of(one) for one in judged if one.met is False]
    if not judged:
        return ""
    which = f" ({', '.join(missed)})" if missed and len(missed) < len(judged) else ""
    return f"**no**{which}" if missed else "yes"


def _entry(entry: Entry, elsewhere: Elsewhere) -> Iterator[str]:
    yield f"### {entry.title} ({entry.date})"
    yield (
        f"*Kept by hand.* {entry.date}; {entry.load}; {elsewhere.machines.get(entry.machine, entry.machine)}"
        f"{f'; commit {entry.commit}' if entry.commit else ''}; {entry.source}. Command: `{entry.command}`."
    )
    yield entry.told.strip()
