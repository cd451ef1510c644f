"""`aisle privacy erase | erased | rotate | restore-keys`: keys, and what is unreadable without them. Added to `aisle privacy`.

They work while servers run, which forget within seconds. Below: assistant.erasing, assistant.sealing.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from assistant.clock import SystemClock
from assistant.customer_context import open_memories
from assistant.erasing.erasing import Erasing
from assistant.erasing.key_copies import bring_back
from assistant.erasing.old_rows import OldRows
from assistant.erasing.opening import in_any_thread, open_erasing
from assistant.erasing.ports import Erased, Subject
from assistant.erasing.register import Register
from assistant.errors import AssistantError
from assistant.events import ConversationId, Draft
from assistant.ids import RandomIds
from assistant.privacy.holds import LegalHolds
from assistant.sealing.master_keys import FILE
from assistant.sealing.opening import keys_engine, masters_of, open_sealing
from assistant.sealing.rotation import rotate as rotate_keys
from assistant.settings import AisleSettings
from assistant.stores.database import for_tables
from assistant.stores.inspection import open_inspected
from assistant.stores.opening import open_log
from assistant.stores.small_tables import open_engine
from channels.command_line.errors import CommandError
from channels.command_line.opening import AsJson, Home, read_settings

key_commands = typer.Typer()


@key_commands.command()
def erase(
    customer: Annotated[str, typer.Option(help="The shop's id of the customer: all that is theirs.")] = "",
    conversation: Annotated[str, typer.Option(help="One conversation alone.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make it unreadable everywhere, for good: keys destroyed, what is derived deleted. Again after it was cut off, it goes on."""
    if bool(customer) == bool(conversation):
        raise CommandError("name one of the two: --customer ID, or --conversation ID")
    settings = read_settings(home=home)
    with told():
        erased = asyncio.run(_erase(settings, Subject(customer_id=customer, conversation_id=conversation)))
    _show([erased], as_json)
    if erased.left:
        raise CommandError("; ".join(erased.left))


@key_commands.command()
def erased(home: Home = None, as_json: AsJson = False) -> None:
    """The register of what was erased: when, how much, no names."""
    settings = read_settings(home=home)
    with told(), closing(open_sealing(settings)) as sealing:
        _show(list(Register(sealing.store, SystemClock()).all()), as_json)


@key_commands.command()
def rotate(
    home: Home = None,
    seal_old: Annotated[
        bool, typer.Option("--seal-old", help="Seal what was said before there were keys, too.")
    ] = False,
    drop_old: Annotated[
        bool,
        typer.Option("--drop-old", help="Keep the newest key-encryption key alone: older copies of keys open no more."),
    ] = False,
) -> None:
    """A new key-encryption key: all data keys are wrapped anew, nothing that they sealed is touched. Servers go on."""
    settings = read_settings(home=home)
    with told(), closing(open_sealing(settings)) as sealing:
        masters = masters_of(settings, sealing.store.engine)
        version = rotate_keys(sealing.store, masters, lambda done, _: _tell(f"{done:,} keys wrapped anew"))
        if drop_old:
            masters.keep_only(version)
        typer.echo(f"key-encryption key of version {version} wraps all keys")
        if seal_old:
            asyncio.run(_settle(settings))
            engine, _ = open_inspected(settings.database_url.get_secret_value(), settings.log_file)
            sealed = OldRows(engine).seal_all(sealing, _progress)
            typer.echo(f"{sealed:,} older events sealed")


@key_commands.command("restore-keys")
def restore_keys(archive: Annotated[Path, typer.Argument(help="aisle-keys.zip.")], home: Home = None) -> None:
    """Bring a copy of the keys back. What was destroyed, here or there, stays destroyed."""
    settings = read_settings(home=home)
    with told():
        came = restored_keys(settings, archive)
    typer.echo(f"{came:,} keys are back")


def restored_keys(settings: AisleSettings, archive: Path) -> int:
    engine = keys_engine(settings)
    try:
        came = bring_back(engine, archive, settings.home / FILE)
    finally:
        engine.dispose()
    open_sealing(settings).close()  # they open with the key-encryption key that is here, or it says why not
    return came


async def _settle(settings: AisleSettings) -> None:
    await (await open_log(settings, RandomIds())).close()


async def _erase(settings: AisleSettings, subject: Subject) -> Erased:
    async with opened_erasing(settings) as erasing:
        await erasing.resume()
        return await erasing.erase(subject)


@asynccontextmanager
async def opened_erasing(settings: AisleSettings) -> AsyncIterator[Erasing]:
    """Beside a server that runs, or without one."""
    url = settings.database_url.get_secret_value()
    sealing = await asyncio.to_thread(open_sealing, settings)
    store = await open_log(settings, RandomIds(), sealing)
    tables = open_engine(settings.home, for_tables(url) if url else "")
    memories = await asyncio.to_thread(open_memories, settings.home, tables=tables if url else None, sealing=sealing)
    holds = await asyncio.to_thread(LegalHolds, tables, SystemClock())

    async def append(conversation: ConversationId, draft: Draft) -> None:
        await store.append(conversation, [draft])

    try:
        yield open_erasing(
            settings,
            store=store,
            sealing=sealing,
            tables=tables,
            memories=memories,
            append=append,
            holds=lambda customer, names: holds.check(customer_id=customer, conversations=names),
            in_thread=in_any_thread,
        )
    finally:
        memories.close()
        await store.close()
        tables.dispose()
        sealing.close()


def _show(erasures: list[Erased], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in erasures]))
        return
    for one in erasures:
        what = f"{one.conversations} conversations, {one.keys} keys, {one.rows} rows"
        typer.echo(
            f"{one.request_id}  {one.asked_at}  {'done ' + one.done_at if one.complete else 'under way'}  {what}  {one.reason}"
        )


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _progress(done: int, of: int) -> None:
    if done == of or done % 1_000 == 0:
        _tell(f"{done:,} of {of:,} conversations")


@contextmanager
def told() -> Iterator[None]:
    """What went wrong, in a sentence."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CommandError(f"the database cannot be used: {said}; check AISLE_DATABASE_URL, or AISLE_HOME") from error
    except AssistantError as error:
        raise CommandError(str(error)) from error
