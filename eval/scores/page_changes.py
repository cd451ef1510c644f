"""What has changed against other runs, and all runs so far in lines (pure, HTML). Above: `page`. Below: `comparing`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from eval.scores.comparing import Change, Compared
from eval.scores.plots import moment, number, range_line, trials
from eval.scores.result import Figure, Result

_MOST: Final = 40
_RUNS: Final = 10
_TRACKED: Final = ("shopping_heldout", "practice", "constrained_heldout", "intents_heldout", "judged_search")
"""Whose figures are followed from run to run, where a run has them."""


def changed(changes: Sequence[Compared], runs: Sequence[Result]) -> str:
    body = "".join(_compared(one) for one in changes) or "<p>No earlier run of this length lies here.</p>"
    how = (
        '<p class="soft">Any other run: <code>aisle eval all --against NAME</code>, a name from the lists above '
        "or a path; what was "
        "measured of this commit is taken over, so that only the report is made anew.</p>"
    )
    return f'<section id="changes"><h2>What has changed</h2>{body}{_history(runs)}{how}</section>'


def _compared(one: Compared) -> str:
    head = f"<h3>Against {escape(one.name)}, {escape(moment(one.at))}</h3>"
    if not (one.better or one.worse or one.broken or one.mended or one.gone):
        return f"{head}<p>Nothing: every figure is the same.</p>"
    told = head
    for title, kind, found in (("Worse", "bad", one.worse), ("Better", "good", one.better)):
        sure = [change for change in found if change.beyond_chance]
        told += f'<p class="{kind}"><b>{title} beyond chance</b></p><ul>{_rows(sure)}</ul>' if sure else ""
    chance = [change for change in (*one.worse, *one.better) if not change.beyond_chance]
    if not any(change.beyond_chance for change in (*one.worse, *one.better)):
        told += "<p>No figure is better or worse beyond chance.</p>"
    if chance:
        told += f"<details><summary>Other, but within chance: {len(chance)}</summary><ul>{_rows(chance)}</ul></details>"
    for title, names in (
        ("Cases newly wrong", one.broken),
        ("Cases mended", one.mended),
        ("No longer measured", one.gone),
    ):
        told += _named(title, names) if names else ""
    return told


def _named(title: str, names: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(name)}</li>" for name in names[:_MOST])
    more = f"<p>and {len(names) - _MOST} more</p>" if len(names) > _MOST else ""
    return f"<details><summary>{title}: {len(names)}</summary><ul>{items}</ul>{more}</details>"


def _rows(found: Sequence[Change]) -> str:
    return "".join(
        f"<li><b>{escape(change.figure)}</b>: {number(change.was, change.unit)} → {number(change.now, change.unit)}"
        f"{f' <small>{escape(change.told)}</small>' if change.told else ''}</li>"
        for change in found
    )


def _history(runs: Sequence[Result]) -> str:
    """Newest first; a table of each tracked figure, so that its ranges stand beneath each other."""
    if len(runs) < 2:
        return ""
    return "".join(_tracked(name, runs[:_RUNS]) for name in _TRACKED)


def _tracked(name: str, runs: Sequence[Result]) -> str:
    found = [(run, one) for run in runs if (one := _first(run, name)) is not None]
    part = next((part for run in runs if (part := run.part(name)) is not None), None)
    if len(found) < 2 or part is None:
        return ""
    rows = "".join(_run(run, one) for run, one in found)
    return (
        f'<details class="more"><summary>{escape(part.title)}: {escape(found[0][1].name)}, {len(found)} runs</summary>'
        f'<table class="figures"><tbody>{rows}</tbody></table></details>'
    )


def _first(run: Result, name: str) -> Figure | None:
    part = run.part(name)
    return part.first if part is not None and part.state == "measured" else None


def _run(run: Result, one: Figure) -> str:
    return (
        f"<tr><td>{escape(run.name)}<small>{escape(moment(run.at))}</small></td>"
        f'<td class="n"><b>{number(one.value, one.unit)}</b><small>{trials(one)}</small></td>'
        f'<td class="plot">{range_line(one, None)}</td></tr>'
    )
