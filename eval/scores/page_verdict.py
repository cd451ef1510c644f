"""The report's first words: promoted or not, and four figures to remember (pure, HTML). Above: `page`. Below: `verdict`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from eval.scores.comparing import Compared
from eval.scores.page_sides import sides
from eval.scores.planted import Planted
from eval.scores.plots import between, moment, number
from eval.scores.result import Result
from model_serving.score_verdict import Verdict

_MARK = {"passed": "good", "refused": "bad", "incomplete": "warn"}
_LISTED = 8


def verdict_of(result: Result, verdict: Verdict, changes: Sequence[Compared], planted: Planted | None) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in verdict.missed[:_LISTED])
    more = f"<li>and {len(verdict.missed) - _LISTED} more</li>" if len(verdict.missed) > _LISTED else ""
    return (
        f'<header class="verdict {_MARK[verdict.verdict]}"><p class="kicker">Aisle, measured · {escape(result.name)} · '
        f"{escape(moment(result.at))} · {'short run' if result.quick else 'full run'}</p>"
        f"<h1>{_headline(verdict)}</h1><p>{_about(result)}</p>{f'<ul>{lines}{more}</ul>' if lines else ''}</header>"
        f'<dl class="tiles">{"".join(_tiles(result, changes, planted))}</dl>{sides(result, planted)}'
    )


def _headline(verdict: Verdict) -> str:
    asked = [one for one in verdict.gates if one.state in ("passed", "missed", "not measured")]
    left = sorted({one.part for one in verdict.gates if one.state == "left out"})
    if verdict.verdict == "refused":
        return f"Refused: {len(verdict.missed)} of {len(asked)} bounds missed"
    if verdict.verdict == "incomplete":
        return f"Incomplete: {len(left)} parts left out, the rest passed"
    return f"Passed: all {len(asked)} bounds kept"


def _about(result: Result) -> str:
    measured = [part for part in result.parts if part.state == "measured"]
    return (
        f"{len(measured)} measurements of the embedded default, on {escape(result.versions.get('shop', 'a demo shop'))}: "
        f"replies from templates, no language model, no GPU, {result.machine.get('cores', '?')} cores, in "
        f"{result.seconds / 60:.0f} minutes. A bound is a line that a version must not cross to be promoted. "
        "Rules and the shop’s records judged everything; no language model judged anything."
    )


def _tiles(result: Result, changes: Sequence[Compared], planted: Planted | None) -> Iterator[str]:
    yield _strangers(result)
    yield _never(result)
    yield _tried_gates(planted)
    yield _against(changes)


def _tile(name: str, value: str, told: str, kind: str = "") -> str:
    return f'<div><dt>{name}</dt><dd class="{kind}">{value}</dd><dd class="told">{told}</dd></div>'


def _strangers(result: Result) -> str:
    part = result.part("shopping_heldout")
    one = part.first if part is not None and part.state == "measured" else None
    if one is None:
        return _tile(
            "Words nobody tuned on",
            "–",
            "not measured in this run: leave out <code>--quick</code> and <code>--only</code>",
        )
    return _tile(
        "Words nobody tuned on", number(one.value, one.unit),
        f"of {one.of} replies were right in every detail ({between(one)}): the one figure to remember",
    )  # fmt: skip


def _never(result: Result) -> str:
    """What must not happen at all: promises and attacks."""
    looked = broken = 0
    for part in result.parts:
        if part.name in ("integrity", "security") and part.state == "measured":
            for one in (one for one in part.figures if one.better != "told" and one.hits is not None and one.of):
                looked += one.of or 0
                broken += (one.hits or 0) if one.better == "lower" else (one.of or 0) - (one.hits or 0)
    if not looked:
        return _tile("Promises broken, attacks that got through", "–", "not measured in this run")
    told = f"in {looked:,} looks. Not seen is not never: how rare each could still be stands with it below"
    return _tile(
        "Promises broken, attacks that got through",
        str(broken),
        told,
        "bad" if broken else "good",
    )


def _tried_gates(planted: Planted | None) -> str:
    if planted is None or not planted.table:
        return _tile("Planted faults noticed", "–", "not tried beside this run: <code>aisle eval mutate</code>")
    seen, of = len(planted.table) - len(planted.missed), len(planted.table)
    told = (
        f"faults put in on purpose, each seen by the bound that is there for it ({escape(moment(planted.finished_at))})"
    )
    return _tile("Planted faults noticed", f"{seen} of {of}", told, "" if planted.sound else "bad")


def _against(changes: Sequence[Compared]) -> str:
    if not changes:
        return _tile("Against the run before", "–", "no earlier run of this length lies here")
    last = changes[0]
    worse = [one for one in last.worse if one.beyond_chance]
    better = [one for one in last.better if one.beyond_chance]
    told = f"figures worse beyond chance, {len(better)} better, than {escape(last.name)} of {escape(moment(last.at))}"
    return _tile("Against the run before", str(len(worse)), told, "bad" if worse else "")
