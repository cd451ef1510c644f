"""`aisle bench kill`: replicas over PostgreSQL and Valkey, one kind of which is killed again and again. Above: eval's commands."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from eval.kill.figures import Failed
from eval.kill.replicas import Plan, Victim, prove
from eval.servers.child import ServerMissing


def kill(
    victim: Annotated[
        str, typer.Argument(help="Who dies: app, postgres, valkey; rolling: each app ends in its turn; none.")
    ],
    kills: Annotated[int, typer.Option(min=1, help="How often.")] = 30,
    minutes: Annotated[float, typer.Option(help="After which nobody is killed any more.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Of the moments and of what devices do.")] = 1,
    replicas: Annotated[int, typer.Option(min=1, max=8)] = 2,
    conversations: Annotated[int, typer.Option(min=1)] = 4,
    devices: Annotated[int, typer.Option(min=1, help="Of each conversation.")] = 3,
    messages: Annotated[int, typer.Option(min=1, help="Of each conversation, before the next one begins.")] = 80,
    bus: Annotated[bool, typer.Option("--bus/--no-bus", help="Without Valkey, by sweep alone.")] = True,
    product: Annotated[bool, typer.Option("--product", help="Replicas of `aisle serve` with the demo shop.")] = False,
    index: Annotated[Path | None, typer.Option(help="The product's index, where there is one already.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures to this file too.")] = None,
) -> None:
    """Kill the app, PostgreSQL or Valkey with SIGKILL at random moments, or end one replica after the other; figures as JSON,
    exit 1 when anything was lost, 2 with what was measured so far when a server did not come back."""
    if victim not in get_args(Victim):
        raise typer.BadParameter(f"{victim!r} is none of {', '.join(get_args(Victim))}")
    plan = Plan(
        victim=cast("Victim", victim),
        kills=kills,
        minutes=minutes,
        seed=seed,
        replicas=replicas,
        conversations=conversations,
        devices=devices,
        messages=messages,
        bus=bus,
        house="product" if product else "small",
        index=index,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it started ends with it
    home = Path(tempfile.mkdtemp(prefix="aisle-kill-"))
    try:
        figures = asyncio.run(prove(plan, home, tell=partial(typer.echo, err=True)))
    except (Failed, ServerMissing) as error:
        _tell_of_end(home, str(error))
        raise typer.Exit(2) from error
    text = json.dumps(figures, indent=2)
    typer.echo(text)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    if figures["stopped"]:
        _tell_of_end(home, figures["stopped"])
        raise typer.Exit(2)
    shutil.rmtree(home)
    raise typer.Exit(0 if figures["passed"] else 1)


def _tell_of_end(home: Path, why: str) -> None:
    for log in sorted(home.glob("*/server.log")):
        typer.echo(log.read_text(errors="replace")[-1500:], err=True)
    typer.echo(f"aisle: {why}; what the servers left is kept in {home}", err=True)
