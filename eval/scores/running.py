"""Runs the parts, each in a process of its own with a time limit; what is done is kept, so that the same command goes on.

Above: `command`. Below: `parts`, `reading`. A part that fails, hangs or prints something else costs itself alone.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from eval.scores.parts import Part
from eval.scores.result import PartResult

Tell = Callable[[str], None]
_BUSY: Final = 8.0
"""At most so many times its limit is a part given where others use the machine."""
_LAST_WORDS: Final = 600
_CUT: Final = "it was ended"
"""Half of what a part prints is no measurement."""
_PREPARING: Final = 900.0
_VECTORS: Final = "vectors.sqlite"
_LENT: Final = ("demo", "languages/demo", "languages/policies")
"""Under the work folder: indexes of the demo shop that parts make for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    out: Path
    home: Path
    work: Path
    suites: Path
    data: Path
    seed: int
    quick: bool
    fresh: bool = False
    """Nothing that was measured before is taken over."""

    @property
    def places(self) -> Mapping[str, str]:
        return {
            "home": str(self.home), "work": str(self.work), "suites": str(self.suites), "data": str(self.data),
            "seed": str(self.seed),
        }  # fmt: skip

    @property
    def kept(self) -> Path:
        return self.out / ("parts_quick" if self.quick else "parts")


def prepared(home: Path) -> None:
    """The shop and its whole index, other languages too: made beside a measurement it would be measured. What fails here
    fails again, with its reason, in each part."""
    home.mkdir(parents=True, exist_ok=True)
    _printed(("-m", "eval.scores.aisle", "index", "build", "--home", str(home)), _PREPARING)


def lend_vectors(home: Path, work: Path) -> None:
    """What the shop's index embedded is not embedded again for the search suites: vectors are known by their text."""
    made = home / "index" / _VECTORS
    for place in _LENT if made.is_file() else ():
        lent = work / place / _VECTORS
        if not lent.exists():
            lent.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, lent)


def run_parts(plan: Plan, parts: Sequence[Part], key: str, tell: Tell) -> tuple[PartResult, ...]:
    """`key`: of what is measured (commit, suites, seed); a part kept under another is measured anew."""
    plan.kept.mkdir(parents=True, exist_ok=True)
    found = []
    for number, part in enumerate(parts, start=1):
        kept = plan.kept / f"{part.name}.json"
        result = None if plan.fresh else _taken_over(kept, key)
        told = "taken over from before" if result is not None else ""
        if result is None:
            tell(f"[{number}/{len(parts)}] {part.title} …")
            result = run_part(plan, part)
            if result.state == "measured":
                kept.write_bytes(msgspec.json.encode({"key": key, "result": result}))
        found.append(result)
        tell(f"[{number}/{len(parts)}] {part.title}: {told or _told(result)}")
    return tuple(found)


def _taken_over(kept: Path, key: str) -> PartResult | None:
    try:
        raw = msgspec.json.decode(kept.read_bytes())
        return msgspec.convert(raw["result"], PartResult) if raw["key"] == key else None
    except (OSError, KeyError, msgspec.MsgspecError):
        return None


def _told(result: PartResult) -> str:
    if result.state != "measured":
        return f"{result.state}: {result.reason}"
    first = result.figures[0] if result.figures else None
    shown = f", {first.name} {first.value:.4g}" if first is not None else ""
    return f"{result.seconds:.0f} s, {result.cpu_seconds:.0f} s of CPU{shown}, {len(result.cases)} cases to look at"


def run_part(plan: Plan, part: Part) -> PartResult:
    empty = PartResult(
        name=part.name, title=part.title, area=part.area, state="skipped", about=part.about, not_shown=part.not_shown,
        hidden=part.held_out, origin=part.origin, headline=part.headline, load=round(os.getloadavg()[0], 1),
    )  # fmt: skip
    if plan.quick and part.quick is None:
        return replace(empty, reason="not part of --quick", left_out=True)
    needs = _filled(part.needs, plan.places)
    if needs and not Path(needs).exists():
        return replace(empty, reason=f"{needs} is not here")
    argv = [_filled(word, plan.places) for word in (*part.argv, *((part.quick or ()) if plan.quick else ()))]
    empty = replace(empty, command=_typed(argv))
    begun, cpu = time.monotonic(), _cpu_of_children()
    printed, trouble = _printed(argv, part.limit * min(_BUSY, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))))
    measured = replace(
        empty, seconds=round(time.monotonic() - begun, 1), cpu_seconds=round(_cpu_of_children() - cpu, 1)
    )
    if not part.held_out:
        (plan.kept / f"{part.name}.printed.txt").write_text(printed, encoding="utf-8")
    return _read(part, measured, printed, trouble)


def _filled(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    return text


def _read(part: Part, measured: PartResult, printed: str, trouble: str) -> PartResult:
    try:
        figures, cases = part.read(_documents(printed))
        if trouble.startswith(_CUT):
            return replace(measured, state="failed", reason=trouble)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = trouble or f"what it printed cannot be read: {type(error).__name__} {error}"
        return replace(measured, state="failed", reason=reason)
    cases = () if part.held_out else cases
    return replace(measured, state="measured", figures=figures, cases=cases)


def _printed(argv: Sequence[str], limit: float) -> tuple[str, str]:
    """What it wrote, and what went wrong. Its own process group, so that nothing of it is left behind."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "200"}
    with subprocess.Popen(
        (sys.executable, *argv), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            out, err = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return out, f"{_CUT}: it took longer than {limit:.0f} s"
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    last = err.strip()[-_LAST_WORDS:]
    if process.returncode < 0:
        return out, f"{_CUT} by signal {-process.returncode}: {last}"
    return out, f"exit {process.returncode}: {last}" if process.returncode else ""


def _documents(printed: str) -> list[Any]:
    """One JSON document, or one a line. Raises ValueError for anything else."""
    try:
        return [json.loads(printed)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in printed.splitlines() if line.strip()]


def _typed(argv: Sequence[str]) -> str:
    shown = " ".join(argv).replace("-m eval.scores.aisle", "aisle")
    return shown if shown.startswith("aisle") else f"python {shown}"


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
