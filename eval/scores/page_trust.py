"""What to trust, and how far: every part in one line, by where its cases come from (pure, HTML). Above: `page`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from eval.scores.judging import gate_of, missed_of
from eval.scores.page_sides import FEW, is_hint
from eval.scores.plots import between, number, range_line, trials
from eval.scores.result import Figure, Origin, PartResult, Result

_ORIGINS: Final[tuple[tuple[Origin, str, str], ...]] = (
    ("held out", "Held out", "Nobody tunes on these cases or reads which of them fail. The best estimate there is here of what "
     "new customers meet, as far as its range reaches."),
    ("by rule", "Right or wrong by rule", "Checked against records, logs and planted words, without opinion. Trust them for "
     "what they name. None seen in <i>n</i> looks means at most 3/<i>n</i>, not never."),
    ("public", "Public", "Cases and judgements by others. Comparable with what others publish, but open: we have read them."),
    ("open", "Open", "Our own cases, read and tuned on. They show at once when something breaks. As a promise they are too "
     "high: real customers say what nobody wrote down."),
)  # fmt: skip


def trust(result: Result) -> str:
    groups = "".join(_group(origin, title, about, result) for origin, title, about in _ORIGINS)
    return (
        '<section id="trust"><h2>What to trust, and how far</h2>'
        "<p>One figure of each part. The bar is the range in which the true value lies with 95 % confidence, for customers like "
        "those who were played: a short bar is a figure to trust, a long one a hint. The thin mark is its bound.</p>"
        f'<table class="figures trust"><tbody>{groups}</tbody></table></section>'
    )


def _group(origin: Origin, title: str, about: str, result: Result) -> str:
    rows = "".join(_rows([one for one in result.parts if one.origin == origin]))
    if not rows:
        return ""
    return f'<tr class="group"><th colspan="4" scope="rowgroup">{title}<small>{about}</small></th></tr>{rows}'


def _rows(parts: Sequence[PartResult]) -> Iterator[str]:
    for part in parts:
        if part.state == "failed":
            yield f'<tr><td>{_link(part)}</td><td colspan="3" class="bad">could not be measured: '
            f"{escape(part.reason[:200])}</td></tr>"
        elif part.state == "measured" and part.first is not None:
            yield _row(part, part.first)


def _row(part: PartResult, one: Figure) -> str:
    gate = gate_of(part.name, one.name)
    bound = None if gate is None else gate.least if gate.least is not None else gate.most
    missed = missed_of(part)
    if part.name == "integrity":
        one = _all_promises(part)
    value = f"<b>{number(one.value, one.unit)}</b><small>{trials(one)}</small>"
    return (
        f"<tr><td>{_link(part)}<small>{escape(one.name)}{f': {escape(one.about)}' if one.about else ''}</small></td>"
        f'<td class="n{" bad" if missed else ""}">{value}</td>'
        f'<td class="plot">{range_line(one, bound, wrong=bool(missed))}</td><td class="far">{_far(part, one, missed)}</td></tr>'
    )


def _all_promises(part: PartResult) -> Figure:
    """The one that was broken most, or of all of them the one that was looked at least."""
    rates = [one for one in part.figures if one.of]
    return min(rates, key=lambda one: (one.value, one.of or 0)) if rates else part.figures[0]


def _link(part: PartResult) -> str:
    return f'<a href="#{escape(part.name)}">{escape(part.title)}</a>'


def _far(part: PartResult, one: Figure, missed: Sequence[str]) -> str:
    if missed:
        return f'<span class="badge bad">{len(missed)} bound{"s" * (len(missed) != 1)} missed</span>'
    if part.name == "integrity":
        looked = sum(one.of or 0 for one in part.figures)
        return f"none of {len(part.figures)} promises broken in {looked:,} looks; shown is the one looked at least"
    if is_hint(one):
        return f'<span class="badge warn">hint</span> {"few trials" if (one.of or 0) < FEW else "wide range"}: {between(one)}'
    if part.origin == "open":
        return f'<span class="badge">upper figure</span> {between(one)}'
    return between(one) or "no range: not every case’s value is kept"
