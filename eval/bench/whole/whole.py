"""One whole measurement: the shop made, parts run, everything written: JSON, report, and the page where it is asked for.

Above: `command`. Below: `running`, `report`.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from eval.bench.whole import conditions
from eval.bench.whole.part import Part
from eval.bench.whole.parts import PARTS
from eval.bench.whole.result import FILE, Benchmarks, write_benchmarks
from eval.bench.whole.running import Plan, Tell, kept_part, run_parts

PREPARING = 1_800.0


class NoShop(Exception):
    """The shop that is measured could not be made; the message says why."""


def measure(plan: Plan, chosen: Sequence[Part], tell: Tell) -> Benchmarks:
    """With what of the other parts lies there from before. Raises NoShop."""
    began = time.monotonic()
    plan.out.mkdir(parents=True, exist_ok=True)
    if any("{home}" in word for part in chosen for word in part.argv):
        prepare(plan, tell)
    done = {part.name: part for part in run_parts(plan, chosen, tell)}
    lies = replace(plan, again=frozenset())
    others = {part.name: kept_part(lies, part, "") for part in PARTS if part.name not in done}
    every = (*(part.name for part in PARTS), *done)
    parts = (done.get(name) or others.get(name) for name in dict.fromkeys(every))
    found = Benchmarks(
        at=datetime.now(UTC).isoformat(timespec="seconds"), length=plan.length,
        parts=tuple(part for part in parts if part is not None),
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip
    write_benchmarks(found, plan.out / FILE)
    return found


def prepare(plan: Plan, tell: Tell) -> None:
    """The shop and its whole index, other languages too: made beside a measurement it would be measured."""
    tell(
        "the shop and its index, other languages too: made or looked at first, so that nothing is built beside a measurement"
    )
    plan.home.mkdir(parents=True, exist_ok=True)
    argv = (plan.python, "-m", "eval.bench.shop_index", "--home", str(plan.home))
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=PREPARING, check=False, cwd=conditions.ROOT)
    except subprocess.TimeoutExpired as error:
        raise NoShop(f"the shop in {plan.home} was not made within {PREPARING:.0f} s") from error
    if done.returncode:
        raise NoShop(f"the shop in {plan.home} could not be made: {done.stderr.strip()[-600:]}")
    tell(done.stdout.strip())


def parts_named(only: Sequence[str], parts: Sequence[Part] = PARTS) -> list[Part]:
    """Whose name is said, or, where none is, whose area; all without a word. Raises KeyError for a word that is neither."""
    if not only:
        return list(parts)
    chosen: list[Part] = []
    for word in only:
        found = [one for one in parts if one.name == word] or [
            one for one in parts if word.casefold() in one.area.casefold()
        ]
        if not found:
            raise KeyError(word)
        chosen += found
    return [one for one in parts if one in chosen]
