"""The report of `aisle eval all` as one HTML file: the verdict, what to trust, what has changed, every figure and case (pure).

No script, nothing from outside: it can be mailed. Above: `whole`. Below: the `page_…` modules, one a section.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.scores.comparing import Compared
from eval.scores.page_changes import changed
from eval.scores.page_limits import limits, words
from eval.scores.page_parts import area, areas_of
from eval.scores.page_planted import planted_faults
from eval.scores.page_style import STYLE
from eval.scores.page_trust import trust
from eval.scores.page_verdict import verdict_of
from eval.scores.planted import Planted
from eval.scores.result import Result
from eval.scores.verdict import judged


def page(
    result: Result, changes: Sequence[Compared] = (), *, runs: Sequence[Result] = (), planted: Planted | None = None
) -> str:
    """changes: against the last run first; runs: newest first, this one too."""
    last = changes[0] if changes else None
    areas = areas_of(result)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Aisle, measured: {escape(result.name)}</title><style>{STYLE}</style></head><body><main>"
        f"{verdict_of(result, judged(result), changes, planted)}{_links(areas)}{trust(result)}{limits(result)}"
        f"{changed(changes, runs)}{planted_faults(planted)}"
        + "".join(area(name, _id(name), result, last) for name in areas)
        + f"{words()}{_conditions(result)}</main></body></html>\n"
    )


def _id(name: str) -> str:
    return f"area-{name.lower().replace(' ', '-')}"


def _links(areas: Sequence[str]) -> str:
    places = (
        ("trust", "What to trust"), ("limits", "Not measured"), ("changes", "Changes"), ("planted", "Planted faults"),
        *((_id(name), name) for name in areas), ("words", "Words"), ("conditions", "Conditions"),
    )  # fmt: skip
    links = "".join(f'<a href="#{place}">{escape(name)}</a>' for place, name in places)
    return f'<nav aria-label="Sections">{links}</nav>'


def _conditions(result: Result) -> str:
    facts = {**result.machine, **result.versions, "seed": result.seed, "measured in": f"{result.seconds:.0f} s"}
    rows = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items())
    data = "".join(f"<dt>{escape(name)}</dt><dd>{escape(digest)}</dd>" for name, digest in result.data.items())
    commands = "".join(
        f"<li>{escape(part.title)}: {part.seconds:.0f} s, {part.cpu_seconds:.0f} s of CPU, load {part.load:g}<br>"
        f"<code>{escape(part.command)}</code></li>"
        for part in result.parts
        if part.command
    )
    return (
        f'<section id="conditions"><h2>Conditions</h2><dl class="facts">{rows}</dl>'
        f'<details class="more"><summary>Digests of what it was measured on</summary><dl class="facts">{data}</dl></details>'
        f'<details class="more"><summary>Each part\'s command and time</summary><ul>{commands}</ul></details></section>'
    )
