"""Measures a version before it is promoted: `aisle eval all` in a process of its own that is told to use it. Above: the commands.

What measures lies above the channels, so it is run, not imported: an install without the suites says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from channels.command_line.errors import CommandError
from model_serving.promotion_gates import FOLDER, report_of
from model_serving.score_verdict import GateVerdict, Verdict, VerdictUnreadable, read_verdict, write_verdict
from model_serving.versions import Version

SENTINELS: Final = Path("tests/eval/suites/sentinels.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Turns of a suite that were reached."""

    hits: int
    of: int


def measured_with(version: Version) -> Mapping[str, str]:
    """Settings by which a product uses this version; empty where none chooses it."""
    source = version.source
    if version.kind == "adapter":
        return {"AISLE_MODEL_ADAPTER": source}
    if version.kind != "model" or not source:
        return {}
    if source.startswith(("http://", "https://")):
        return {"AISLE_MODEL_ENGINE": "endpoint", "AISLE_MODEL_ENDPOINT_URL": source, "AISLE_MODEL_NAME": version.name}
    return {"AISLE_MODEL_PATH": source}


def measure_version(version: Version, home: Path, *, whole: bool = False) -> Verdict:
    """Its report, kept where a promotion looks for it. Raises CommandError."""
    settings = measured_with(version)
    verdict = evaluated(home, settings, whole=whole)
    played = play(SENTINELS, home / FOLDER / "run" / "home", settings, writer="model")
    row = GateVerdict(
        part=f"sentinels by {version.label}", figure="turns reached", least=1.0, value=played.hits / max(1, played.of),
        of=played.of, state="passed" if played.hits == played.of else "missed",
        told="" if played.hits == played.of else f"{played.of - played.hits} of {played.of} turns were not reached",
    )  # fmt: skip
    return keep(with_row(verdict, row, version.kind, version.label), report_of(home, version.kind, version.label))


def evaluated(home: Path, settings: Mapping[str, str], *, whole: bool = False) -> Verdict:
    """`aisle eval all`, its progress on the standard error. Raises CommandError."""
    out = (home / FOLDER / "run").resolve()
    words = ("all", "--out", str(out), "--fresh", *(() if whole else ("--quick",)))
    (out / "verdict.json").unlink(missing_ok=True)
    done = subprocess.run(_eval(*words), env={**os.environ, **settings}, stdout=subprocess.DEVNULL, check=False)
    try:
        return read_verdict(out)
    except VerdictUnreadable as error:
        raise CommandError(
            f"`aisle eval all` gave no verdict (exit {done.returncode}): it takes a checkout with tests/eval/suites"
        ) from error


def play(suite: Path, home: Path, settings: Mapping[str, str], *, writer: str = "template") -> Played:
    """A suite of scripted customers against the shop of that home. Raises CommandError."""
    words = ("dialogue", "--suite", str(suite), "--home", str(home), "--writer", writer, "--json")
    done = subprocess.run(_eval(*words), env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    try:
        rate = json.loads(done.stdout)["turns_reached"]
        return Played(hits=int(rate["hits"]), of=int(rate["of"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{suite} could not be played: {done.stderr.strip()[-600:]}") from error


def beside(home: Path) -> Path:
    """A home with the same shop and index, whose log, keys and versions are its own: a trial is no customer's affair."""
    other = home / FOLDER / "shop"
    other.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("shop.db", "shop.db-wal", "shop.db-shm", "index", *(path.name for path in home.glob("*.yaml"))):
        link = other / name
        if not link.is_symlink() and (home / name).exists():
            link.symlink_to((home / name).resolve())
    return other


def with_row(verdict: Verdict, row: GateVerdict, kind: str, label: str) -> Verdict:
    """The verdict with one gate more, and with what it was measured of."""
    missed = (*verdict.missed, *((f"{row.part}: {row.told}",) if row.state == "missed" else ()))
    decided = "refused" if missed else verdict.verdict
    versions = {**verdict.versions, kind: label}
    return msgspec.structs.replace(
        verdict, gates=(*verdict.gates, row), missed=missed, verdict=decided, versions=versions
    )


def keep(verdict: Verdict, path: Path) -> Verdict:
    """With its page beside it, for people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_verdict(verdict, path)
    page = path.parent / "run" / "report.html"
    if page.exists():
        shutil.copyfile(page, path.with_suffix(".html"))
    return verdict


def _eval(*words: str) -> Sequence[str]:
    return (sys.executable, "-m", "channels.command_line.main", "eval", *words)
