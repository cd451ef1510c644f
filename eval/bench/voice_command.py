"""`aisle bench voice`: the command around it. Above: the command line. Below: `bench_voice`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

bench_voice_commands = typer.Typer()


@bench_voice_commands.command("voice")
def voice(
    turns: Annotated[int, typer.Option(min=1, help="Questions of one call.")] = 20,
    interruptions: Annotated[int, typer.Option(min=1, help="Replies that are spoken over.")] = 10,
    calls: Annotated[int, typer.Option(min=1, help="Calls at once.")] = 4,
    home: Annotated[
        Path | None, typer.Option(help="A shop, a copy of which is served; else the demo shop is made.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file too.")] = None,
) -> None:
    """Spoken turns in real time against a server of its own: silence to sound with stages, barge-in, calls at once. JSON."""
    import asyncio
    import json

    from eval.bench.voice import VoiceBench, bench_voice
    from eval.showing import show_json

    asked = VoiceBench(turns=turns, interruptions=interruptions, calls=calls, home=home)
    try:
        report = asyncio.run(bench_voice(asked, lambda step: typer.echo(step, err=True)))
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n")
    show_json(report)
