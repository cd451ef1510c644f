"""`aisle bench load …`: users, idle sockets, a burst, a log that grows. Above: eval's commands.

Below: `bench`, `idle`, `burst`, `growth`. Exit codes: 0 measured, 1 something was lost, doubled or not delivered, 2 the server or
the command is at fault.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.machine import machine

load_commands = typer.Typer(help="Load over real sockets, and what it costs. Figures as JSON.", no_args_is_help=False)

AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")]
Out = Annotated[Path | None, typer.Option(help="Write the report to this JSON file too.")]
Scripted = Annotated[
    bool, typer.Option("--scripted/--product", help="A reply that costs nothing, or the real product.")
]
Home = Annotated[
    Path | None, typer.Option(envvar="AISLE_HOME", help="Where the product's shop lies; else a new demo shop is made.")
]
SOUND = ("lost", "duplicated", "gaps", "double_replies", "not_delivered")


def tell(line: str) -> None:
    typer.echo(line, err=True)


def report(work: Callable[[], Awaitable[Mapping[str, Any]]], *, as_json: bool, out: Path | None) -> None:
    """Runs it and shows it, with the machine and its load before and after."""
    from eval.kill.figures import Failed
    from eval.servers.child import ServerMissing
    from eval.showing import show_figures

    async def run() -> Mapping[str, Any]:
        return await work()

    before = machine()
    try:
        found = {**asyncio.run(run()), "machine": {**before, "load_after": machine()["load"]}}
    except (Failed, ServerMissing) as error:
        tell(str(error))
        raise typer.Exit(2) from error
    if out is not None:
        out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    show_figures(found, as_json=as_json)
    raise typer.Exit(1 if any(found.get(name) for name in SOUND) else 0)


@load_commands.callback(invoke_without_command=True)
def load(
    context: typer.Context,
    users: Annotated[int, typer.Option(min=1)] = 100,
    rate: Annotated[float, typer.Option(min=0.001, help="Messages a second of each user, in the mean.")] = 0.5,
    seconds: Annotated[float, typer.Option(min=1, help="That are measured, after the ramp.")] = 30.0,
    ramp: Annotated[float, typer.Option(min=0, help="Seconds over which users begin.")] = 5.0,
    watched: Annotated[float, typer.Option(min=0, max=1, help="Share of users with a second device.")] = 0.1,
    processes: Annotated[int, typer.Option(min=1, help="Of users.")] = 2,
    replicas: Annotated[int, typer.Option(min=1, max=8, help="Over 1: on PostgreSQL and Valkey.")] = 1,
    url: Annotated[list[str] | None, typer.Option(help="A server that runs already; may be repeated.")] = None,
    interface: Annotated[str, typer.Option(help="Of the scripted server: websockets, granian.")] = "",
    seed: int = 7,
    scripted: Scripted = False,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = None,
) -> None:
    """Users talk at their own times: acknowledgement, delivery, first word, reply; CPU a message; nothing lost."""
    if context.invoked_subcommand is not None:
        return
    from eval.load.bench import Load, bench_load

    chosen = Load(
        users=users, rate=rate, seconds=seconds, ramp=ramp, watched=watched, processes=processes, replicas=replicas,
        url=tuple(url or ()), interface=interface, seed=seed, house="scripted" if scripted else "product", home=home,
    )  # fmt: skip
    report(lambda: bench_load(chosen, tell=tell), as_json=as_json, out=out)


@load_commands.command()
def idle(
    sockets: Annotated[int, typer.Option(min=1)] = 5_000,
    seconds: Annotated[float, typer.Option(min=1, help="That they are held.")] = 60.0,
    processes: Annotated[int, typer.Option(min=1, help="Of clients.")] = 2,
    interface: Annotated[str, typer.Option(help="Of the scripted server: websockets, granian.")] = "",
    scripted: Scripted = True,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = None,
) -> None:
    """Sockets that say nothing: memory of each, and whether all stay open."""
    from eval.load.bench import Load
    from eval.load.idle import bench_idle

    chosen = Load(
        users=sockets, rate=0.0, seconds=seconds, ramp=0.0, processes=processes, interface=interface,
        house="scripted" if scripted else "product", home=home,
    )  # fmt: skip
    report(lambda: bench_idle(chosen, tell=tell), as_json=as_json, out=out)


@load_commands.command()
def burst(
    users: Annotated[int, typer.Option(min=1)] = 200,
    rate: Annotated[float, typer.Option(min=0.001, help="The usual one of each user.")] = 0.05,
    times: Annotated[float, typer.Option(min=1, help="How many times that comes.")] = 100.0,
    seconds: Annotated[float, typer.Option(min=1, help="That the burst lasts.")] = 30.0,
    processes: Annotated[int, typer.Option(min=1, help="Of users.")] = 2,
    replicas: Annotated[int, typer.Option(min=1, max=8, help="Over 1: on PostgreSQL and Valkey.")] = 1,
    seed: int = 7,
    scripted: Scripted = False,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = None,
) -> None:
    """A hundred times the usual messages: what was accepted is served, the rest is told early, soon all is as before."""
    from eval.load.bench import Load
    from eval.load.burst import AFTER, BEFORE, bench_burst

    chosen = Load(
        users=users, rate=rate, seconds=BEFORE + seconds + AFTER, ramp=2.0, watched=0.02, processes=processes,
        replicas=replicas, seed=seed, settle=90.0, house="scripted" if scripted else "product", home=home,
    )  # fmt: skip
    report(lambda: bench_burst(chosen, times=times, lasting=seconds, tell=tell), as_json=as_json, out=out)


@load_commands.command()
def growth(
    conversations: Annotated[str, typer.Option(help="In the log, separated by commas.")] = "1000,10000,100000,1000000",
    events: Annotated[str, typer.Option(help="Of one conversation, separated by commas.")] = "10,100,1000,10000",
    turns: Annotated[int, typer.Option(min=20, help="At each size.")] = 300,
    plot: Annotated[Path | None, typer.Option(help="Draws the growth as SVG into this file.")] = None,
    folder: Annotated[Path | None, typer.Option(help="On the disk to be measured; else the temporary one.")] = None,
    as_json: AsJson = False,
    out: Out = None,
) -> None:
    """What a turn costs once the log is large, or its conversation long."""
    from eval.load.growth import bench_growth
    from eval.load.plot import turn_growth_svg

    sizes, lengths = (numbers(text) for text in (conversations, events))

    async def measured() -> Mapping[str, Any]:
        found = await bench_growth(conversations=sizes, events=lengths, turns=turns, folder=folder, tell=tell)
        if plot is not None:
            plot.write_text(turn_growth_svg(found), encoding="utf-8")
        return found

    report(measured, as_json=as_json, out=out)


def numbers(text: str) -> list[int]:
    try:
        return sorted({int(one) for one in text.split(",")})
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no list of numbers: write 1000,10000") from error
