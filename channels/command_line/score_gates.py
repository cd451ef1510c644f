"""The gates of `aisle eval gate`, asked before a version is promoted or tried. Above: `model_versions`.

What measures lies above the channels, so it is run, not imported: an install without it says so.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

_WITHIN = 120
_GOOD = 0
Scores = Annotated[
    Path | None, typer.Option(help="Of `aisle eval all` with this version: refused where a gate is missed.")
]
Against = Annotated[Path | None, typer.Option(help="The scores of what is in use: nothing may be worse beyond chance.")]


def ask_gates(scores: Path | None, against: Path | None) -> None:
    """Raises typer.Exit where they refuse. Without scores nothing is asked."""
    if scores is None:
        if against is not None:
            raise typer.BadParameter("--against compares with --scores: name both")
        return
    beside = ("--against", str(against)) if against is not None else ()
    asked = (sys.executable, "-m", "channels.command_line.main", "eval", "gate", str(scores), *beside)
    done = subprocess.run(asked, capture_output=True, text=True, timeout=_WITHIN, check=False)
    if done.returncode != _GOOD:
        typer.echo(f"not promoted:\n{(done.stderr or done.stdout).strip()}", err=True)
        raise typer.Exit(1)
