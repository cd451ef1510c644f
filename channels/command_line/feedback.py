"""`aisle feedback make|sets|measure|promote|rollback|history|write`: what was learnt, into use and out of it. Above: `main`.

What waits for a decision: `aisle analytics candidates`, or Floor → Review at the desk. Below: assistant.feedback.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import AssistantError
from assistant.feedback.following import write_files
from assistant.feedback.learned import NAME, Learned
from assistant.feedback.learned_files import SUITE, SUITE_FILE, folder_of, write_learned
from assistant.feedback.learned_sets import LearnedSets
from channels.command_line.analytics import learned_sets
from channels.command_line.errors import CommandError
from channels.command_line.measuring_versions import beside, evaluated, keep, play, with_row
from channels.command_line.opening import Home
from model_serving.promotion_gates import GateRefused, check, report_of
from model_serving.score_verdict import GateVerdict

feedback_commands = typer.Typer(
    help="What was learnt of conversations: sets of what a person accepted.", no_args_is_help=True
)
Number = Annotated[int, typer.Argument(help="As `aisle feedback sets` lists it; 0: the newest.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]


@feedback_commands.command()
def make(home: Home = None) -> None:
    """A numbered set of all that is accepted now. Nothing uses it before it is promoted."""
    with learned_sets(home) as (sets, at):
        made = sets.make(by=getpass.getuser(), at=datetime.now(UTC))
        write_files(sets, at)
    typer.echo(f"learned {made.number}: {_counted(made)}; `aisle feedback measure {made.number}` comes next")


@feedback_commands.command()
def sets(home: Home = None) -> None:
    """The sets that there are, the newest first, and which is in use."""
    with learned_sets(home) as (kept, _):
        standing, found = kept.standing(), kept.sets()
        for one in found:
            state = "in use" if one.number == standing.current else "before" if one.number == standing.previous else ""
            typer.echo(f"learned {one.number:4}  {one.made_at}  {one.made_by:16} {one.items:5} {state}".rstrip())
    if not found:
        typer.echo("none yet: `aisle feedback make` makes one of what is accepted")


@feedback_commands.command()
def measure(
    number: Number = 0,
    whole: Annotated[bool, typer.Option("--whole", help="All parts, not the short form.")] = False,
    home: Home = None,
) -> None:
    """`aisle eval all` with this set in use, and this shop's accepted cases with it and without. Takes minutes."""
    with learned_sets(home) as (kept, at):
        learned = _chosen(kept, number)
        folder = write_learned(at, learned)
        write_files(kept, at)
        now = folder_of(at, kept.standing().current) if kept.standing().current else None
    with_it = {"AISLE_LEARNED": str(folder.resolve())}
    verdict = evaluated(at, with_it, whole=whole)
    if verdict.versions.get(NAME) != learned.label:
        raise CommandError(f"what was measured did not use {learned.label}: run it once more")
    row = _accepted(at, with_it, {"AISLE_LEARNED": str(now.resolve())} if now else {"AISLE_LEARNED": ""})
    verdict = keep(with_row(verdict, row, NAME, learned.label), report_of(at, NAME, learned.label))
    typer.echo(f"learned {learned.number} is {verdict.verdict}: {report_of(at, NAME, learned.label)}")
    for line in verdict.missed:
        typer.echo(line, err=True)
    raise typer.Exit(1 if verdict.verdict == "refused" else 0)


@feedback_commands.command()
def promote(
    number: Number = 0,
    reason: Reason = "",
    force: Annotated[bool, typer.Option("--force", help="Without its gates; takes --reason.")] = False,
    home: Home = None,
) -> None:
    """Takes a set into use on every replica, where a fresh report of exactly this content passed its gates."""
    with learned_sets(home) as (kept, at):
        learned = _chosen(kept, number)
        if force and not reason.strip():
            raise CommandError("a promotion without its gates takes --reason: it is written down")
        if not force:
            _asked(at, learned)
        kept.promote(learned.number, by=getpass.getuser(), at=datetime.now(UTC), reason=reason, forced=force)
        write_files(kept, at)
    typer.echo(f"learned {learned.number} is in use; `aisle feedback rollback` takes it back")


@feedback_commands.command()
def rollback(reason: Reason = "", home: Home = None) -> None:
    """Back to the set before, or to none, on every replica."""
    with learned_sets(home) as (kept, at):
        try:
            number = kept.roll_back(by=getpass.getuser(), at=datetime.now(UTC), reason=reason)
        except AssistantError as error:
            raise CommandError(str(error)) from error
        write_files(kept, at)
    typer.echo(f"learned {number} is in use again" if number else "nothing learnt is in use any more")


@feedback_commands.command()
def history(last: Annotated[int, typer.Option(min=1)] = 20, home: Home = None) -> None:
    """Who made, promoted and took back which set, and why; the newest first."""
    with learned_sets(home) as (kept, _):
        for one in kept.acts(last=last):
            forced = "forced" if one.forced else ""
            typer.echo(f"{one.at}  {one.act:12} learned {one.version:<4} {one.by:16} {forced:6} {one.reason}".rstrip())


@feedback_commands.command()
def write(home: Home = None) -> None:
    """AISLE_HOME/feedback anew from the tables: the set in use, the newest, and the accepted cases."""
    with learned_sets(home) as (kept, at):
        write_files(kept, at)
    typer.echo(f"{at / SUITE_FILE} and the sets beside it are as the tables have them")


def _chosen(kept: LearnedSets, number: int) -> Learned:
    """Raises CommandError."""
    newest = number or max((one.number for one in kept.sets()), default=0)
    if not newest:
        raise CommandError("there is no learnt set yet: `aisle feedback make` makes one of what is accepted")
    try:
        return kept.learned(newest)
    except AssistantError as error:
        raise CommandError(str(error)) from error


def _asked(home: Path, learned: Learned) -> None:
    """Raises CommandError where the gates let nothing through."""
    way_out = f"`aisle feedback measure {learned.number}` measures it"
    try:
        check(report_of(home, NAME, learned.label), {learned.label}, datetime.now(UTC), way_out)
    except GateRefused as error:
        raise CommandError(f"not promoted: {error}") from error


def _accepted(home: Path, with_it: Mapping[str, str], without: Mapping[str, str]) -> GateVerdict:
    """This shop's own cases: no fewer turns may be reached with the set than without it."""
    suite = home / SUITE_FILE
    if not suite.exists():
        return GateVerdict(part=SUITE, figure="turns reached", state="not here", told="no eval case is accepted yet")
    shop, kept = beside(home), {"AISLE_INDEX_BUILDS": "false"}
    now, before = play(suite, shop, {**with_it, **kept}), play(suite, shop, {**without, **kept})
    worse = now.hits < before.hits
    return GateVerdict(
        part=SUITE, figure="turns reached", state="missed" if worse else "passed", least=before.hits / max(1, before.of),
        value=now.hits / max(1, now.of), of=now.of,
        told=f"{now.hits} of {now.of} turns are reached, {before.hits} before" if worse else "",
    )  # fmt: skip


def _counted(learned: Learned) -> str:
    return ", ".join(f"{count} × {name.replace('_', ' ')}" for name, count in learned.counts().items()) or "empty"
