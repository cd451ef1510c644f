"""Runs the parts, each in a process of its own with a time limit; a finished part is kept, so that the same command goes on.

Above: `whole`. Below: `parts`, `merging`, `conditions`. A part that fails, hangs or prints something else costs itself alone.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from eval.bench.whole import conditions
from eval.bench.whole.merging import Found, merged
from eval.bench.whole.part import Form, Part
from eval.bench.whole.result import Length, PartResult, Quiet

Tell = Callable[[str], None]
_PATIENCE: Final = 4.0
"""So many times what it usually takes is a part given."""
_BUSY: Final = 4.0
"""At most so many times that where others use the machine."""
_LAST_LINES: Final = 3
_GRACE: Final = 60.0
"""Seconds on top of that."""
_ENDING: Final = 5.0
"""Seconds in which what a part started may end, before others are looked for."""
_WAIT: Final = 30.0
"""Seconds for which a quiet machine is waited for, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    out: Path
    home: Path
    data: Path
    vectors: Path
    """Where the encoder's vectors of those sets are kept."""
    peers: Path
    """The interpreter of the peers' environment."""
    seed: int
    length: Length
    again: frozenset[str] = frozenset()
    """Names of parts; all, busy, older: what is measured anew though it is there."""
    wait: float = _WAIT
    python: str = sys.executable

    @property
    def kept(self) -> Path:
        return self.out / ("parts" if self.length == "default" else f"parts_{self.length}")

    @property
    def places(self) -> Mapping[str, str]:
        return {
            "home": str(self.home), "vectors": str(self.vectors), "out": str(self.kept), "data": str(self.data),
            "peers": str(self.peers), "seed": str(self.seed),
        }  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Clock:
    """What is left to do, by the parts' own estimates and by how they held so far."""

    left: float
    slower: float = 1.0
    _done: list[tuple[float, float]] = field(default_factory=list)

    def ended(self, expected: float, took: float) -> None:
        self.left -= expected
        self._done.append((expected, took))
        self.slower = sum(one for _, one in self._done) / max(1.0, sum(one for one, _ in self._done))

    @property
    def told(self) -> str:
        return minutes(max(0.0, self.left * self.slower))


def minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def run_parts(plan: Plan, parts: Sequence[Part], tell: Tell) -> tuple[PartResult, ...]:
    plan.kept.mkdir(parents=True, exist_ok=True)
    here = conditions.commit()[0]
    todo = [(one, form) for one in parts if (form := one.form(plan.length)) is not None]
    kept = {one.name: before for one, _ in todo if (before := kept_part(plan, one, here)) is not None}
    takes = {one.name: 0.0 if one.name in kept or _left_out(one, plan) else form.seconds for one, form in todo}
    clock, wait = Clock(left=sum(takes.values())), plan.wait
    tell(
        f"{len(todo) - len(kept)} parts to measure, about {clock.told} on two quiet cores; {len(kept)} kept from before"
    )
    found: list[PartResult] = []
    for number, (part, form) in enumerate(todo, start=1):
        at, expected = f"[{number}/{len(todo)}]", takes[part.name]
        if (result := kept.get(part.name)) is not None:
            tell(f"{at} {part.title}: kept, measured {result.at[:16]} at {result.commit or 'no commit'}")
        else:
            if expected:
                tell(f"{at} {part.title}: about {minutes(expected * clock.slower)}; all that is left {clock.told}")
            result = run_part(plan, part, form, tell, wait=wait)
            if expected:
                wait = wait if result.quiet.word == "quiet" else 0.0
                clock.ended(expected, result.seconds)
            tell(f"{at} {part.title}: {_told(result)}")
        found.append(result)
    return tuple(found)


def _left_out(part: Part, plan: Plan) -> bool:
    return bool(_missing(part, plan)) and not part.otherwise


def _told(result: PartResult) -> str:
    if result.state != "measured":
        return f"{result.state}: {result.reason}"
    missed = sum(one.met is False for one in result.figures)
    goals = f", {missed} goals missed" if missed else ""
    return f"{result.seconds:.0f} s, {result.cpu_seconds:.0f} s of CPU, {len(result.figures)} figures{goals}; {result.quiet.told}"


def kept_part(plan: Plan, part: Part, commit: str) -> PartResult | None:
    """Of before, where nobody asked for it again."""
    try:
        found = msgspec.json.decode((plan.kept / f"{part.name}.json").read_bytes(), type=PartResult)
    except (OSError, msgspec.MsgspecError):
        return None
    anew = {"all", part.name} & plan.again
    busy = "busy" in plan.again and found.quiet.word == "busy"
    older = "older" in plan.again and found.commit != commit
    return None if anew or busy or older or found.state != "measured" else found


def run_part(plan: Plan, part: Part, form: Form, tell: Tell, *, wait: float = 0.0) -> PartResult:
    commit, changed = conditions.commit()
    missing = _missing(part, plan)
    command = part.otherwise if missing and part.otherwise else part.argv
    steps = [tuple(_filled(word, plan.places) for word in (*command, *step)) for step in form.steps]
    empty = PartResult(
        name=part.name, title=part.title, area=part.area, state="skipped", about=part.about,
        commands=tuple(typed(argv, plan) for argv in steps),
        at=datetime.now(UTC).isoformat(timespec="seconds"), commit=commit, changed_files=changed, length=plan.length,
        machine=conditions.described(), repeats=form.repeats, seed=plan.seed,
    )  # fmt: skip
    if _left_out(part, plan):
        return replace(empty, reason=missing)
    before = conditions.wait_for_quiet(wait, tell)
    pace = conditions.yardstick()
    load, began, cpu = conditions.load(), time.monotonic(), _cpu_of_children()
    runs, reasons = _runs(plan, part, steps, form)
    measured = replace(
        empty, seconds=round(time.monotonic() - began, 1), cpu_seconds=round(_cpu_of_children() - cpu, 1),
        quiet=Quiet(
            load_before=load, load_after=conditions.load(), cores_before=before,
            cores_after=conditions.wait_for_quiet(_ENDING, lambda line: None),
            niceness=os.nice(0), yardstick_ms=pace,
        ),
    )  # fmt: skip
    if not runs:
        return replace(measured, state="failed", reason="; ".join(reasons))
    figures, plots = merged(runs)
    instead = (f"{missing}: measured with what comes along",) if missing else ()
    notes = instead + tuple(f"{len(reasons)} of {form.repeats} runs failed: {reason}" for reason in reasons[:1])
    result = replace(measured, state="measured", figures=figures, plots=plots, repeats=len(runs), notes=notes)
    (plan.kept / f"{part.name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1))
    return result


def _runs(plan: Plan, part: Part, steps: Sequence[Sequence[str]], form: Form) -> tuple[list[Found], list[str]]:
    """What could be read, and why the others could not."""
    found: list[Found] = []
    reasons: list[str] = []
    busy = min(_BUSY, max(1.0, conditions.load() / (os.cpu_count() or 1)))
    limit = (form.seconds / form.repeats / len(steps) * _PATIENCE + _GRACE) * busy
    for number in range(form.repeats):
        try:
            printed = [
                _document(plan, part, argv, limit, f"{part.name}.{number + 1}{chr(97 + step)}")
                for step, argv in enumerate(steps)
            ]
            found.append(part.read(printed))
        except _Failed as error:
            reasons.append(str(error))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            reasons.append(f"what it printed cannot be read: {type(error).__name__} {error}")
        if reasons and not found:
            break
    return found, reasons


class _Failed(Exception):
    """A command of a part failed, hung or printed nothing; the message says which and how."""


def _document(plan: Plan, part: Part, argv: Sequence[str], limit: float, name: str) -> Any:
    """What one command says. Raises _Failed."""
    log = plan.kept / f"{name}.log"
    wrote = Path(_filled(part.wrote, plan.places)) if part.wrote else None
    if wrote is not None:
        wrote.unlink(missing_ok=True)
    environment = {key: _filled(value, plan.places) for key, value in part.environment.items()}
    printed, trouble = printed_by((plan.python, *argv), limit, log, environment, part.ends)
    if not trouble and wrote is not None:
        printed = wrote.read_text(encoding="utf-8") if wrote.exists() else ""
    (plan.kept / f"{name}.printed.json").write_text(printed, encoding="utf-8")
    if trouble:
        raise _Failed(trouble)
    return document(printed)


def _missing(part: Part, plan: Plan) -> str:
    paths = [one for one in part.needs if not (conditions.ROOT / _filled(one, plan.places)).exists()]
    modules = [one for one in part.modules if find_spec(one) is None]
    shown = [one.translate({ord("{"): None, ord("}"): None}) for one in paths]
    return ", ".join(f"{one} is not here" for one in (*shown, *modules))


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    return text


def printed_by(
    argv: Sequence[str], limit: float, log: Path, more: Mapping[str, str], ends: Sequence[int]
) -> tuple[str, str]:
    """What it wrote, and what went wrong. Its own process group, so that nothing of it is left behind."""
    environment = {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1", **more}
    with log.open("w", encoding="utf-8") as told, subprocess.Popen(
        tuple(argv), stdout=subprocess.PIPE, stderr=told, text=True, env=environment, start_new_session=True,
        cwd=conditions.ROOT,
    ) as process:  # fmt: skip
        try:
            out, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _end(process)
            out, _ = process.communicate()
            return out, f"it took longer than {limit:.0f} s and was ended (see {log.name})"
        except BaseException:
            _end(process)
            raise
    if process.returncode in ends:
        return out, ""
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_LAST_LINES:]
    return out, f"exit {process.returncode}: {' / '.join(last)} (all of it in {log.name})"


def _end(process: subprocess.Popen[str]) -> None:
    """What it started first gets a moment to end its own servers."""
    for sent, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(process.pid, sent)
            process.wait(timeout=seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def document(printed: str) -> Any:
    """The one JSON document, whatever was said before it. Raises ValueError."""
    start = printed.find("{") if not printed.startswith("{") else 0
    if start < 0:
        raise ValueError("no JSON was printed")
    return json.loads(printed[start:])


def typed(argv: Sequence[str], plan: Plan) -> str:
    """As one would type it: no path of this machine."""
    shown = shlex.join(argv).replace("-m eval.scores.aisle", "aisle")
    names = {plan.vectors: "WORK", plan.home: "HOME", plan.kept: "OUT", plan.data: "DATA", plan.peers: "PEERS"}
    for place, name in names.items():
        shown = shown.replace(str(place), name)
    return shown if shown.startswith("aisle") else f"python {shown}"


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
