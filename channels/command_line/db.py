"""`aisle db`: the log and all that lies beside it: its version, its health, its backups.

AISLE_DATABASE_URL or AISLE_HOME says where. Below: assistant.stores.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from assistant.erasing.key_copies import NAME, copy_keys
from assistant.ids import RandomIds
from assistant.sealing.master_keys import FILE as MASTER_FILE
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.stores.inspection import Standing, faults, open_inspected, standing
from assistant.stores.opening import open_log
from channels.command_line.errors import CommandError
from channels.command_line.keys import opened_erasing, restored_keys
from channels.command_line.opening import AsJson, Home, read_settings

db_commands = typer.Typer(help="The conversations' database: upgrade, look, back up, restore.", no_args_is_help=True)
Archive = Annotated[Path, typer.Argument(help="The archive, .zip.")]


@db_commands.command()
def status(home: Home = None, as_json: AsJson = False) -> None:
    """Where it lies, which version its tables have, how much is in it."""
    told = _standing(read_settings(home=home))
    if as_json:
        typer.echo(json.dumps(asdict(told)))
        return
    typer.echo(f"log         {told.where}")
    typer.echo(f"version     {told.version or 'none yet'} (this release: {told.newest})")
    if told.generation:
        typer.echo(f"generation  {told.generation}")
    for name, count in told.counts.items():
        typer.echo(f"{name:11} {count:,}")


@db_commands.command()
def upgrade(home: Home = None) -> None:
    """Bring the tables to this release's version; replicas of the release before may go on. The server's start does it, too."""
    settings = read_settings(home=home)
    before = _standing(settings).version if _there(settings) else ""
    with _told():
        asyncio.run(_open_once(settings))
    after = _standing(settings).version
    typer.echo(f"version {after}" + (f", it was {before or 'none'}" if after != before else ": nothing to do"))


@db_commands.command()
def check(
    home: Home = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every event, too.")] = False,
) -> None:
    """Whether the log holds together: no gap, nothing without its conversation. Exit code 1 where it does not."""
    settings = read_settings(home=home)
    _require(settings)
    engine, where = open_inspected(settings.database_url.get_secret_value(), settings.log_file)
    with _told():
        found = faults(engine, deep=deep)
    if found:
        raise CommandError(f"{where} does not hold together: {'; '.join(found)}. Restore a backup (aisle db restore)")
    typer.echo(f"{where} holds together")


@db_commands.command()
def backup(
    archive: Archive,
    home: Home = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="Where the copy of the keys goes, in place of the last; else aisle-keys.zip beside."),
    ] = None,
) -> None:
    """Everything that cannot be made again, in one file, while the server runs; the keys that open it in another, of which the
    newest alone is kept: it opens every backup, and nothing that was erased since."""
    settings = read_settings(home=home)
    url = settings.database_url.get_secret_value()
    with _told():
        if url:
            from assistant.stores.postgres_backup import (
                back_up as back_up_database,
            )  # its driver is not installed everywhere

            back_up_database(url, archive, _tell)
        else:
            from assistant.stores.file_backup import back_up

            back_up(settings.home, settings.log_file, archive, _tell)
        copy = keys or archive.parent / NAME
        master = None if settings.master_keys.get_secret_value() else settings.home / MASTER_FILE
        with closing(open_sealing(settings)) as sealing:
            copy_keys(sealing.store, copy, master)
        typer.echo(f"{copy}: the keys; older copies of it are to be destroyed")
    typer.echo(f"{archive}: {archive.stat().st_size:,} bytes")


@db_commands.command()
def restore(
    archive: Archive,
    home: Home = None,
    replace: Annotated[bool, typer.Option("--replace", help="In the place of what is there.")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="The newest copy of the keys; else aisle-keys.zip beside it.")
    ] = None,
) -> None:
    """Bring a backup back, with the server ended. Clients that knew a later history read all of it anew. Keys that are here stay;
    what is missing comes from their newest copy, and what was erased stays erased."""
    settings = read_settings(home=home)
    copy = keys or archive.parent / NAME
    url = settings.database_url.get_secret_value()
    with _told():
        if url:
            from assistant.stores.postgres_backup import restore as restore_database

            restore_database(url, archive, replace=replace, tell=_tell)
        else:
            from assistant.stores.file_backup import restore as restore_files

            restore_files(settings.home, settings.log_file, archive, replace=replace, tell=_tell)
        if copy.exists():
            came = restored_keys(settings, copy)
            _tell(f"{came:,} keys came from {copy}")
        if again := asyncio.run(_replay(settings)):
            _tell(f"{again:,} conversations that were erased since are erased again")
    typer.echo(f"restored; generation {_standing(settings).generation}")


async def _replay(settings: AisleSettings) -> int:
    async with opened_erasing(settings) as erasing:
        return await erasing.replay()


async def _open_once(settings: AisleSettings) -> None:
    await (await open_log(settings, RandomIds())).close()


def _standing(settings: AisleSettings) -> Standing:
    _require(settings)
    engine, where = open_inspected(settings.database_url.get_secret_value(), settings.log_file)
    with _told():
        return standing(engine, where)


def _there(settings: AisleSettings) -> bool:
    return bool(settings.database_url.get_secret_value()) or settings.log_file.exists()


def _require(settings: AisleSettings) -> None:
    if not _there(settings):
        raise CommandError(f"there is no log at {settings.log_file}: `aisle serve` makes it, `aisle db upgrade` too")


def _tell(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def _told() -> Iterator[None]:
    """The database's errors in a sentence."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CommandError(f"the database cannot be used: {said}; check AISLE_DATABASE_URL, or AISLE_HOME") from error
