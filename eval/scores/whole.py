"""One whole measurement: parts run, result written, kept in the history, judged, compared, shown. Above: `command`."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

from eval.machine import machine
from eval.scores.comparing import Compared, compared
from eval.scores.judging import missed
from eval.scores.page import page
from eval.scores.parts import PARTS, Part
from eval.scores.planted import FILE as PLANTED
from eval.scores.planted import read_planted
from eval.scores.result import Result, ResultUnreadable, read_result, write_result
from eval.scores.running import Plan, Tell, lend_vectors, prepared, run_parts
from eval.scores.verdict import judged
from eval.scores.versions import digests, versions
from model_serving.score_verdict import FILE, write_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    quick: bool
    out: Path
    home: Path | None
    only: str
    against: str
    name: str
    seed: int
    fresh: bool
    suites: Path
    data: Path


def measure(wanted: Wanted, tell: Tell, parts: Sequence[Part] = PARTS) -> Result:
    """Raises ResultUnreadable where `against` is none, before anything is run."""
    history = wanted.out / "history"
    before = _before(history, quick=wanted.quick)
    named = read_result(_named(history, wanted.against)) if wanted.against else None
    home = wanted.home or wanted.out / "home"
    plan = Plan(
        out=wanted.out, home=home, work=wanted.out / "work", suites=wanted.suites, data=wanted.data, seed=wanted.seed,
        quick=wanted.quick, fresh=wanted.fresh,
    )  # fmt: skip
    plan.work.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in parts if wanted.only.casefold() in f"{one.name} {one.area}".casefold()]
    begun = time.monotonic()
    shop = f"the shop in {home}" if wanted.home else "the demo shop of some 2,500 made-up products"
    if not (home / "index").exists():
        tell("making the shop and its index, once …")
        prepared(home)
    lend_vectors(home, plan.work)
    told = versions(home, wanted.suites)
    key = f"{told['git']} {told['changed files']} {told['suites']} {wanted.seed} {wanted.home}"
    done = run_parts(plan, chosen, key, tell)
    result = Result(
        at=datetime.now(UTC).isoformat(timespec="seconds"), name=wanted.name or told["git"] or "unnamed",
        quick=wanted.quick, seed=wanted.seed, versions={**versions(home, wanted.suites), "shop": shop},
        machine=machine(), parts=done, data=digests(wanted.suites, wanted.data),
        seconds=round(time.monotonic() - begun, 1),
    )  # fmt: skip
    result = replace(result, missed=tuple(missed(result)))
    _written(result, wanted.out, history, [compared(result, one) for one in (before, named) if one is not None])
    return result


def _written(result: Result, out: Path, history: Path, changes: Sequence[Compared]) -> None:
    write_result(result, out / "scores.json")
    write_verdict(judged(result), out / FILE)
    stamp = re.sub(r"[^0-9]", "", result.at)[:14]
    history.mkdir(parents=True, exist_ok=True)
    copyfile(out / "scores.json", history / f"{stamp}_{re.sub(r'[^A-Za-z0-9.-]', '_', result.name)}.json")
    runs = [result, *(one for one in _runs(history, quick=result.quick) if one.at != result.at)]
    shown = page(result, changes, runs=runs, planted=read_planted(out / PLANTED))
    (out / "report.html").write_text(shown, encoding="utf-8")


def _before(history: Path, *, quick: bool) -> Result | None:
    """The last run of the same length."""
    return next(_runs(history, quick=quick), None)


def _runs(history: Path, *, quick: bool) -> Iterator[Result]:
    """Newest first."""
    for file in sorted(history.glob("*.json"), reverse=True):
        try:
            found = read_result(file)
        except ResultUnreadable:
            continue
        if found.quick == quick:
            yield found


def _named(history: Path, name: str) -> Path:
    if Path(name).exists():
        return Path(name)
    found = sorted(file for file in history.glob("*.json") if name in file.stem)
    if not found:
        known = ", ".join(file.stem for file in sorted(history.glob("*.json"))[-8:]) or "none yet"
        raise ResultUnreadable(f"no run is called {name!r} here: there are {known}")
    return found[-1]
