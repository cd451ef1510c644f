"""`aisle eval grounding`: the command around the measurement. Above: the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

SUITES = Path("tests/eval/suites")

grounding_commands = typer.Typer(no_args_is_help=False)


@grounding_commands.command("grounding")
def grounding(
    suites: Annotated[Path, typer.Option(help="The folder of grounding.yaml and grounding_heldout.yaml.")] = SUITES,
    seed: Annotated[int, typer.Option(help="Which products, orders and stores the wordings are filled with.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="The whole report, with each draft judged wrongly.")] = False,
) -> None:
    """Wrong drafts caught and good ones passed, by kind and language. Of the split held apart only rates are told."""
    from eval.grounding.measure import measure
    from eval.showing import show_figures

    files = {"dev": suites / "grounding.yaml", "heldout": suites / "grounding_heldout.yaml"}
    missing = [str(file) for file in files.values() if not file.exists()]
    if missing:
        typer.echo(f"{', '.join(missing)} missing: name their folder with --suites", err=True)
        raise typer.Exit(2)
    report = measure(files, seed=seed)  # type: ignore[arg-type]
    show_figures(report if as_json else _short(report), as_json=as_json)


def _short(report: dict[str, Any]) -> dict[str, Any]:
    return {
        split: {name: value for name, value in figures.items() if name not in ("missed", "false_alarms")}
        for split, figures in report.items()
    }
