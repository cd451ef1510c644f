"""`aisle audit`: verify the log of who did what to whose data, read it, export it, sign a checkpoint, rotate its key, prune it.

AISLE_DATABASE_URL or AISLE_HOME says where. Below: assistant.audit.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.audit.acts import Entry, Who
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed
from assistant.audit.keeping import Keeper, open_keeper
from assistant.audit.keys import public_hex
from assistant.audit.opening import open_chain, share_ring
from assistant.audit.reading import Recorded, Sought, newest, oldest_first
from assistant.audit.upkeep import go_on_without
from assistant.audit.upkeep import prune as prune_chain
from assistant.audit.upkeep import rotate as rotate_chain
from assistant.audit.verifying import verify as verify_log
from assistant.settings import AisleSettings
from assistant.stores.database import for_tables
from assistant.stores.small_tables import FILE, open_engine
from channels.command_line.errors import CommandError
from channels.command_line.opening import AsJson, Home, read_settings
from channels.command_line.steps import Steps

audit_commands = typer.Typer(help="Who did what to whose data: verify, read, export.", no_args_is_help=True)

From = Annotated[datetime | None, typer.Option("--from", help="As 2026-11-23 or 2026-11-23T10:00:00, UTC.")]
To = Annotated[datetime | None, typer.Option("--to", help="Before this.")]
WhoOption = Annotated[str, typer.Option("--who", help="An agent's id, or a user's of the command line.")]
ActOption = Annotated[str, typer.Option("--act", help="conversation_read, tool_done … (docs/audit.md has all).")]
WhatOption = Annotated[str, typer.Option("--what", help='"conversation:c_1", or a beginning: "order:".')]
WhoseOption = Annotated[str, typer.Option("--whose", help="A customer's id: who looked at what of theirs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    settings: AisleSettings
    tables: Engine
    chain: Chain
    audit: AuditSettings

    def keeper(self) -> Keeper:
        return open_keeper(self.chain, self.settings.home, self.audit)


@contextmanager
def opened(home: Path | None) -> Iterator[Opened]:
    settings = read_settings(home=home)
    url = settings.database_url.get_secret_value()
    if not url and not (settings.home / FILE).exists():
        raise CommandError(f"there is no audit log at {settings.home / FILE}: `aisle serve` begins it")
    tables, audit = open_engine(settings.home, for_tables(url) if url else ""), AuditSettings()
    try:
        yield Opened(settings=settings, tables=tables, chain=open_chain(tables, settings.home, audit), audit=audit)
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CommandError(f"the database cannot be used: {said}; check AISLE_DATABASE_URL, or AISLE_HOME") from error
    finally:
        tables.dispose()


@audit_commands.command()
def verify(
    home: Home = None,
    checkpoints: Annotated[
        Path | None, typer.Option(help="A folder of exported checkpoints; else AISLE_AUDIT_DROP, where it is set.")
    ] = None,
    public_key: Annotated[str, typer.Option(help="What must have signed them, 64 hexadecimal figures.")] = "",
    as_json: AsJson = False,
) -> None:
    """Whether the log is what was written, whole and in order. Exit code 1 where it is not, with each place named."""
    with opened(home) as log:
        folder = checkpoints or log.audit.drop
        if folder is not None and not folder.is_dir():
            raise CommandError(f"there is no folder {folder}: --checkpoints names where checkpoints were exported to")
        log.chain.open()
        with Steps() as steps:
            found = verify_log(
                log.tables,
                log.chain.ring,
                exported=folder,
                public_key=public_key,
                tell=lambda done, of_all: steps("verifying", done, of_all),
            )
            steps.finish()
    if as_json:
        typer.echo(json.dumps({"holds": found.holds, **asdict(found)}))
    else:
        for one in found.findings:
            typer.echo(f"{one.trouble:14} {one.place}: {one.detail}")
        typer.echo(
            f"{found.entries:,} entries, {found.checkpoints:,} checkpoints, {found.beyond:,} entries since the last one: "
            + ("it holds" if found.holds else f"{len(found.findings):,} places do not hold")
        )
    if not found.holds:
        raise typer.Exit(1)


@audit_commands.command()
def show(
    home: Home = None,
    who: WhoOption = "",
    act: ActOption = "",
    what: WhatOption = "",
    whose: WhoseOption = "",
    since: From = None,
    until: To = None,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest entries that fit, oldest of them first. Looking is itself written down."""
    sought = Sought(who=who, act=act, what=what, whose=whose, since=since, until=until)
    with opened(home) as log:
        _looked(log.chain, Entry(act="audit_read", who=operator(), whose=whose, details=_asked(sought)))
        found = [one for _, one in newest(log.tables, sought, limit=last)][::-1]
    for one in found:
        typer.echo(_line(one) if as_json else _told(one))


@audit_commands.command()
def export(
    home: Home = None,
    who: WhoOption = "",
    act: ActOption = "",
    what: WhatOption = "",
    whose: WhoseOption = "",
    since: From = None,
    until: To = None,
) -> None:
    """All that fits as JSON lines on the standard output, in order, with key and link. Exporting is itself written down."""
    sought = Sought(who=who, act=act, what=what, whose=whose, since=since, until=until)
    with opened(home) as log:
        entry = Entry(act="data_exported", who=operator(), what="audit", whose=whose, details=_asked(sought))
        _looked(log.chain, entry)
        for page in oldest_first(log.tables, sought):
            sys.stdout.write("".join(_line(one) + "\n" for one in page))


@audit_commands.command()
def checkpoint(home: Home = None) -> None:
    """Sign how far the log has come, now, and hand it out as the settings say."""
    with opened(home) as log:
        keeper = log.keeper()
        keeper.begin("checkpoint")
        made = keeper.checkpoint(now=True)
        folder = log.audit.drop or log.settings.home / "audit" / "checkpoints"
        number = made.number if made is not None else 0
        typer.echo(f"checkpoint {number} in {folder}, signed by {public_hex(keeper.signer)}")


@audit_commands.command()
def rotate(
    home: Home = None,
    lost: Annotated[bool, typer.Option("--lost", help="The old key is gone for good: go on without it.")] = False,
) -> None:
    """Go on under a new key from here. The old one stays in audit.keys, for what it made."""
    with opened(home) as log:
        if lost:
            count = go_on_without(log.chain, operator())
            typer.echo(
                f"{count} lanes go on under key {log.chain.ring.newest}; what was written before cannot be verified"
            )
            return
        keeper = log.keeper()
        before = log.chain.ring.newest
        if log.chain.ring.path is not None:
            log.chain.ring.add()
            share_ring(log.tables, log.settings.home)
        fresh = rotate_chain(log.chain, operator(), keeper.signer)
        keeper.checkpoint(now=True)
    typer.echo(f"the log goes on under key {fresh}, before {before}; copy audit.keys to where you keep secrets")


@audit_commands.command()
def prune(
    days: Annotated[int, typer.Option(min=1, help="Entries older than that go, for good.")], home: Home = None
) -> None:
    """Remove old entries; that it was done, by whom and how many stays written, and the rest still verifies."""
    before = datetime.now(UTC) - timedelta(days=days)
    with opened(home) as log:
        keeper = log.keeper()
        keeper.checkpoint(now=True)
        gone = prune_chain(log.chain, operator(), before=int(before.timestamp() * 1e6))
        keeper.checkpoint(now=True)
    typer.echo(f"{gone:,} entries from before {before:%Y-%m-%d} are gone")


def operator() -> Who:
    """Whoever sits at the command line, by the system's own name of them."""
    try:
        return Who(kind="operator", id=getpass.getuser())
    except (KeyError, OSError):  # a container whose user has no name
        return Who(kind="operator", id="unknown")


def _looked(chain: Chain, entry: Entry) -> None:
    """Raises AuditUnavailable: what cannot be written down is not shown."""
    chain.append([Timed(at=chain.now(), entry=entry)])


def _asked(sought: Sought) -> dict[str, str | int | bool | tuple[str, ...]]:
    return {name: str(value) for name, value in asdict(sought).items() if value}


def _line(one: Recorded) -> str:
    return json.dumps(asdict(one), ensure_ascii=False)


def _told(one: Recorded) -> str:
    parts = [
        one.at[:23].replace("T", " "),
        f"{one.place:>9}",
        f"{one.who_kind}:{one.who}".rstrip(":"),
        one.act,
        one.what,
    ]
    parts += [f"of {one.whose}"] * bool(one.whose) + [f"({one.why})"] * bool(one.why)
    parts += [one.result] * (one.result != "done")
    details = " ".join(f"{name}={_short(value)}" for name, value in one.details.items())
    return "  ".join(filter(None, [*parts, details]))


def _short(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
