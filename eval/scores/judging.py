"""May it be promoted? A result against the gates of `eval/gates.py`, and against the result of what is in use (pure)."""

from __future__ import annotations

from eval.gates import SCORES, ScoreGate
from eval.scores.comparing import compared
from eval.scores.result import Figure, PartResult, Result


def missed(result: Result, against: Result | None = None) -> list[str]:
    """A line for each gate that is not passed; empty when all are. A part that failed is refused, one that was skipped with
    a reason is not, but where what is in use was measured by it."""
    lines = [f"{part.title} failed: {part.reason}" for part in result.parts if part.state == "failed"]
    lines += [line for part in result.parts for line in missed_of(part)]
    if against is not None:
        lines += _regressions(result, against)
    return lines


def gate_of(part: str, figure: str) -> ScoreGate | None:
    """The gate that looks at this figure."""
    return next((one for one in SCORES if one.part == part and _looks_at(one, figure)), None)


def missed_of(part: PartResult) -> list[str]:
    return [line for gate in SCORES if gate.part == part.name for line in _missed(gate, part)]


def _looks_at(gate: ScoreGate, figure: str) -> bool:
    return figure == gate.figure or (gate.every and figure.startswith(gate.figure))


def _missed(gate: ScoreGate, part: PartResult) -> list[str]:
    if part.state != "measured":
        return []
    found = figures_of(gate, part)
    if not found:
        return [f"{part.title}: {gate.figure} was not measured"]
    return [line for one in found if (line := verdict_on(gate, part.title, one))]


def figures_of(gate: ScoreGate, part: PartResult) -> list[Figure]:
    """What the gate is asked about."""
    return [one for one in part.figures if _looks_at(gate, one.name) and one.better != "told"]


def verdict_on(gate: ScoreGate, title: str, one: Figure) -> str:
    """Empty when it passes."""
    at = f"{title}: {one.name} is {one.value:.4g}"
    if one.of == 0:
        return f"{title}: {one.name} was measured on nothing"
    if gate.least is not None and one.value < gate.least:
        return f"{at}, less than {gate.least:g}"
    if gate.most is not None and one.value > gate.most:
        return f"{at}, more than {gate.most:g}"
    return ""


def _regressions(result: Result, against: Result) -> list[str]:
    told = compared(result, against)
    lines = [
        f"{one.figure} is {one.now:.4g}, was {one.was:.4g} in {against.name} ({one.told or 'beyond what we call the same'})"
        for one in told.worse
        if one.beyond_chance
    ]
    return [*lines, *(f"{one} was measured in {against.name} and is not now" for one in told.gone)]
