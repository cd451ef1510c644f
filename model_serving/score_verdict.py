"""What `aisle eval all` decided, as a small file: read before a version is promoted, without what measured it.

`verdict.json` lies beside the report. Above: promotions, canaries, `eval.scores`, which writes it. Below: nothing of ours.
The schema is told in docs/evaluation.md; fields that a reader does not know are skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

FILE: Final = "verdict.json"
SCHEMA: Final = 1

Decided = Literal["passed", "refused", "incomplete"]
"""Incomplete: no gate refused, but some were not asked, for the run was short or of some parts only."""
GateState = Literal["passed", "missed", "not measured", "not here", "left out"]
"""Not here: what it needs does not lie on this machine, by name; it refuses nothing. Left out: by --quick or --only."""


class VerdictUnreadable(Exception):
    """No verdict, or one of another schema. The message names the way out."""


class GateVerdict(msgspec.Struct, frozen=True, kw_only=True):
    part: str
    figure: str
    state: GateState
    least: float | None = None
    most: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    """Of the 95 % interval, where it is a rate."""
    of: int | None = None
    told: str = ""
    """Why it was missed or not asked, for people."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    verdict: Decided
    missed: tuple[str, ...]
    """Why it was refused, a line each: gates, failed parts, what is worse than before. Empty unless refused."""
    gates: tuple[GateVerdict, ...]
    finished_at: str
    """ISO 8601, UTC."""
    git: str
    """The commit, with "+n" where n files were changed since; empty outside a checkout."""
    model: str
    """What wrote the replies: "template", or a model's label."""
    index: str
    """The label of the index that was measured; empty where none was registered."""
    name: str = ""
    quick: bool = False
    seed: int = 0
    against: str = ""
    """The run that it was compared with; empty: with none."""
    versions: Mapping[str, str] = msgspec.field(default_factory=dict)
    data: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Digests of what it was measured on, by name."""
    machine: Mapping[str, Any] = msgspec.field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def passed(self) -> bool:
        return self.verdict == "passed"


def read_verdict(path: Path) -> Verdict:
    """`path`: the file, or the folder that it lies in. Raises VerdictUnreadable."""
    file = path / FILE if path.is_dir() else path
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Verdict)
    except OSError as error:
        raise VerdictUnreadable(
            f"{str(file)!r} cannot be read ({error.strerror}): `aisle eval all` writes one"
        ) from error
    except msgspec.MsgspecError as error:
        raise VerdictUnreadable(f"{str(file)!r} is no verdict of `aisle eval all`: {error}") from error
    if found.schema != SCHEMA:
        raise VerdictUnreadable(
            f"{str(file)!r} has schema {found.schema}, this release reads {SCHEMA}: measure it anew"
        )
    return found


def write_verdict(verdict: Verdict, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(verdict), indent=1) + b"\n")
