"""From a result to its verdict: each gate with what it was asked about, for promotions and CI (pure but for reading).

Above: `whole`, `command`, the page. Below: `judging`, `model_serving.score_verdict`, whose file this makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from eval.gates import SCORES, ScoreGate
from eval.scores.judging import figures_of, missed, verdict_on
from eval.scores.result import Figure, PartResult, Result, ResultUnreadable, read_result
from model_serving.score_verdict import Decided, GateState, GateVerdict, Verdict


def judged(report: Path | Mapping[str, Any] | Result, against: Path | Result | None = None) -> Verdict:
    """Of scores.json (or its folder, its decoded JSON, a Result). Raises ResultUnreadable."""
    result, before = _result(report), _result(against) if against is not None else None
    lines = tuple(missed(result, before))
    gates = tuple(one for gate in SCORES for one in _asked(gate, result))
    return Verdict(
        verdict=_decided(lines, gates),
        missed=lines,
        gates=gates,
        finished_at=result.at,
        git=_commit(result.versions),
        model=result.versions.get("writer", "template"),
        index=result.versions.get("index", ""),
        name=result.name,
        quick=result.quick,
        seed=result.seed,
        against=f"{before.name} {before.at}" if before is not None else "",
        versions=result.versions,
        data=result.data,
        machine=result.machine,
    )


def _result(report: Path | Mapping[str, Any] | Result) -> Result:
    if isinstance(report, Result):
        return report
    if isinstance(report, Path):
        return read_result(report)
    try:
        return msgspec.convert(report, Result)
    except msgspec.ValidationError as error:
        raise ResultUnreadable(f"this is no result of `aisle eval all`: {error}") from error


def _decided(lines: tuple[str, ...], gates: tuple[GateVerdict, ...]) -> Decided:
    if lines:
        return "refused"
    return "incomplete" if any(one.state == "left out" for one in gates) else "passed"


def _commit(versions: Mapping[str, str]) -> str:
    changed = versions.get("changed files", "0")
    return versions.get("git", "") + (f"+{changed}" if changed not in ("", "0") else "")


def _asked(gate: ScoreGate, result: Result) -> list[GateVerdict]:
    part = result.part(gate.part)
    if part is None or part.state == "skipped":
        chosen_away = part is None or part.left_out
        told = "not chosen" if part is None else part.reason
        return [_unasked(gate, "left out" if chosen_away else "not here", told)]
    return asked(gate, part)


def asked(gate: ScoreGate, part: PartResult) -> list[GateVerdict]:
    """Of a part that was to be measured: a line for each figure that the gate looks at, one at least."""
    found = figures_of(gate, part)
    if not found:
        return [_unasked(gate, "not measured", part.reason or f"{part.title}: {gate.figure} was not measured")]
    return [_of_figure(gate, part, one) for one in found]


def _unasked(gate: ScoreGate, state: GateState, told: str) -> GateVerdict:
    return GateVerdict(part=gate.part, figure=gate.figure, state=state, least=gate.least, most=gate.most, told=told)


def _of_figure(gate: ScoreGate, part: PartResult, one: Figure) -> GateVerdict:
    told = verdict_on(gate, part.title, one)
    return GateVerdict(
        part=part.name, figure=one.name, state="missed" if told else "passed", least=gate.least, most=gate.most,
        value=one.value, low=one.low, high=one.high, of=one.of, told=told,
    )  # fmt: skip
