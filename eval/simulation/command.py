"""`aisle eval simulate`: the turn engine under simulated faults, seed after seed. Above: the command line. Below: `simulation`."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from eval.simulation.simulation import Size, simulate

simulation_commands = typer.Typer()


@simulation_commands.command(name="simulate")
def simulate_faults(
    seeds: Annotated[int, typer.Option(min=1, help="So many runs, from the first seed on.")] = 300,
    first: Annotated[int, typer.Option(help="The first seed: a failure is run again with --first SEED --seeds 1.")] = 0,
    replicas: Annotated[int, typer.Option(min=1, max=8)] = 2,
    out: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")] = False,
) -> None:
    """Deaths, lost answers, lost messages, slow disks and jumping clocks out of one seed, in virtual time."""
    logging.disable(logging.CRITICAL)  # each simulated fault would be logged
    began, reports = time.process_time(), []
    for seed in track(range(first, first + seeds), "simulating", console=Console(stderr=True)):
        reports.append(simulate(seed, size=Size(replicas=replicas)))
    report = summed(reports) | {"replicas": replicas, "cpu_seconds": round(time.process_time() - began, 1)}
    text = json.dumps(report, indent=2)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    if as_json:
        typer.echo(text)
    else:
        Console().print(report)
    raise typer.Exit(0 if report["passed"] else 1)


def summed(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Of all runs; the seeds that failed by name."""
    total: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    for report in reports:
        happened.update(report["happened"])
        total.update({name: value for name, value in report.items() if type(value) is int and name != "seed"})
    rests = sorted(report["seconds_to_rest"] for report in reports if report["seconds_to_rest"] is not None)
    return {
        "passed": all(report["passed"] for report in reports),
        "runs": len(reports),
        "failed_seeds": [report["seed"] for report in reports if not report["passed"]],
        **total,
        "happened": dict(sorted(happened.items())),
        "virtual_seconds_to_rest": {"p50": rests[len(rests) // 2], "max": rests[-1]} if rests else {},
    }
