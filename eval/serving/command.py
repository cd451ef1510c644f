"""`aisle bench holds …`: each figure of model serving by one command, with progress, and the report as JSON.

Joined to `aisle bench` by `command_line`. Exit codes: 0 measured, 2 when no engine can be started.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.machine import machine

serving_commands = typer.Typer(
    help="Whether serving models holds: faults, kills, overload, endurance. Figures as JSON.", no_args_is_help=True
)

Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where the shop, weights and logs lie.")]
DEFAULT_HOME = Path(".aisle")
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")]
Out = Annotated[Path | None, typer.Option(help="Write the report to this JSON file too.")]


def tell(line: str) -> None:
    typer.echo(line, err=True)


def report(work: Callable[[], Awaitable[Mapping[str, Any]]], *, home: Path, as_json: bool, out: Path | None) -> None:
    """Runs the measurement and shows it, with the machine and its load before and after."""
    from eval.showing import show_figures
    from model_serving.errors import ModelError

    home.mkdir(parents=True, exist_ok=True)

    async def run() -> Mapping[str, Any]:
        return await work()

    before = machine()
    try:
        found = {**asyncio.run(run()), "machine": {**before, "load_after": machine()["load"]}}
    except ModelError as error:
        tell(str(error))
        raise typer.Exit(2) from error
    if out is not None:
        out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    show_figures(found, as_json=as_json)


@serving_commands.command()
def faults(
    deadline: Annotated[float, typer.Option(min=0.1, help="Seconds that the writer gives the model.")] = 6.0,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations that meet each fault.")] = 2,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """The assistant before an endpoint that fails in every way: outcomes, times, the breaker, what is left behind."""
    from eval.serving.faults import bench_faults

    report(
        lambda: bench_faults(home=home, deadline=deadline, at_once=at_once, tell=tell),
        home=home,
        as_json=as_json,
        out=out,
    )


@serving_commands.command()
def embedded(
    at_once: Annotated[list[int] | None, typer.Option(min=1, help="Streams at once; may be repeated.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Streams of each.")] = 8,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """The embedded engine: first words and tokens a second with a warm prefix, and beside a noisy neighbour."""
    from eval.serving.embedded import bench_embedded

    loads = tuple(at_once or (1, 4, 8))
    report(
        lambda: bench_embedded(home=home, at_once=loads, rounds=rounds, tell=tell), home=home, as_json=as_json, out=out
    )


@serving_commands.command()
def streams(
    number: Annotated[int, typer.Option(min=1)] = 10_000,
    at_once: Annotated[int, typer.Option(min=1)] = 4,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Endurance of the embedded engine: dropped connections, processes, descriptors and memory after so many streams."""
    from eval.serving.embedded import bench_streams

    report(
        lambda: bench_streams(home=home, streams=number, at_once=at_once, tell=tell),
        home=home,
        as_json=as_json,
        out=out,
    )


@serving_commands.command()
def cancel(
    times: Annotated[int, typer.Option(min=1)] = 20, as_json: AsJson = False, out: Out = None, home: Home = DEFAULT_HOME
) -> None:
    """From a cancelled turn to an idle engine, by the engine's own word."""
    from eval.serving.limits import bench_cancel
    from model_serving.settings import read_settings

    report(
        lambda: bench_cancel(read_settings(), home=home, times=times, tell=tell), home=home, as_json=as_json, out=out
    )


@serving_commands.command()
def prefix(
    tokens: Annotated[int, typer.Option(min=64, help="Of the prompt's beginning.")] = 1700,
    times: Annotated[int, typer.Option(min=1)] = 5,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """The first word with a prefix hit against without."""
    from eval.serving.limits import bench_prefix
    from model_serving.settings import read_settings

    report(
        lambda: bench_prefix(read_settings(), home=home, tokens=tokens, times=times, tell=tell),
        home=home,
        as_json=as_json,
        out=out,
    )


@serving_commands.command()
def overload(
    seconds: Annotated[float, typer.Option(min=1)] = 30.0,
    times: Annotated[float, typer.Option(min=0.1, help="How many times the capacity is offered.")] = 3.0,
    tokens: Annotated[int, typer.Option(min=2, help="Of a reply.")] = 32,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Three times what can be served: who is served is served soon, the rest is told in time."""
    from eval.serving.limits import bench_overload
    from model_serving.settings import read_settings

    report(
        lambda: bench_overload(read_settings(), home=home, seconds=seconds, times=times, tokens=tokens, tell=tell),
        home=home,
        as_json=as_json,
        out=out,
    )


@serving_commands.command()
def kill(
    conversations: Annotated[int, typer.Option(min=1)] = 100,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """The embedded engine killed (-9) under so many turns: each ends in a whole, true reply."""
    from eval.serving.kill import bench_kill

    report(lambda: bench_kill(home=home, conversations=conversations, tell=tell), home=home, as_json=as_json, out=out)


@serving_commands.command()
def replicas(
    at_once: Annotated[int, typer.Option(min=1, help="Requests at work all the time.")] = 16,
    seconds: Annotated[float, typer.Option(min=5, help="Of load after the kill.")] = 20.0,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Two replicas of what the settings name behind vllm-router, one killed under load."""
    from eval.serving.replicas import bench_replicas
    from model_serving.settings import read_settings

    report(
        lambda: bench_replicas(read_settings(), at_once=at_once, seconds=seconds, tell=tell),
        home=home,
        as_json=as_json,
        out=out,
    )


@serving_commands.command()
def canary(
    seeds: Annotated[int, typer.Option(min=1, help="Simulated canaries of each kind.")] = 200,
    as_json: AsJson = False,
    out: Out = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """A canary of a tenth that gets worse, in each way and by how much; and the equal one that must stay."""
    from eval.serving.canary import bench_canary

    report(lambda: bench_canary(seeds=seeds, tell=tell), home=home, as_json=as_json, out=out)
