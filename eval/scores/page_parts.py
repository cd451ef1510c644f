"""The report's figures and what went wrong, part by part (pure, HTML and SVG). Above: `page`. Below: `judging`, `comparing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from eval.scores.comparing import Change, Compared
from eval.scores.judging import gate_of, missed_of
from eval.scores.plots import number, range_line, trials
from eval.scores.result import Case, Figure, Line, PartResult, Result

_SHOWN = 60
"""Cases of a part on the page; the JSON has all."""


def areas_of(result: Result) -> list[str]:
    return list(dict.fromkeys(part.area for part in result.parts if part.state != "skipped"))


def area(name: str, anchor: str, result: Result, last: Compared | None) -> str:
    changed = {one.figure: one for one in last.changes} if last is not None else {}
    parts = "".join(_part(one, changed) for one in result.parts if one.area == name and one.state != "skipped")
    return f'<section id="{anchor}"><h2>{escape(name)}</h2>{parts}</section>'


def _part(part: PartResult, changed: Mapping[str, Change]) -> str:
    lines = missed_of(part)
    badge = f'<span class="badge bad">{len(lines)} missed</span>' if lines else ""
    head = f'<h3 id="{escape(part.name)}">{escape(part.title)} {badge}</h3><p class="soft">{escape(part.about)}</p>'
    if part.state == "failed":
        return f'{head}<p class="bad">Could not be measured: {escape(part.reason)}</p>'
    rows = "".join(_row(part, one, changed.get(f"{part.name}/{one.name}")) for one in part.figures)
    table = (
        '<table class="figures"><thead><tr><th scope="col">figure</th><th scope="col" class="n">value</th>'
        '<th scope="col">95 % range</th><th scope="col">bound</th><th scope="col" class="n">before</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    return head + table + _cases(part)


def _row(part: PartResult, one: Figure, change: Change | None) -> str:
    gate = gate_of(part.name, one.name)
    low, high = (gate.least, gate.most) if gate is not None else (None, None)
    wrong = (low is not None and one.value < low) or (high is not None and one.value > high)
    told = (
        f"at least {number(low, one.unit)}"
        if low is not None
        else f"at most {number(high, one.unit)}"
        if high is not None
        else ""
    )
    bound = low if low is not None else high
    return (
        f"<tr><td>{escape(one.name)}{f'<small class=soft>{escape(one.about)}</small>' if one.about else ''}</td>"
        f'<td class="n{" bad" if wrong else ""}"><b>{number(one.value, one.unit)}</b><small>{trials(one)}</small></td>'
        f'<td class="plot">{range_line(one, bound, wrong=wrong)}</td>'
        f'<td class="gate" data-label="bound">{told}</td><td class="n was" data-label="before">{_was(change)}</td></tr>'
    )


def _was(change: Change | None) -> str:
    if change is None:
        return ""
    kind = {"better": "good", "worse": "bad"}.get(change.way, "soft")
    sign = {"better": "▲ ", "worse": "▼ "}.get(change.way, "") if change.beyond_chance else ""
    return f'<span class="{kind if sign else "soft"}">{sign}{number(change.was, change.unit)}</span>'


def _cases(part: PartResult) -> str:
    if part.hidden:
        return '<p class="soft"><small>Held out: what failed is not kept, so that nobody tunes on it.</small></p>'
    if not part.cases:
        return ""
    shown = "".join(_case(one) for one in part.cases[:_SHOWN])
    more = f"<p>and {len(part.cases) - _SHOWN} more in scores.json</p>" if len(part.cases) > _SHOWN else ""
    return f'<details class="more"><summary>What went wrong: {len(part.cases)}</summary>{shown}{more}</details>'


def _case(one: Case) -> str:
    head = f"<summary>{escape(one.name)} <small>counts against “{escape(one.figure)}”</small></summary>"
    talk = f"<div class='talk'>{''.join(_talk(one.talk))}</div>" if one.talk else ""
    return (
        f"<details>{head}{talk}{_lines('expected', one.expected)}{_lines('what failed', one.wrong, 'wrong')}</details>"
    )


def _lines(name: str, lines: Sequence[str], kind: str = "") -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<p class="label">{name}</p><ul class="{kind}">{items}</ul>'


def _talk(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield f'<div class="said">{escape(line.said)}</div>' if line.said else ""
        yield f'<div class="reply{" at" if line.wrong else ""}">{escape(line.reply)}</div>' if line.reply else ""
