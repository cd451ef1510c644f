"""`aisle index`: build and inspect the search index; and `aisle shop`, whose import may build it afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from assistant import bootstrap
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from channels.command_line.opening import AsJson, Home, read_settings
from channels.command_line.shop import commands_of_shop
from retrieval.embedders.choosing import choose_embedder
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import Manifest, inspect

index_commands = typer.Typer(help="Build or inspect the search index.", no_args_is_help=True)


@index_commands.command("build")
def build_command(home: Home = None) -> None:
    """Index the shop's products and policies anew. What is being served goes on until the new index is whole."""
    settings = read_settings(home=home)
    manifest = build_index(settings)
    typer.echo(
        f"Indexed {manifest.products:,} products ({manifest.variants:,} variants) and {manifest.passages:,} passages of"
        f" policies with {manifest.embedder}: generation {manifest.generation}."
    )


def build_index(settings: AisleSettings) -> Manifest:
    embedder = choose_embedder(RetrievalSettings())
    with _shop(settings) as shop, _progress() as on_progress:
        bootstrap.build_index(settings, shop, embedder, on_progress)
    return inspect(settings.index_folder)


@contextmanager
def _shop(settings: AisleSettings) -> Iterator[SqlShop]:
    shop = bootstrap.open_shop(settings)
    try:
        yield shop
    finally:
        shop.close()


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def on_progress(stage: str, done: int, total: int) -> None:
            task = tasks.get(stage)
            if task is None:
                task = tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(task, completed=done, total=total or None)

        yield on_progress


@index_commands.command("inspect")
def inspect_command(home: Home = None, as_json: AsJson = False) -> None:
    """What the index holds, when it was built and with which embedder."""
    settings = read_settings(home=home)
    manifest = inspect(settings.index_folder)
    told = {**msgspec.to_builtins(manifest), "folder": str(settings.index_folder)}
    if as_json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return
    for name, value in told.items():
        if name != "files":
            typer.echo(f"{name:12} {value}")
    typer.echo(f"{'files':12} {len(manifest.files)}, checksums in the manifest")


def _index_home(home: Path) -> None:
    build_index(read_settings(home=home))


shop_commands = commands_of_shop(_index_home)
