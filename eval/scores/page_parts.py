"""The report's figures and what went wrong, part by part (pure, HTML and SVG). Above: `page`. Below: `judging`, `comparing`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from eval.scores.comparing import Change, Compared
from eval.scores.judging import gate_of, missed_of
from eval.scores.result import Case, Figure, Line, PartResult, Result

_WIDTH = 240.0
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
    head = f'<h3>{escape(part.title)} {badge}</h3><p class="soft">{escape(part.about)}</p>'
    if part.state == "failed":
        return f'{head}<p class="bad">Could not be measured: {escape(part.reason)}</p>'
    rows = "".join(_row(part, one, changed.get(f"{part.name}/{one.name}")) for one in part.figures)
    table = (
        '<table class="figures"><thead><tr><th scope="col">figure</th><th scope="col" class="n">value</th>'
        '<th scope="col">95 % range</th><th scope="col">gate</th><th scope="col" class="n">before</th></tr></thead>'
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
    trials = f"<small class='soft'>{one.hits} of {one.of:,}</small>" if one.hits is not None and one.of else ""
    trials = trials or (f"<small class='soft'>mean of {one.of:,}</small>" if one.of else "")
    bound = low if low is not None else high
    return (
        f"<tr><td>{escape(one.name)}{f'<small class=soft>{escape(one.about)}</small>' if one.about else ''}</td>"
        f'<td class="n{" bad" if wrong else ""}"><b>{number(one.value, one.unit)}</b>{trials}</td>'
        f'<td class="plot">{_range(one, bound, wrong=wrong)}</td>'
        f'<td class="gate" data-label="gate">{told}</td><td class="n was" data-label="before">{_was(change)}</td></tr>'
    )


def _was(change: Change | None) -> str:
    if change is None:
        return ""
    kind = {"better": "good", "worse": "bad"}.get(change.way, "soft")
    sign = {"better": "▲ ", "worse": "▼ "}.get(change.way, "") if change.beyond_chance else ""
    return f'<span class="{kind if sign else "soft"}">{sign}{number(change.was, change.unit)}</span>'


def number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "share":
        return f"{value:.1%}" if value in (0, 1) or 0.001 < value < 0.999 else f"{value:.2%}"
    if unit == "ms":
        return f"{value:,.0f} ms" if value >= 10 else f"{value:.1f} ms"
    return f"{value:.3f}" if unit == "score" else f"{value:,.4g}"


def _range(one: Figure, bound: float | None, *, wrong: bool) -> str:
    """The interval on a line from 0 to 1, or near an end magnified: from 0.9 to 1 where all of it lies there."""
    if one.unit not in ("share", "score"):
        return ""
    low, high = one.low if one.low is not None else one.value, one.high if one.high is not None else one.value
    values = [low, high, one.value, *([bound] if bound is not None else [])]
    start, end = (0.9, 1.0) if min(values) >= 0.9 else (0.0, 0.1) if max(values) <= 0.1 else (0.0, 1.0)

    def at(value: float) -> float:
        return 6 + (_WIDTH - 12) * (value - start) / (end - start)

    kind = " bad" if wrong else ""
    gate = f'<line class="gate" x1="{at(bound):.1f}" x2="{at(bound):.1f}" y1="1" y2="17"/>' if bound is not None else ""
    span = (
        f'<line class="span{kind}" x1="{at(low):.1f}" x2="{at(high):.1f}" y1="9" y2="9"/>'
        if one.low is not None
        else ""
    )
    label = f"{number(one.value, one.unit)}, from {number(low, one.unit)} to {number(high, one.unit)}"
    return (
        f'<svg class="range" viewBox="0 0 {_WIDTH:g} 18" role="img" aria-label="{label}"><title>{label}; '
        f"the line runs from {start:.0%} to {end:.0%}</title>"
        f'<line class="axis" x1="6" x2="{_WIDTH - 6:g}" y1="9" y2="9"/>{span}{gate}'
        f'<circle class="dot{kind}" cx="{at(one.value):.1f}" cy="9" r="4.5"/></svg>'
    )


def _cases(part: PartResult) -> str:
    if part.hidden:
        return '<p class="soft"><small>Held out: what failed is not kept, so that nobody tunes on it.</small></p>'
    if not part.cases:
        return ""
    shown = "".join(_case(one) for one in part.cases[:_SHOWN])
    more = f"<p>and {len(part.cases) - _SHOWN} more in scores.json</p>" if len(part.cases) > _SHOWN else ""
    return f'<details class="more"><summary>What went wrong: {len(part.cases)}</summary>{shown}{more}</details>'


def _case(one: Case) -> str:
    wrong = "".join(f'<div class="wrong">{escape(line)}</div>' for line in one.wrong)
    talk = "".join(_talk(one.talk))
    head = f"<summary>{escape(one.name)} <small>{escape(one.figure)}</small></summary>"
    return f"<details>{head}{wrong}<div class='talk'>{talk}</div></details>"


def _talk(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield f'<div class="said">{escape(line.said)}</div>' if line.said else ""
        yield f'<div class="reply{" at" if line.wrong else ""}">{escape(line.reply)}</div>' if line.reply else ""
