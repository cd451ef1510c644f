"""`aisle eval mutate`: which gate catches which planted fault. Above: eval's command line. Below: `playing`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.scores.planted import Planted, PlantedFault

mutation_commands = typer.Typer()


@mutation_commands.command("mutate")
def mutate(
    only: Annotated[str, typer.Option(help="Only faults whose name holds this.")] = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="Each under every probe, not only its own: minutes more.")
    ] = False,
    home: Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Whose shop; it is not changed.")] = Path(
        "out/scores/home"
    ),
    suites: Annotated[Path, typer.Option(help="The folder of the suites.")] = Path("tests/eval/suites"),
    out: Annotated[Path, typer.Option(help="The table, as JSON; beside scores.json the report shows it.")] = Path(
        "out/scores/mutations.json"
    ),
) -> None:
    """Plant faults, one after the other, and see whether the gate that is there for each refuses it; exit 1 when not."""
    from eval.mutations.faults import FAULTS
    from eval.mutations.playing import caught_all
    from eval.scores.planted import write_planted

    wanted = only.casefold().replace("_", " ")
    faults = [fault for fault in FAULTS if wanted in fault.name.casefold()]
    if not faults:
        raise typer.BadParameter(f"no fault holds {only!r}: there are {', '.join(fault.name for fault in FAULTS)}")
    logging.disable(logging.CRITICAL)  # broken on purpose, and each tells of it
    numbers = count(1)

    def tell(one: PlantedFault) -> None:
        typer.echo(f"[{next(numbers)}/{len(faults)}] {one.fault}: {one.how} ({one.seconds} s)", err=True)

    begun = time.monotonic()
    sound, found = asyncio.run(caught_all(home, suites, faults, whole=whole, tell=tell))
    planted = _planted(sound, found, seconds=round(time.monotonic() - begun, 1))
    write_planted(planted, out)
    for line in planted.without_a_fault:
        typer.echo(f"without any fault the gates say: {line}", err=True)
    caught = len(planted.table) - len(planted.missed)
    typer.echo(
        f"{caught} of {len(planted.table)} seen by the gate that is there for them"
        + (f"; not: {', '.join(planted.missed)}" if planted.missed else "")
        + f"; {out}"
    )
    raise typer.Exit(0 if planted.sound else 1)


def _planted(sound: Sequence[str], found: Sequence[PlantedFault], *, seconds: float) -> Planted:
    from eval.machine import machine
    from eval.scores.planted import Planted
    from eval.scores.versions import commit

    return Planted(
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        git=commit(),
        seconds=seconds,
        cpu_seconds=round(time.process_time(), 1),
        without_a_fault=tuple(sound),
        table=tuple(found),
        machine=machine(),
    )
