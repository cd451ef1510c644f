"""`aisle eval …` measures quality, `aisle bench …` measures speed. Joined to `aisle` by the entry points in pyproject.toml.

Each command prints a table, or with --json the whole report. Exit codes: 0 measured, 1 with --gate when a threshold is
missed, 2 when the command, a suite or the shop is at fault. What a command needs is imported when it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from assistant.feedback.learned_files import SUITE, SUITE_FILE
from eval.bench.voice_command import bench_voice_commands
from eval.bench.whole.command import whole_commands
from eval.faults.command import faults_commands
from eval.grounding.command import grounding_commands
from eval.kill.command import kill
from eval.load.command import load_commands
from eval.mutations.command import mutation_commands
from eval.retrieval.command import commands as retrieval_commands
from eval.scores.command import scores_commands
from eval.security.command import security_commands
from eval.serving.command import serving_commands
from eval.simulation.command import simulation_commands
from eval.tau2.command import tau2_commands
from eval.tuning.command import tuning_commands
from eval.voice.command import voice_commands
from eval.voice.tasks_command import voice_tasks_commands

eval_commands = typer.Typer(help="Measure how well the assistant does its work.", no_args_is_help=True)
bench_commands = typer.Typer(help="Measure how fast it is.", no_args_is_help=True)
eval_commands.add_typer(retrieval_commands, name="retrieval")
eval_commands.add_typer(simulation_commands)
eval_commands.add_typer(faults_commands)
eval_commands.add_typer(security_commands)
eval_commands.add_typer(scores_commands)
eval_commands.add_typer(mutation_commands)
eval_commands.add_typer(tau2_commands)
eval_commands.add_typer(grounding_commands)
eval_commands.add_typer(tuning_commands, name="tuning")
eval_commands.add_typer(voice_commands)
eval_commands.add_typer(voice_tasks_commands)
bench_commands.add_typer(whole_commands)
bench_commands.add_typer(serving_commands, name="holds")
bench_commands.add_typer(bench_voice_commands)
bench_commands.command("kill")(kill)
bench_commands.add_typer(load_commands, name="load")

Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where all data lies.")]
DEFAULT_HOME = Path(".aisle")
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")]


@eval_commands.command()
def dialogue(
    suite: Annotated[
        list[Path],
        typer.Option("--suite", help="Scripted shoppers in YAML, or accepted: the shop's own."),
    ],
    url: Annotated[
        str, typer.Option(help="Play against a running server; its shop's records are read from HOME.")
    ] = "",
    writer: Annotated[str, typer.Option(help="template, model or auto; else as the settings say.")] = "",
    only: Annotated[str, typer.Option(help="Only scenarios whose name or tags hold these words.")] = "",
    seed: Annotated[int, typer.Option(help="Goes into the client_ids.")] = 7,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations side by side.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with 1 when a threshold of eval/gates.py is missed.")
    ] = False,
    check_only: Annotated[bool, typer.Option("--check-only", help="Read the suites, play nothing.")] = False,
    rates_only: Annotated[
        bool, typer.Option("--rates-only", help="Leave failures out: for held-out suites that nobody should tune on.")
    ] = False,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Scripted shoppers: turns reached, figures grounded, cards named, time a turn."""
    from eval.dialogue.command import DialogueRun, check, run, writer_named

    if check_only:
        raise typer.Exit(check(_own(suite, home), home=home))
    chosen = DialogueRun(
        suites=_own(suite, home), url=url, writer=writer_named(writer), only=only, seed=seed, at_once=at_once, out=out, gate=gate,
        rates_only=rates_only, as_json=as_json, home=home,
    )  # fmt: skip
    raise typer.Exit(run(chosen))


@eval_commands.command("writer")
def compare_writers(
    suite: Annotated[Path, typer.Option(help="The scripted shoppers whose replies are compared.")],
    folder: Annotated[Path, typer.Option(help="Where the pairs go and the reader's choices.json is looked for.")],
    drafts: Annotated[int, typer.Option(min=1, help="How many different replies are compared.")] = 60,
    reader: Annotated[str, typer.Option(help="Who chose, for the report.")] = "",
    seed: int = 7,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """The template's words and the language model's for the same replies: which does a reader prefer?"""
    from eval.writer.command import WriterRun, run

    chosen = WriterRun(suite=suite, drafts=drafts, seed=seed, folder=folder, reader=reader, as_json=as_json, home=home)
    raise typer.Exit(run(chosen))


@eval_commands.command("intents")
def intents(
    suite: Annotated[
        list[Path] | None,
        typer.Option("--suite", help="A YAML file of utterances; may be repeated. Else both of ours."),
    ] = None,
    rates_only: Annotated[
        bool, typer.Option("--rates-only", help="Leave failures out: for held-out suites that nobody should tune on.")
    ] = False,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What customers write, understood? Intents and entities, by language."""
    from eval.intents.command import run

    raise typer.Exit(run(suite or (), home=home, rates_only=rates_only, as_json=as_json))


@bench_commands.command()
def turn(
    seconds: Annotated[float, typer.Option(min=1, help="How long each load is held.")] = 15.0,
    turns: Annotated[
        int, typer.Option(min=0, help="Of each load, instead of a time: the same work on any machine.")
    ] = 0,
    conversations: Annotated[list[int] | None, typer.Option(min=1, help="Talking at once; may be repeated.")] = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What our code adds to a turn: to the first delta and to the durable reply, with a model that takes no time."""
    import asyncio

    from eval.bench.turn import bench_turn
    from eval.showing import show_figures

    home.mkdir(parents=True, exist_ok=True)
    loads = tuple(conversations or (1, 64))
    show_figures(asyncio.run(bench_turn(home=home, conversations=loads, seconds=seconds, turns=turns)), as_json=as_json)


@bench_commands.command()
def desk(
    conversations: Annotated[int, typer.Option(min=5, help="Claimed one after the other.")] = 40,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """From an agent's claim to the summary and the first draft, without a language model."""
    import asyncio

    from eval.bench.desk import bench_desk
    from eval.showing import show_figures

    home.mkdir(parents=True, exist_ok=True)
    show_figures(asyncio.run(bench_desk(home=home, conversations=conversations)), as_json=as_json)


@bench_commands.command()
def start(
    install_from: Annotated[
        Path | None, typer.Option(help="A checkout to install into a fresh environment first; else what runs now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Cold and warm start to the first answer, and memory. Takes minutes."""
    from eval.bench.start import bench_start
    from eval.showing import show_figures

    show_figures(bench_start(install_from=install_from), as_json=as_json)


@bench_commands.command()
def serving(
    at_once: Annotated[list[int] | None, typer.Option(min=1, help="Conversations at once; may be repeated.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often both sides take their turn.")] = 3,
    conversations: Annotated[int, typer.Option(min=1, help="In each round and load.")] = 4,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """The language model that the settings name: its engine alone, and behind our client, queue and router."""
    import asyncio

    from eval.bench.serving import bench_serving
    from eval.showing import show_figures
    from model_serving.errors import ModelError
    from model_serving.settings import read_settings

    loads = tuple(at_once or (1, 4, 8, 16))
    try:
        report = asyncio.run(
            bench_serving(
                read_settings(),
                home=home,
                at_once=loads,
                rounds=rounds,
                conversations=conversations,
                tell=lambda line: typer.echo(line, err=True),
            )
        )
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    show_figures(report, as_json=as_json)


@bench_commands.command()
def devices(
    conversations: Annotated[int, typer.Option(min=1, help="Each on four devices.")] = 1_000,
    messages: Annotated[int, typer.Option(min=1, help="That each device sends.")] = 3,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations at the same time.")] = 25,
    seed: int = 7,
    as_json: AsJson = False,
) -> None:
    """Four devices a conversation, cut off at random points: is each one's log the server's? Minutes."""
    import asyncio
    import logging

    from eval.bench.devices import bench_devices
    from eval.showing import show_figures

    logging.getLogger("asyncio").setLevel(logging.ERROR)  # connections are cut on purpose, and it tells of each
    report = asyncio.run(
        bench_devices(
            conversations=conversations,
            messages=messages,
            at_once=at_once,
            seed=seed,
            tell=lambda line: typer.echo(line, err=True),
        )
    )
    show_figures(report, as_json=as_json)
    sound = ("gaps", "doubled", "lost", "logs_unequal", "hashes_unequal", "unsettled")
    raise typer.Exit(1 if any(report[name] for name in sound) else 0)


@bench_commands.command()
def store(
    folder: Annotated[Path | None, typer.Option(help="On the disk to be measured; else the temporary one.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Without sealing, to compare.")] = False,
    as_json: AsJson = False,
) -> None:
    """The durable log: latency of an append, events a second, what sealing costs of it."""
    from eval.bench.store import bench_store
    from eval.showing import show_figures

    show_figures(bench_store(folder, sealed=not clear), as_json=as_json)


@bench_commands.command("retrieval")
def bench_retrieval_command(
    sets: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders with products.jsonl and queries.csv, to grow from; else the shop of HOME."),
    ] = None,
    sizes: Annotated[str, typer.Option(help="Numbers of products, separated by commas.")] = "1000,10000,100000",
    work: Annotated[Path | None, typer.Option(help="Keeps the encoder's vectors between runs.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draws the growth as SVG into this file.")] = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """What a search costs as a shop grows: CPU, filters, recall, memory, load, live changes. 1000000 takes 20 minutes."""
    import tempfile

    from eval.bench.retrieval import bench_retrieval
    from eval.bench.shop_set import write_set
    from eval.load.growth_plot import growth_svg
    from eval.showing import show_figures

    try:
        wanted = sorted({int(size) for size in sizes.split(",")})
    except ValueError as error:
        raise typer.BadParameter(f"{sizes!r} is no list of numbers: write --sizes 1000,10000") from error
    with tempfile.TemporaryDirectory() as scratch:
        chosen = sets or [write_set(home, (work or Path(scratch)) / "own_shop")]
        report = bench_retrieval(chosen, wanted, work=work, tell=lambda line: typer.echo(line, err=True))
    if plot is not None:
        plot.write_text(growth_svg(report), encoding="utf-8")
    show_figures(report, as_json=as_json)


def _own(suites: Sequence[Path], home: Path) -> tuple[Path, ...]:
    """`accepted`: what a person accepted of the shop's own conversations (docs/feedback.md)."""
    return tuple(home / SUITE_FILE if str(one) == SUITE else one for one in suites)
