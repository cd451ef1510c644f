"""`aisle eval tau2-actions` and `tau2-synthetic`: the commands around them. Above: the command line. Below: the measurements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

DEFAULT_DATA = Path("../shared/data/tau2_retail")

tau2_commands = typer.Typer(help="The public retail benchmark.", no_args_is_help=False)


@tau2_commands.command("tau2-actions")
def tau2_actions(
    data: Annotated[
        Path, typer.Option(help="The benchmark's folder: db.json, tasks, expected records.")
    ] = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON.")] = False,
) -> None:
    """The benchmark's reference actions through our tools: do exactly the expected records result?"""
    from eval.showing import show_json
    from eval.tau2.actions import measure

    _need(data)
    report = measure(data)
    if as_json:
        show_json(report)
    else:
        _show(report)


@tau2_commands.command("tau2-synthetic")
def tau2_synthetic(
    data: Annotated[
        Path, typer.Option(help="The benchmark's folder: db.json, synthetic_tasks_dev.json.")
    ] = DEFAULT_DATA,
    seeds: Annotated[int, typer.Option(min=1, help="Each task under so many seeds of phrasing.")] = 4,
    tasks: Annotated[int, typer.Option(min=0, help="Only the first so many; 0: all.")] = 0,
    only: Annotated[str, typer.Option(help="Only the task of this id, with its whole conversation.")] = "",
    customer: Annotated[
        str, typer.Option(help="first, or heldout: another's phrasings, of which rates alone are shown.")
    ] = "first",
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as JSON.")] = False,
) -> None:
    """A scripted customer plays the synthetic tasks: do exactly the expected records result? Takes minutes."""
    from eval.showing import show_json
    from eval.tau2.synthetic import measure, report_of

    _need(data)
    if customer not in ("first", "heldout"):
        typer.echo(f"there is no customer {customer!r}: first or heldout", err=True)
        raise typer.Exit(2)
    if customer == "heldout":
        from eval.service_heldout.run import measure as measure_heldout
        from eval.service_heldout.run import rates_of

        show_json(rates_of(measure_heldout(data, limit=tasks, seeds=range(seeds), only=only)))
        return
    played, faults = measure(data, seeds=seeds, tasks=tasks, only=only)
    report = report_of(played, faults)
    if only and not as_json:
        for one in played:
            _show_talk(one.talk)
    if not as_json:
        report = {name: value for name, value in report.items() if name not in ("unsolved", "faults")}
    show_json(report)


def _show_talk(talk: Sequence[tuple[str, str]]) -> None:
    for said, reply in talk:
        typer.echo(f"> {said}\n{reply}\n")


def _need(data: Path) -> None:
    if not (data / "db.json").exists():
        typer.echo(f"{str(data / 'db.json')!r} is missing: name the benchmark's folder with --data", err=True)
        raise typer.Exit(2)


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    for name, figures in report.items():
        console.print(_headline(name, figures))
        for failing in figures["failing"]:
            fault = "the reference is at fault" if failing["reference_at_fault"] else "[red]unexplained[/]"
            console.print(f"  task {failing['task']}: {fault}")
            for line in failing["proof"] or failing["differences"][:4]:
                console.print(f"    [dim]{escape(line)}[/]")


def _headline(name: str, figures: dict[str, Any]) -> str:
    counted = (
        f"{figures['exact']} of {figures['tasks']} exact, {figures['reference_at_fault']} with a reference at fault"
    )
    return f"[bold]{name}[/]: {counted}, {figures['unexplained']} unexplained"


def main() -> None:
    tau2_commands()
