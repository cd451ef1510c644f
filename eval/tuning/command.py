"""`aisle eval tuning …`: makes examples, and marks a model on them beside rules and templates. Above: the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

SUITES = Path("tests/eval/suites")
UTTERANCES = ("intents_dev.yaml", "intents_roundabout_dev.yaml")
"""Utterances to improve on. Those held out are not for choosing a model."""

tuning_commands = typer.Typer(
    help="Examples to tune a small model with, and how it does beside rules and templates.", no_args_is_help=True
)

Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where the demo shop, weights and logs lie.")]
DEFAULT_HOME = Path(".aisle")
Data = Annotated[Path, typer.Argument(help="The folder of examples.")]
Adapter = Annotated[Path | None, typer.Option(help="The tuned adapter, a GGUF file; without one the base is marked.")]
Out = Annotated[Path | None, typer.Option(help="Write the report to this JSON file too.")]
Answers = Annotated[Path, typer.Option(help="Where the model's answers are kept, so that a run broken off goes on.")]
Most = Annotated[int, typer.Option(min=0, help="Of the test split and of each suite; 0 for all.")]
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")]


@tuning_commands.command()
def data(
    folder: Data,
    work: Annotated[Path, typer.Option(help="Keeps the shops that the examples are played in.")],
    seed: int = 11,
    suites: Annotated[Path, typer.Option(help="The folder of suites whose messages are not to be taught.")] = SUITES,
    reader: Annotated[int, typer.Option(min=0, help="Examples for the reader in the training split.")] = 1500,
    conversations: Annotated[int, typer.Option(min=0, help="Played for the writer's training split.")] = 700,
) -> None:
    """Makes examples from the demo shop, the flows and the say-acts. Takes minutes; the same seed gives the same bytes."""
    from eval.tuning.data.generate import Wanted, generate_examples

    wanted = Wanted(
        seed=seed,
        reader=(reader, round(0.1 * reader), round(reader * 4 / 15)),
        conversations=(conversations, round(conversations / 7), round(conversations * 6 / 7)),
    )
    avoid = [path for path in (suites / name for name in UTTERANCES) if path.exists()]
    _shown(lambda tell: generate_examples(folder, wanted, work=work, avoid=avoid, on_progress=tell), None, as_json=True)


@tuning_commands.command()
def reader(
    data: Data,
    adapter: Adapter = None,
    suite: Annotated[
        list[Path] | None, typer.Option("--suite", help="Utterances as `aisle eval intents` has them.")
    ] = None,
    answers: Answers = Path("out/tuning"),
    most: Most = 0,
    free: Annotated[bool, typer.Option("--free", help="Ask without the JSON schema.")] = False,
    out: Out = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Rules, the model, the planner with it, and the model where the rules understood nothing: right commands, right arguments."""
    from eval.tuning.run import measure_reader

    suites = tuple(suite or (path for path in (SUITES / name for name in UTTERANCES) if path.exists()))
    run = _run(data, adapter, answers, most, home, suites, free=free)
    _shown(lambda tell: measure_reader(run, on_progress=tell), out, as_json=as_json)


@tuning_commands.command()
def writer(
    data: Data,
    adapter: Adapter = None,
    suite: Annotated[
        list[Path] | None, typer.Option("--suite", help="Scripted shoppers whose drafts are reworded.")
    ] = None,
    answers: Answers = Path("out/tuning"),
    most: Most = 0,
    out: Out = None,
    as_json: AsJson = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """The template's words and the model's, without a judge: facts kept and added, loops, length, variety."""
    from eval.tuning.run import measure_writer

    run = _run(data, adapter, answers, most, home, tuple(suite or ()))
    _shown(lambda tell: measure_writer(run, on_progress=tell), out, as_json=as_json)


def _run(
    data: Path,
    adapter: Path | None,
    answers: Path,
    most: int,
    home: Path,
    suites: tuple[Path, ...],
    *,
    free: bool = False,
) -> Any:
    from eval.tuning.run import TuningRun
    from model_serving.errors import ModelError
    from model_serving.settings import read_settings

    try:
        settings = read_settings().model_copy(update={"adapter": adapter} if adapter else {})
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    name = f"{adapter.stem if adapter else 'base'}{'-free' if free else ''}"
    home.mkdir(parents=True, exist_ok=True)
    return TuningRun(
        data=data, home=home, folder=answers, settings=settings, name=name, suites=suites, most=most, free=free
    )


Tell = Callable[[str, int, int], None]


def _shown(work: Callable[[Tell], Awaitable[Mapping[str, Any]]], out: Path | None, *, as_json: bool) -> None:
    """Runs with progress; 2 and a line where it cannot."""
    from assistant.errors import AssistantError
    from eval.dialogue.scenarios import SuiteInvalid
    from eval.intents.intents import IntentsInvalid
    from eval.opening import OpeningFailed
    from eval.showing import show_figures
    from model_serving.errors import ModelError
    from retrieval.errors import RetrievalError

    async def run() -> Mapping[str, Any]:
        with Progress(console=Console(stderr=True)) as bar:
            tasks: dict[str, Any] = {}

            def tell(step: str, done: int, total: int) -> None:
                tasks.setdefault(step, bar.add_task(step) if step not in tasks else tasks[step])
                bar.update(tasks[step], completed=done, total=total)

            return await work(tell)

    try:
        report = asyncio.run(run())
    except (ModelError, AssistantError, RetrievalError, IntentsInvalid, SuiteInvalid, OpeningFailed, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    show_figures(report, as_json=as_json)
