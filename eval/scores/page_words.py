"""The report's plain words: sentences made of the figures, for somebody who reads no table (pure, HTML). Above: `page`."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from eval.scores.judging import missed_of
from eval.scores.result import Figure, PartResult, Result

_FEW = 60
"""Trials below which a rate is a hint."""
_WIDE = 0.12
"""An interval wider than this is one, too."""


def headline(result: Result) -> str:
    measured = [part for part in result.parts if part.state == "measured"]
    trials = sum(max((one.of or 0 for one in part.figures), default=0) for part in measured)
    told = (
        f"{len(measured)} measurements with some {trials:,} trials were taken of this version of Aisle: the embedded default, "
        f"{escape(result.versions.get('shop', 'a demo shop'))}, replies from templates, no language model and no GPU."
    )
    ends = _first_ends(result)
    return f"{told} {ends}" if ends else told


def _first_ends(result: Result) -> str:
    part = result.part("shopping_heldout")
    one = part.figure("turns reached") if part is not None and part.state == "measured" else None
    if one is None:
        return (
            "The one figure that says what strangers’ words will meet, the held-out conversations, is not part of this run: "
            "leave out <code>--quick</code> to have it."
        )
    return f"If you read one figure, read this: of the turns in conversations that nobody tuned on, <b>{_rate(one)}</b> were right."


def solid(result: Result) -> list[str]:
    """Rates with enough trials, that pass their gates and were not tuned on, or must be nothing and are."""
    return [line for part in result.parts if part.state == "measured" for line in _solid(part)]


def _solid(part: PartResult) -> Iterator[str]:
    if missed_of(part):
        return
    nothing = [one for one in part.figures if one.better == "lower" and one.hits == 0 and (one.of or 0) >= _FEW]
    if nothing:
        names = ", ".join(f"no {escape(one.name)} in {one.of:,}" for one in nothing[:3])
        worst = max(one.high or 0.0 for one in nothing)
        yield f"<b>{escape(part.title)}</b>: {names} (with 95 % confidence at most {worst:.1%})."
    held = [one for one in part.figures if one.better == "higher" and one.hits is not None and one.hits == one.of]
    if part.name == "integrity" and held:
        trials = sum(one.of or 0 for one in held)
        yield f"<b>{escape(part.title)}</b>: {len(held)} promises, looked at {trials:,} times, never broken."
    elif part.hidden and (one := _first_rate(part)) is not None and not _hint(one):
        yield f"<b>{escape(part.title)}</b>: {_rate(one)} {escape(one.name)}."


def careful(result: Result) -> list[str]:
    return [line for part in result.parts for line in _careful(part)]


def _careful(part: PartResult) -> Iterator[str]:
    if part.state == "failed":
        yield f'<span class="bad"><b>{escape(part.title)}</b> could not be measured: {escape(part.reason[:200])}</span>'
        return
    one = _first_rate(part)
    if one is None:
        return
    if _hint(one):
        yield f"<b>{escape(part.title)}</b>: {_rate(one)} {escape(one.name)}. Few trials: a hint, no proof."
    elif part.hidden and one.value < 0.9:
        yield f"<b>{escape(part.title)}</b>: only {_rate(one)} {escape(one.name)}. Others' words are harder than ours."
    elif not part.hidden and part.name in ("shopping", "practice", "intents", "sentinels"):
        yield f"<b>{escape(part.title)}</b>: {_rate(one)} {escape(one.name)}, but it is tuned on: an upper figure."


def unmeasured(result: Result) -> list[str]:
    """What was left out, and each measured part's own limit, once."""
    limits: dict[str, list[str]] = {}
    for part in result.parts:
        if part.state == "measured" and part.not_shown:
            limits.setdefault(part.not_shown, []).append(part.title)
    told = [f"<b>{escape(', '.join(titles))}</b>: {escape(limit)}" for limit, titles in limits.items()]
    skipped = [part for part in result.parts if part.state == "skipped"]
    if skipped:
        names = "; ".join(f"{escape(part.title)} ({escape(part.reason)})" for part in skipped)
        told.append(f"<b>Not measured in this run:</b> {names}.")
    return told


def _first_rate(part: PartResult) -> Figure | None:
    return next((one for one in part.figures if one.hits is not None and one.better == "higher"), None)


def _hint(one: Figure) -> bool:
    return (one.of or 0) < _FEW or (one.high or 1.0) - (one.low or 0.0) > 2 * _WIDE


def _rate(one: Figure) -> str:
    return f"{one.value:.1%} ({one.hits} of {one.of}; {one.low or 0:.0%}–{one.high or 0:.0%})"
