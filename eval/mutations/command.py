"""`aisle eval mutate`: which gate catches which planted fault. Above: eval's command line. Below: `playing`."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Annotated

import typer

mutation_commands = typer.Typer()


@mutation_commands.command("mutate")
def mutate(
    only: Annotated[str, typer.Option(help="Only faults whose name holds this.")] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Each under every probe: minutes more.")] = False,
    home: Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Whose shop; it is not changed.")] = Path(
        "out/scores/home"
    ),
    suites: Annotated[Path, typer.Option(help="The folder of the suites.")] = Path("tests/eval/suites"),
    out: Annotated[Path | None, typer.Option(help="Write the table as JSON to this file.")] = None,
) -> None:
    """Plant faults, one after the other, and see which gate refuses each; exit 1 when one gets through."""
    from eval.machine import machine
    from eval.mutations.faults import FAULTS
    from eval.mutations.playing import Caught, caught_all

    faults = [fault for fault in FAULTS if only.casefold() in fault.name.casefold()]
    if not faults:
        raise typer.BadParameter(f"no fault holds {only!r}: there are {', '.join(fault.name for fault in FAULTS)}")
    logging.disable(logging.CRITICAL)  # broken on purpose, and each tells of it

    def tell(one: Caught) -> None:
        shown = one.gates[0] if one.gates else "NOT CAUGHT"
        typer.echo(f"{one.fault}: {shown} ({one.seconds} s)", err=True)

    sound, found = asyncio.run(caught_all(home, suites, faults, whole=whole, tell=tell))
    through = [one.fault for one in found if not one.gates]
    report = {
        "machine": machine(),
        "without_a_fault": sound,
        "faults": len(found),
        "caught": len(found) - len(through),
        "through": through,
        "table": [
            {"fault": one.fault, "about": one.about, "gates": one.gates, "seconds": one.seconds} for one in found
        ],
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    typer.echo(text)
    if sound:
        typer.echo(f"without any fault the gates say: {'; '.join(sound)}", err=True)
    raise typer.Exit(1 if through or sound else 0)
