"""`aisle eval voice-tasks` and `voice-read-back`: the commands around them. Above: the command line. Below: the measurements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.tau2.command import DEFAULT_DATA

voice_tasks_commands = typer.Typer()


@voice_tasks_commands.command("voice-tasks")
def voice_tasks(
    data: Annotated[
        Path, typer.Option(help="The benchmark's folder: db.json, synthetic_tasks_dev.json.")
    ] = DEFAULT_DATA,
    goals: Annotated[int, typer.Option(min=1, help="So many of them.")] = 40,
    seed: Annotated[int, typer.Option(help="Of the customer's phrasing.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file too.")] = None,
    talks: Annotated[
        Path | None, typer.Option(help="Write the conversations that were lost by voice to this file.")
    ] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 where voice loses more than it may.")] = False,
) -> None:
    """Servicing goals spoken over a telephone line, against the same in writing. JSON; some minutes."""
    import asyncio
    import json

    from eval.showing import show_json
    from eval.tau2.synthetic import Played
    from eval.voice.tasks import WITHIN_POINTS, measure

    if not (data / "db.json").exists():
        typer.echo(f"{str(data / 'db.json')!r} is missing: name the benchmark's folder with --data", err=True)
        raise typer.Exit(2)
    lost: list[str] = []

    def on_goal(at: int, of: int, text: Played, voice: Played) -> None:
        typer.echo(f"{at} of {of}: {text.task} by text {text.exact}, by voice {voice.exact}", err=True)
        if text.exact and not voice.exact:
            lost.append("\n".join([f"== {voice.task}", *(f"> {said}\n{reply}\n" for said, reply in voice.talk)]))

    typer.echo("opening the benchmark's shop and the ears", err=True)
    try:
        report = asyncio.run(measure(data, goals=goals, seed=seed, on_goal=on_goal))
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for path, written in ((out, json.dumps(report, indent=2)), (talks, "\n".join(lost))):
        if path is not None:
            path.write_text(f"{written}\n")
    show_json(report)
    if gate and report["points_lost"] > WITHIN_POINTS:
        raise typer.Exit(1)


@voice_tasks_commands.command("voice-read-back")
def voice_read_back(
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file too.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 unless all of it is right in the end.")] = False,
) -> None:
    """Order numbers, prices and sizes over a telephone line: right once they were read back? JSON; some minutes."""
    import asyncio
    import json

    from eval.showing import show_json
    from eval.voice.read_back import Tried, measure

    def on_value(tried: Tried) -> None:
        told = f"right at try {tried.tries}" if tried.tries else f"never right: {list(tried.heard)}"
        typer.echo(f"{tried.value.kind} {tried.value.value}: {told}", err=True)

    typer.echo("opening the demo shop and the ears", err=True)
    try:
        report = asyncio.run(measure(on_value))
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n")
    show_json(report)
    if gate and (report["never"] or report["silent"]):
        raise typer.Exit(1)
