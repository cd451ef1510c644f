"""`aisle analytics`: how conversations went, as figures and as a file. AISLE_DATABASE_URL or AISLE_HOME says where.

Below: assistant.analytics.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from assistant.analytics import spans
from assistant.analytics.drift_watch import DAYS, compared
from assistant.analytics.exporting import write
from assistant.analytics.fact_rows import FactRows
from assistant.analytics.measuring import AnalyticsFigures, Group, Share
from assistant.analytics.opening import open_rows
from assistant.desk.tables import stamp
from assistant.feedback.candidates import KINDS
from assistant.feedback.following import write_files
from assistant.feedback.learned_sets import LearnedSets
from assistant.feedback.opening import open_sets
from assistant.feedback.proposing import BECOMES
from assistant.feedback.reviewing import Changes, State
from assistant.sealing.opening import open_sealing
from assistant.stores.database import for_tables
from assistant.stores.small_tables import FILE, open_engine
from channels.command_line.errors import CommandError
from channels.command_line.opening import AsJson, Home, read_settings
from channels.command_line.steps import Steps

analytics_commands = typer.Typer(help="How conversations went: figures and files.", no_args_is_help=True)

From = Annotated[datetime | None, typer.Option("--from", help="As 2026-11-23, UTC. Default: 30 days before --to.")]
To = Annotated[datetime | None, typer.Option("--to", help="Before this. Default: now.")]
CandidateId = Annotated[str, typer.Argument(help="As `aisle analytics candidates` lists it.")]
StateOption = Annotated[State, typer.Option(help="open, accepted or rejected.")]
KindOption = Annotated[str, typer.Option(help=f"One of: {', '.join(KINDS)}.")]
DEFAULT_SPAN = timedelta(days=30)


@contextmanager
def opened(home: Path | None) -> Iterator[FactRows]:
    settings = read_settings(home=home)
    url = settings.database_url.get_secret_value()
    if not url and not (settings.home / FILE).exists():
        raise CommandError(f"there is nothing to count at {settings.home / FILE}: `aisle serve` begins it")
    tables = open_engine(settings.home, for_tables(url) if url else "")
    try:
        yield open_rows(tables, settings.home)
    except SQLAlchemyError as error:
        raise CommandError(f"the database cannot be used: {type(error).__name__}; check AISLE_DATABASE_URL") from error
    finally:
        tables.dispose()


def span_of(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Raises CommandError."""
    end = until.replace(tzinfo=UTC) if until is not None else now + timedelta(seconds=1)
    start = since.replace(tzinfo=UTC) if since is not None else end - DEFAULT_SPAN
    if start >= end:
        raise CommandError(f"--from {start:%Y-%m-%d} lies after --to {end:%Y-%m-%d}: exchange them")
    return start, end


@analytics_commands.command()
def show(home: Home = None, since: From = None, until: To = None, as_json: AsJson = False) -> None:
    """Containment, resolution, handoffs, intents, what was not found, the way to the cart; each with n and its 95 % interval."""
    now = datetime.now(UTC)
    start, end = span_of(since, until, now)
    with opened(home) as rows:
        found, folded_at = spans.figures(rows, start, end, now=now), rows.folded_at()
    if as_json:
        typer.echo(
            json.dumps({"from": start.isoformat(), "to": end.isoformat(), "read_at": folded_at, **asdict(found)})
        )
        return
    typer.echo(
        f"{start:%Y-%m-%d} to {end:%Y-%m-%d}, UTC; the log was read {folded_at or 'never: `aisle serve` does it'}"
    )
    for line in _lines(found):
        typer.echo(line)


@analytics_commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to; its ending says how: .csv or .parquet.")],
    home: Home = None,
    since: From = None,
    until: To = None,
) -> None:
    """One row a conversation: docs/analytics.md names every column. Parquet takes pyarrow: pip install 'aisle[analytics]'."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in ("csv", "parquet"):
        raise CommandError(f"{file.name} ends neither with .csv nor with .parquet: choose one of the two")
    now = datetime.now(UTC)
    start, end = span_of(since, until, now)
    with opened(home) as rows, Steps() as steps:
        found = spans.export(rows, start, end, now=now)
        count = write(file, kind, found, lambda done: steps("exporting", done, 0))  # type: ignore[arg-type]
        steps.finish()
    typer.echo(f"{count:,} conversations from {start:%Y-%m-%d} to {end:%Y-%m-%d} are in {file}")


@analytics_commands.command()
def drift(
    home: Home = None,
    days: Annotated[
        int, typer.Option(min=1, max=200, help="The newest so many days, against as many before them.")
    ] = DAYS,
    as_json: AsJson = False,
) -> None:
    """Whether languages, intents, queries, scores are still what they were (PSI). Exit code 1 where one has drifted."""
    with opened(home) as rows:
        found = compared(rows, datetime.now(UTC), days)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found]))
    for one in () if as_json else found:
        moved = ", ".join(f"{name} {before:.0%} → {after:.0%}" for name, before, after in one.moved)
        psi = "    –" if one.psi is None else f"{one.psi:5.2f}"
        typer.echo(f"{one.of:15} PSI {psi}  {one.verdict.replace('_', ' '):13} n {one.before:,} / {one.now:,}  {moved}")
    if any(one.verdict == "drifted" for one in found):
        raise typer.Exit(1)


@analytics_commands.command()
def candidates(home: Home = None, state: StateOption = "open", kind: KindOption = "", as_json: AsJson = False) -> None:
    """What conversations could teach, masked, of customers who let them be used: to be accepted or rejected, one by one."""
    with learned_sets(home) as (sets, _):
        found = sets.reviewing.listed(state, kind=kind)
    for one in found:
        said = one.candidate
        if as_json:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
        else:
            better = f"  →  {said.better}" if said.better else ""
            typer.echo(
                f"{one.candidate_id}  {said.kind:10} {said.language:3} {said.becomes:14} [{said.label}] {said.text}{better}"
            )
    if not found and not as_json:
        typer.echo(f"no candidate is {state}")


@analytics_commands.command()
def accept(
    candidate_id: CandidateId,
    home: Home = None,
    becomes: Annotated[str, typer.Option("--as", help=f"What is made of it: {', '.join(BECOMES)}.")] = "",
    text: Annotated[str, typer.Option(help="What they said, cut down to what is typical.")] = "",
    better: Annotated[str, typer.Option(help="The shop's own word; the better words.")] = "",
    label: Annotated[str, typer.Option(help="What it means, where the label that was guessed is wrong.")] = "",
    conditions: Annotated[str, typer.Option(help="What a good reply meets, as YAML: docs/evaluation.md.")] = "",
) -> None:
    """It joins the next learnt set (`aisle feedback make`). `reopen` takes it back."""
    if becomes and becomes not in BECOMES:
        raise CommandError(f"{becomes!r} is nothing that can be made of it: choose {', '.join(BECOMES)}")
    changed = {"becomes": becomes, "text": text, "better": better, "label": label, "conditions": conditions}
    _decide(home, candidate_id, "accepted", Changes(**{name: value or None for name, value in changed.items()}))


@analytics_commands.command()
def reject(candidate_id: CandidateId, home: Home = None) -> None:
    """Nothing is learnt from it."""
    _decide(home, candidate_id, "rejected")


@analytics_commands.command()
def reopen(candidate_id: CandidateId, home: Home = None) -> None:
    """The decision is taken back; sets that were made stay as they are."""
    _decide(home, candidate_id, "open")


def _decide(home: Path | None, candidate_id: str, state: State, changes: Changes | None = None) -> None:
    with learned_sets(home) as (sets, at):
        kept, now = sets.reviewing, stamp(datetime.now(UTC))
        kept.decide(candidate_id, state, by=getpass.getuser(), at=now, changes=changes)
        count = kept.counts()["accepted"]
        write_files(sets, at)
    typer.echo(f"{candidate_id} is {state}; {count:,} accepted: `aisle feedback make` makes a set of them")


@contextmanager
def learned_sets(home: Path | None) -> Iterator[tuple[LearnedSets, Path]]:
    """With the home that files go to."""
    with opened(home) as rows:
        settings = read_settings(home=home)
        sealing = open_sealing(settings)
        try:
            yield open_sets(rows.engine, sealing), settings.home
        finally:
            sealing.close()


def _lines(found: AnalyticsFigures) -> Iterator[str]:
    beside = f"{found.opened_only:,} without a word, {found.left_out:,} left out for want of consent"
    yield f"{found.all.conversations:,} conversations; {beside}"
    yield from _table("all", [found.all])
    yield from _table("by channel", found.by_channel)
    yield from _table("by language", found.by_language)
    yield from _table("by store", found.by_store)
    yield ""
    yield "the way to the cart (of those who searched)"
    for step in found.funnel:
        yield f"  {step.name:12} {told(step.of_all)}"
    for title, counted in (
        ("decided by", found.why_resolved),
        ("handed over", found.handoffs),
        ("asked for", found.intents),
        ("searched, not found", found.not_found),
    ):
        if counted:
            yield ""
            yield title
            yield from (f"  {one.count:7,}  {one.name}" for one in counted[:15])


def _table(title: str, groups: Sequence[Group]) -> Iterator[str]:
    if not groups:
        return
    yield ""
    yield f"{title:14} {'n':>7}  {'contained':28} {'resolved':28} {'silent':28}"
    for one in groups:
        yield f"  {one.name:12} {one.conversations:7,}  {told(one.contained):28} {told(one.resolved):28} {told(one.silent):28}"


def told(share: Share) -> str:
    """ "62.0 % (51.2–71.9) n 100"; a dash where there is nothing to count."""
    if share.share is None or share.low is None or share.high is None:
        return "– n 0"
    return f"{share.share:.1%} ({share.low * 100:.1f}–{share.high * 100:.1f}) n {share.n}"
