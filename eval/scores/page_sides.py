"""Beside each other: what to rely on and what not to, in sentences made of the figures (pure, HTML). Above: `page_verdict`."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from eval.scores.judging import missed_of
from eval.scores.planted import Planted
from eval.scores.plots import between, number
from eval.scores.result import Figure, PartResult, Result

FEW: Final = 60
"""Trials below which a rate is a hint."""
WIDE: Final = 0.24
"""A range wider than this is one, too."""
_NAMED: Final = 4


def sides(result: Result, planted: Planted | None) -> str:
    def listed(title: str, kind: str, lines: list[str]) -> str:
        items = "".join(f"<li>{line}</li>" for line in lines) or "<li>Nothing of this run.</li>"
        return f'<div><h2 class="{kind}">{title}</h2><ul>{items}</ul></div>'

    rely, beware = list(_rely(result, planted)), list(_beware(result))
    return (
        f'<section class="sides" aria-label="In short">{listed("You can rely on", "good", rely)}'
        f"{listed('Do not rely on', 'warn', beware)}</section>"
    )


def is_hint(one: Figure) -> bool:
    return (one.of is not None and one.of < FEW) or (one.low is not None and (one.high or 1.0) - one.low > WIDE)


def _measured(result: Result) -> list[tuple[PartResult, Figure]]:
    return [(part, part.first) for part in result.parts if part.state == "measured" and part.first is not None]


def _rely(result: Result, planted: Planted | None) -> Iterator[str]:
    held = [(part, one) for part, one in _measured(result) if part.origin == "held out" and not is_hint(one)]
    if held:
        each = "; ".join(
            f"{escape(part.title)} <b>{number(one.value, one.unit)}</b> ({between(one)})" for part, one in held
        )
        yield f"What was held out, within its ranges: {each}."
    ruled = [part for part, _ in _measured(result) if part.origin == "by rule" and not missed_of(part)]
    if ruled:
        yield f"What is right or wrong by rule, for what it names: {escape(', '.join(part.title for part in ruled))}."
    if planted is not None and planted.sound:
        yield f"That a break is noticed: each of {len(planted.table)} planted faults was."


def _beware(result: Result) -> Iterator[str]:
    failed = [part.title for part in result.parts if part.state == "failed" or missed_of(part)]
    if failed:
        yield f'<span class="bad">What is refused: {escape(", ".join(failed))}.</span>'
    tuned = [(part, one) for part, one in _measured(result) if part.origin == "open"]
    if tuned:
        worst = ", ".join(f"{escape(part.title)} {number(one.value, one.unit)}" for part, one in tuned[:_NAMED])
        yield f"Open sets as a promise: {worst}{' …' if len(tuned) > _NAMED else ''} were tuned on. New customers get less."
    hints = [
        f"{escape(part.title)} ({between(one)})"
        for part, one in _measured(result)
        if is_hint(one) and part.origin != "by rule"
    ]
    if hints:
        yield f"Single figures of few trials or wide range: {', '.join(hints[:_NAMED])}{' …' if len(hints) > _NAMED else ''}."
    missing = [part.title for part in result.parts if part.state == "skipped"]
    away = (
        f"in this run also {escape(', '.join(missing[:_NAMED]))}{' …' if len(missing) > _NAMED else ''}; "
        if missing
        else ""
    )
    yield (
        "Anything about real customers, people’s voices, replies worded by a language model: not measured; "
        f'{away}<a href="#limits">why</a>.'
    )
