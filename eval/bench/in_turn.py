"""`python -m eval.bench.in_turn COMMIT COMMIT… -- turn --conversations 64`: one bench of several commits, in turn, on one machine.

A machine's own speed varies by half from hour to hour, so that figures of two days say little about the code between them. Here
each commit has a worktree and a home of its own; a round has each of them once, in another order; a yardstick stands beside
each run. Above: nothing. Below: `aisle bench` as it was at each commit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from eval.bench.whole.conditions import ROOT, cores_taken, yardstick
from eval.bench.whole.running import document

Figures = Mapping[str, float]


def measured_in_turn(commits: Sequence[str], bench: Sequence[str], *, rounds: int, home: Path | None) -> dict[str, Any]:
    found: dict[str, list[Figures]] = {commit: [] for commit in commits}
    chance = Random(7)
    with tempfile.TemporaryDirectory(prefix="aisle-in-turn-") as scratch, _worktrees(commits, Path(scratch)) as trees:
        for number in range(rounds):
            for commit in chance.sample(list(commits), len(commits)):
                pace, others = yardstick(), cores_taken()
                figures = _run(trees[commit], bench, _home(Path(scratch), commit, home))
                found[commit].append({**figures, "yardstick ms": pace, "cores of others before": others})
                _tell(f"round {number + 1} of {rounds}, {commit}: {_short(figures)}")
    return report_of(found)


def report_of(found: Mapping[str, Sequence[Figures]]) -> dict[str, Any]:
    """Medians by commit, and each against the first, in the same rounds."""
    first = next(iter(found.values()))
    return {
        commit: {
            name: {
                "median": round(median(one[name] for one in runs), 4),
                "runs": [one[name] for one in runs],
                "against_the_first": _against([one.get(name) for one in first], [one[name] for one in runs]),
            }
            for name in runs[0]
        }
        for commit, runs in found.items()
    }


def _against(first: Sequence[float | None], now: Sequence[float]) -> float | None:
    ratios = [one / base for one, base in zip(now, first, strict=True) if base]
    return round(median(ratios), 3) if ratios else None


def figures_of(report: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Each number of a report by its path."""
    if isinstance(report, Mapping):
        for key, value in report.items():
            yield from figures_of(value, f"{name} {key}".strip())
    elif isinstance(report, int | float) and not isinstance(report, bool):
        yield name, float(report)


@contextmanager
def _worktrees(commits: Sequence[str], scratch: Path) -> Iterator[Mapping[str, Path]]:
    trees: dict[str, Path] = {}
    try:
        for commit in commits:
            tree = scratch / f"tree-{commit}"
            subprocess.run(
                ("git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", str(tree), commit), check=True
            )
            trees[commit] = tree
        yield trees
    finally:
        for tree in trees.values():
            subprocess.run(("git", "-C", str(ROOT), "worktree", "remove", "--force", str(tree)), check=False)


def _home(scratch: Path, commit: str, given: Path | None) -> Path:
    home = scratch / f"home-{commit}"
    if not home.exists():
        if given is not None:
            shutil.copytree(given, home)
        else:
            home.mkdir()
    return home


def _run(tree: Path, bench: Sequence[str], home: Path) -> Figures:
    argv = (sys.executable, "-c", "from channels.command_line.main import main; main()", "bench", *bench, "--json")
    environment = {**os.environ, "PYTHONPATH": str(tree), "AISLE_HOME": str(home)}
    done = subprocess.run(argv, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(figures_of(document(done.stdout)))


def _short(figures: Figures) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in list(figures.items())[:4])


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("commits", nargs="+")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--home", type=Path, help="copied for each commit; else each makes a demo shop of its own")
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    given = asked.parse_args(words[:at])
    bench = words[at + 1 :] or ["turn", "--conversations", "1", "--conversations", "64", "--seconds", "6"]
    report = measured_in_turn(given.commits, bench, rounds=given.rounds, home=given.home)
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
