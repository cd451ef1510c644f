"""`aisle eval faults`: the matrix on the command line. Above: eval's commands. Below: matrix."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.faults.outcome import Conditions, Outcome

faults_commands = typer.Typer()


@faults_commands.command(name="faults")
def run_faults(
    only: Annotated[list[str] | None, typer.Option(help="F6 for instance; may be repeated. Else all of them.")] = None,
    seed: Annotated[int, typer.Option(help="Of every chance; a failure is run again with its seed.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="Each in its smallest size: a few minutes in all.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")] = False,
    home: Annotated[
        Path | None, typer.Option(help="AISLE_HOME with a shop, for F4 and F5; else the demo shop is made.")
    ] = None,
) -> None:
    """Fifteen faults against real servers: what is acknowledged is kept. Exit code 1 when one does not hold."""
    from eval.faults.matrix import FAULTS

    wanted = {name.upper() for name in only or [fault.name for fault in FAULTS]}
    if unknown := wanted - {fault.name for fault in FAULTS}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: there are F1 to F{len(FAULTS)}")
    logging.disable(logging.ERROR)  # every fault that is made on purpose would be logged
    with tempfile.TemporaryDirectory(prefix="aisle-faults-") as folder:
        under = Conditions(folder=Path(folder), seed=seed, quick=quick, home=home, tell=_tell)
        chosen = [fault for fault in FAULTS if fault.name in wanted]
        outcomes = [asyncio.run(_run(place, len(chosen), fault, under)) for place, fault in enumerate(chosen, 1)]
    report = report_of(outcomes, quick=quick)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    if as_json:
        typer.echo(text)
    else:
        Console().print(_table(outcomes))
    raise typer.Exit(0 if report["held"] == report["of"] else 1)


def _tell(line: str) -> None:
    typer.echo(f"    {line}", err=True)


async def _run(place: int, of: int, fault: Any, under: Conditions) -> Outcome:
    from eval.faults.matrix import run_fault

    typer.echo(f"{place}/{of} {fault.name}: {fault.title}", err=True)
    outcome = await run_fault(fault, under)
    said = "held" if outcome.held else f"DID NOT HOLD: {_wrong(outcome) or outcome.note}"
    typer.echo(f"{fault.name} {said} ({outcome.seconds} s)", err=True)
    return outcome


def report_of(outcomes: Sequence[Outcome], *, quick: bool) -> dict[str, Any]:
    from eval.machine import machine

    return {
        "held": sum(outcome.held for outcome in outcomes),
        "of": len(outcomes),
        "quick": quick,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "faults": [asdict(outcome) for outcome in outcomes],
    }


def _wrong(outcome: Outcome) -> str:
    return ", ".join(f"{name} {count}" for name, count in outcome.wrong.items() if count)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("fault", "held", "what was wrong", "figures", "s", highlight=False, show_lines=True)
    for one in outcomes:
        wrong = _wrong(one)
        figures = ", ".join(f"{name} {value}" for name, value in one.figures.items())
        held = "[green]yes[/]" if one.held else "[red]NO[/]"
        title = f"{one.fault} {one.title}" + (f" ({one.note})" if one.note else "")
        table.add_row(escape(title), held, escape(wrong or "nothing"), escape(figures), f"{one.seconds}")
    return table
