"""`aisle eval all`, `gate` and `compare`: the commands around one result. Above: eval's command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.tau2.command import DEFAULT_DATA

scores_commands = typer.Typer()
SUITES = Path("tests/eval/suites")
FAULT, MISSED, INCOMPLETE = 2, 1, 3


@scores_commands.command("all")
def measure_all(
    quick: Annotated[bool, typer.Option("--quick", help="The short form: minutes become seconds.")] = False,
    out: Annotated[Path, typer.Option(help="Where scores.json, report.html and what is done so far go.")] = Path(
        "out/scores"
    ),
    home: Annotated[
        Path | None, typer.Option(help="The shop that is measured; else the demo shop, made once under OUT.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only parts whose name or area holds this.")] = "",
    against: Annotated[str, typer.Option(help="Compare with this result too: a path, or a name of OUT/history.")] = "",
    name: Annotated[str, typer.Option(help="What this run is called in OUT/history; else its commit.")] = "",
    seed: int = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure all of it anew.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 when a gate of eval/gates.py is missed.")] = False,
    suites: Annotated[Path, typer.Option(help="The folder of the suites.")] = SUITES,
    data: Annotated[Path, typer.Option(help="Public sets, where they lie here.")] = DEFAULT_DATA.parent,
) -> None:
    """How good is it? Everything, as one page and JSON; goes on where it was stopped."""
    from eval.scores.whole import Wanted, measure

    wanted = Wanted(
        quick=quick, out=out, home=home, only=only, against=against, name=name, seed=seed, fresh=fresh, suites=suites,
        data=data,
    )  # fmt: skip
    result = measure(wanted, tell=lambda line: typer.echo(line, err=True))
    typer.echo("\n".join((*(f"gate missed: {line}" for line in result.missed), f"report: {out / 'report.html'}")))
    raise typer.Exit(MISSED if gate and result.missed else 0)


@scores_commands.command("gate")
def gate_result(
    result: Annotated[Path, typer.Argument(help="scores.json of `aisle eval all`, or its folder.")],
    against: Annotated[
        Path | None, typer.Option(help="The result of what is in use now: nothing may be worse.")
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="A run that left parts out is enough.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the verdict as JSON to this file.")] = None,
) -> None:
    """May this be promoted? Exit 1 with the reasons when not, 3 when parts were left out."""
    from eval.scores.result import ResultUnreadable
    from eval.scores.verdict import judged
    from model_serving.score_verdict import write_verdict

    try:
        verdict = judged(result, against)
    except ResultUnreadable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAULT) from error
    if out is not None:
        write_verdict(verdict, out)
    left = list(dict.fromkeys(one.part for one in verdict.gates if one.state == "left out"))
    unmeasured = f"not measured in this run: {', '.join(left)}"
    for line in (*verdict.missed, *([unmeasured] if left else ())):
        typer.echo(line, err=True)
    good = verdict.passed or (short and verdict.verdict == "incomplete")
    told = "good: every gate is passed" if verdict.passed else "good: every gate that was asked is passed"
    typer.echo(told if good else verdict.verdict)
    raise typer.Exit(0 if good else INCOMPLETE if verdict.verdict == "incomplete" else MISSED)
