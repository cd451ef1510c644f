"""`aisle index`: build, inspect and search the index; and `aisle shop`, whose import may build it afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from assistant import bootstrap
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from channels.command_line.index_search import explain_hit, search_index
from channels.command_line.opening import AsJson, Home, read_settings
from channels.command_line.shop import commands_of_shop
from retrieval.embedders.choosing import choose_embedder, choose_multilingual
from retrieval.indexes.choosing import told
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import Manifest, inspect

index_commands = typer.Typer(help="Build, inspect or search the index.", no_args_is_help=True)


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
    chosen = RetrievalSettings()
    embedder, multilingual = choose_embedder(chosen), choose_multilingual(chosen)
    with _shop(settings) as shop, _progress() as on_progress:
        bootstrap.build_index(settings, shop, embedder, on_progress, multilingual=multilingual)
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
    figures = {**msgspec.to_builtins(manifest), "folder": str(settings.index_folder)}
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    for name, value in figures.items():
        if name != "files":
            typer.echo(f"{name:12} {value}")
    typer.echo(f"{'':12} {told(manifest.index, manifest.products)}")
    typer.echo(f"{'files':12} {len(manifest.files)}, checksums in the manifest")


@index_commands.command("search")
def search_command(
    text: Annotated[str, typer.Argument(help="As a shopper would say it.")],
    k: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 10,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What a shopper's words find: what was understood, and for each hit the words, fields and filters that led to it."""
    search_index(read_settings(home=home), text, k=k, as_json=as_json)


@index_commands.command("explain")
def explain_command(
    text: Annotated[str, typer.Argument(help="As a shopper would say it.")],
    product_id: Annotated[str, typer.Argument(help="A product of the shop.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Why one product is found, or not: its place, the words that stand in it, the filters it meets and fails."""
    explain_hit(read_settings(home=home), text, product_id, as_json=as_json)


def _index_home(home: Path) -> None:
    build_index(read_settings(home=home))


shop_commands = commands_of_shop(_index_home)
