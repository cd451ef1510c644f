"""`aisle privacy`: what is kept of customers: copies of it, how long, what must stay; keys and erasing are `keys`' commands.

They work beside a server that runs, or without one. Below: assistant.privacy, assistant.erasing.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.bootstrap import open_shop
from assistant.clock import SystemClock
from assistant.desk.callbacks import CallBacks
from assistant.erasing.erasing import Erasing
from assistant.erasing.opening import ErasedLog
from assistant.ports import EventStore
from assistant.privacy.exporting.gathering import Wanted
from assistant.privacy.exporting.packing import write_to
from assistant.privacy.exporting.readable import DATA_FILE, LANGUAGES
from assistant.privacy.exporting.signing import SUFFIX, ExportNotGenuine, public_hex, signing_key, verify
from assistant.privacy.holds import LegalHold, LegalHolds
from assistant.privacy.office import PrivacyOffice
from assistant.privacy.opening import open_nightly, open_office, open_retention
from assistant.privacy.privacy_rules import read_rules
from assistant.privacy.retention import Step, retain
from assistant.settings import AisleSettings
from assistant.stores.database import for_tables
from assistant.stores.small_tables import open_engine
from channels.command_line.errors import CommandError
from channels.command_line.keys import key_commands, opened_erasing, told
from channels.command_line.opening import AsJson, Home, read_settings

privacy_commands = typer.Typer(
    help="What is kept of customers: copies, deletion, how long, legal holds.", no_args_is_help=True
)
privacy_commands.add_typer(key_commands)

Customer = Annotated[str, typer.Option(help="The shop's id of the customer.")]
Conversation = Annotated[str, typer.Option(help="One conversation alone.")]
By = Annotated[str, typer.Option(help="Who does this; else the name of this computer's user.")]


@privacy_commands.command()
def export(
    out: Annotated[Path, typer.Option(help="A folder for the files; it may not hold an export yet.")],
    customer: Customer = "",
    conversation: Conversation = "",
    language: Annotated[str, typer.Option(help=f"Of the page: {', '.join(LANGUAGES)}.")] = "en",
    officer: Annotated[bool, typer.Option(help="With legal holds and their reasons: not for handing out.")] = False,
    home: Home = None,
) -> None:
    """All that is kept of a customer or a conversation: JSON with its signature, and a page to read."""
    if bool(customer) == bool(conversation):
        raise CommandError("name one of the two: --customer ID, or --conversation ID")
    if language not in LANGUAGES:
        raise CommandError(f"there is no page in {language!r}: choose among {', '.join(LANGUAGES)}")
    wanted = Wanted(customer_id=customer, conversation_id=conversation, officer=officer, language=language)
    settings = read_settings(home=home)
    with told():
        files = asyncio.run(_files(settings, wanted))
        try:
            write_to(out, files)
        except FileExistsError as error:
            raise CommandError(f"{error.filename} is there already: name an empty folder as --out") from error
    for name in files:
        typer.echo(str(out / name))


async def _files(settings: AisleSettings, wanted: Wanted) -> Any:
    async with opened_office(settings) as (office, _):
        return await office.files(wanted)


@privacy_commands.command("verify")
def verify_export(
    folder: Annotated[Path, typer.Argument(help="An export's folder, or its data file.")],
    key: Annotated[str, typer.Option(help="The shop's public key, as `aisle privacy key` tells it.")] = "",
) -> None:
    """Check that an export is as it was signed, and by whom."""
    path = folder / DATA_FILE if folder.is_dir() else folder
    try:
        content, signature = path.read_bytes(), path.with_name(path.name + SUFFIX).read_bytes()
        signed_by = verify(content, signature, public_key=key)
    except FileNotFoundError as error:
        raise CommandError(
            f"{error.filename} is not there: the data and their {SUFFIX} file lie side by side"
        ) from error
    except ExportNotGenuine as error:
        raise CommandError(f"{path} is not genuine: {error}") from error
    whose = "the key that was given" if key else f"the key {signed_by}: compare it with the shop's"
    typer.echo(f"genuine: unchanged since it was signed, by {whose}")


@privacy_commands.command("key")
def show_key(home: Home = None) -> None:
    """The public key that exports of this installation are checked with."""
    settings = read_settings(home=home)
    with told():
        typer.echo(public_hex(signing_key(settings.home, os.environ.get("AISLE_EXPORT_KEY", ""))))


@privacy_commands.command("retain")
def retain_now(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Delete what has been kept as long as privacy.yaml says. A server does it every night by itself."""
    settings = read_settings(home=home)
    with told():
        steps = asyncio.run(_retain(settings, dry_run=dry_run, quiet=as_json))
    if as_json:
        typer.echo(json.dumps([asdict(step) for step in steps]))
        return
    counts: Counter[str] = Counter()
    for step in steps:
        counts[f"{step.kind} {step.outcome}"] += step.count
    typer.echo(", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing is due")
    if any(step.outcome == "failed" for step in steps):
        raise CommandError("some could not be erased: run it again; AISLE_LOG=warning tells why")


async def _retain(settings: AisleSettings, *, dry_run: bool, quiet: bool) -> list[Step]:
    steps: list[Step] = []
    async with opened_office(settings) as (office, erasing):
        work = open_retention(
            settings,
            office.rules,
            store=_store(erasing),
            tables=erasing.tables,
            erasing=erasing,
            in_thread=office.in_thread,
        )
        async for step in retain(work, datetime.now(UTC), dry_run=dry_run):
            steps.append(step)
            if not quiet:
                typer.echo(f"{step.outcome:7} {step.kind} {step.id or step.count}  ({step.rule})", err=True)
        if not dry_run:
            await asyncio.to_thread(_noted, work, erasing, steps)
    return steps


def _noted(work: Any, erasing: Erasing, steps: list[Step]) -> None:
    """In the table of runs, where the night's stand."""
    now = datetime.now(UTC)
    runs = open_nightly(work, erasing.tables, owner=f"cli_{os.getpid()}").runs
    if runs.take(now):
        counts: Counter[str] = Counter()
        for step in steps:
            counts[step.outcome] += step.count
        runs.keep(now, done=counts["done"], held=counts["held"], failed=counts["failed"], ended=True)


@privacy_commands.command()
def rules(home: Home = None) -> None:
    """The rules that hold here: purposes and periods, as read from privacy.yaml. Told when something in it is wrong."""
    settings = read_settings(home=home)
    with told():
        found = read_rules(settings.home)
    for purpose, given in found.consent.defaults.items():
        typer.echo(f"{purpose:16} {'on' if given else 'off'} by default")
    for kind, periods in found.retention.kinds.items():
        shown = ", ".join(f"{text}{'' if channel == 'any' else f' on {channel}'}" for channel, text in periods.items())
        typer.echo(f"{kind:16} kept {shown}")


@privacy_commands.command()
def hold(
    reason: Annotated[str, typer.Option(help="The case or order that asks for it.")],
    customer: Customer = "",
    conversation: Conversation = "",
    by: By = "",
    home: Home = None,
) -> None:
    """Keep what a court or an authority needs: nobody can erase it until it is released."""
    settings = read_settings(home=home)
    with told():
        try:
            placed = _holds(settings).place(
                customer_id=customer, conversation_id=conversation, reason=reason, by=by or _user()
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
    typer.echo(placed.hold_id)


@privacy_commands.command()
def release(
    hold_id: Annotated[str, typer.Argument(help="As `aisle privacy holds` lists it.")],
    by: By = "",
    home: Home = None,
) -> None:
    """End a legal hold: what is due then goes at the next night's run."""
    settings = read_settings(home=home)
    with told():
        released = _holds(settings).release(hold_id, by=by or _user())
    typer.echo(f"{released.hold_id} released at {released.released_at}")


@privacy_commands.command()
def holds(
    home: Home = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Released ones, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """The legal holds that stand."""
    settings = read_settings(home=home)
    with told():
        found = _holds(settings).all(released=all_of_them)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found]))
    for one in found if not as_json else ():
        typer.echo(_line(one))


def _line(one: LegalHold) -> str:
    what = f"customer {one.customer_id}" if one.customer_id else f"conversation {one.conversation_id}"
    ended = f", released {one.released_at} by {one.released_by}" if one.released_at else ""
    return f"{one.hold_id}  {what}  {one.placed_at} by {one.placed_by}{ended}  {one.reason}"


def _holds(settings: AisleSettings) -> LegalHolds:
    url = settings.database_url.get_secret_value()
    return LegalHolds(open_engine(settings.home, for_tables(url) if url else ""), SystemClock())


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or "operator"


@asynccontextmanager
async def opened_office(settings: AisleSettings) -> AsyncIterator[tuple[PrivacyOffice, Erasing]]:
    """Over what lies there; no index and no model is opened for it."""

    async def in_thread(call: Any) -> Any:
        return await asyncio.to_thread(call)

    async with opened_erasing(settings) as erasing:
        shop = await asyncio.to_thread(open_shop, settings)
        try:
            opened = partial(
                open_office,
                settings,
                store=_store(erasing),
                shop=shop,
                memories=erasing.memories,
                tables=erasing.tables,
                erasing=erasing,
                callbacks_of=CallBacks(erasing.tables, SystemClock(), erasing.sealing).of,
                in_thread=in_thread,
                forget=_nothing_in_memory,
            )
            yield await in_thread(opened), erasing
        finally:
            shop.close()


def _store(erasing: Erasing) -> EventStore:
    assert isinstance(erasing.log, ErasedLog)
    return erasing.log.store


async def _nothing_in_memory(_: str) -> int:
    return 0
