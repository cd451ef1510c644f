"""`aisle models versions|register|promote|rollback|pin|unpin|canary|history|mirror`: which version is in use, and changing it.

Mounted into `aisle models` by `models`; below is model_serving's registry. A running service follows within a second.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from channels.command_line.measuring_versions import measure_version, measured_with
from channels.command_line.score_gates import Against, Scores, ask_gates
from model_serving.digests import digest_of
from model_serving.errors import ModelError
from model_serving.mlflow_mirror import open_mirror
from model_serving.promotion_gates import MOST_TRIED, PromotionGates, promotion_reason, report_of
from model_serving.registry import KINDS, Kind, Registry, Version

DEFAULT_HOME = Path(".aisle")
Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where all data lies.")]
KindName = Annotated[str, typer.Argument(help=f"One of: {', '.join(KINDS)}.")]
Label = Annotated[str, typer.Argument(help="name@version, as registered.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]

Force = Annotated[bool, typer.Option("--force", help="Without its gates; takes --reason, and is written down.")]

version_commands = typer.Typer()
canary_commands = typer.Typer(help="Let a share of the conversations try another version.", no_args_is_help=True)
version_commands.add_typer(canary_commands, name="canary")


@version_commands.command()
def versions(home: Home = DEFAULT_HOME) -> None:
    """Every registered version, which was promoted, and which the service last ran."""
    with _registry(home) as registry:
        found = registry.versions()
        standings = registry.standings()
        running = {(one.kind, one.label): one.part for one in registry.running()}
    if not found:
        typer.echo("nothing is registered yet: `aisle models register` does")
        return
    table = Table("kind", Column("version", overflow="fold"), Column("state", overflow="fold"), highlight=False)
    for title in ("digest", "source", "licence", "score"):
        table.add_column(title)
    for version in found:
        standing = standings[version.kind]
        states = {
            "in use": standing.current,
            "before": standing.previous,
            f"canary {standing.share:.0%}": standing.canary,
        }
        state = ", ".join(name for name, label in states.items() if label == version.label)
        if part := running.get((version.kind, version.label), ""):
            state = f"{state}, runs as {part}".removeprefix(", ")
        pinned = " (pinned)" if standing.pinned and version.label == standing.current else ""
        score = f"{version.score:g} {version.measure}" if version.score is not None else ""
        row = (version.label, state + pinned, version.digest[:12], version.source, version.licence, score)
        table.add_row(version.kind, *map(escape, row))
    Console().print(table)


@version_commands.command()
def register(
    kind: KindName,
    label: Label,
    source: Annotated[str, typer.Option(help="A file, a folder, or an address of an OpenAI-compatible server.")],
    licence: str = "",
    score: Annotated[float | None, typer.Option(help="As measured.")] = None,
    measure: Annotated[str, typer.Option(help="What the score is of, with its command.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Writes a version down with the digest of its content."""
    name, at, number = label.rpartition("@")
    if not (at and name and number):
        _fail(f"{label!r} is no version: write name@version, as in writer@3")
    with _registry(home) as registry:
        digest = digest_of(source, on_progress=lambda done, total: _progress("reading", done, total))
        version = Version(
            kind=_kind(kind),
            name=name,
            version=number,
            digest=digest,
            source=source,
            licence=licence,
            score=score,
            measure=measure,
        )
        registry.register(version)
    typer.echo(f"{kind} {label} is registered ({digest[:12] or 'no digest: it lies elsewhere'})")


@version_commands.command()
def promote(
    kind: KindName,
    label: Label,
    reason: Reason = "",
    scores: Scores = None,
    against: Against = None,
    force: Force = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Takes a registered version into use, where a fresh report of it passed its gates: `aisle models measure` makes one."""
    if against is not None:
        ask_gates(scores, against)
    with _registry(home) as registry:
        asked = {"reason": reason, "force": force, "scores": scores}
        told = promotion_reason(PromotionGates(home), registry, _kind(kind), label, **asked)  # type: ignore[arg-type]
        registry.promote(_kind(kind), label, by=_user(), reason=told)
    typer.echo(f"{kind} {label} is in use; `aisle models rollback {kind}` takes it back")


@version_commands.command()
def measure(
    kind: KindName,
    label: Label,
    whole: Annotated[bool, typer.Option("--whole", help="All parts, not the short form.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Runs `aisle eval all` with a registered version, and keeps the report that a promotion asks for. Takes minutes."""
    with _registry(home) as registry:
        version = registry.version(_kind(kind), label)
    if version is None:
        _fail(f"no {kind} {label!r} is registered: `aisle models versions` lists them")
        return
    if not measured_with(version):
        _fail(
            f"a {kind} is not chosen by a setting, so it cannot be measured beside what is in use: --force --reason …"
        )
    verdict = measure_version(version, home, whole=whole)
    typer.echo(f"{verdict.verdict}: {report_of(home, version.kind, version.label)}")
    for line in verdict.missed:
        typer.echo(line, err=True)
    raise typer.Exit(1 if verdict.verdict == "refused" else 0)


@version_commands.command()
def rollback(kind: KindName, reason: Reason = "", home: Home = DEFAULT_HOME) -> None:
    """Goes back to the version in use before."""
    with _registry(home) as registry:
        label = registry.roll_back(_kind(kind), by=_user(), reason=reason)
    typer.echo(f"{kind} {label} is in use again")


@version_commands.command()
def pin(kind: KindName, reason: Reason = "", home: Home = DEFAULT_HOME) -> None:
    """Keeps what is in use: no promotion, no canary, no rollback until `unpin`."""
    with _registry(home) as registry:
        registry.pin(_kind(kind), True, by=_user(), reason=reason)
        typer.echo(f"{kind} is pinned to {registry.standing(_kind(kind)).current or 'the default'}")


@version_commands.command()
def unpin(kind: KindName, reason: Reason = "", home: Home = DEFAULT_HOME) -> None:
    """Lets a pinned kind change again."""
    with _registry(home) as registry:
        registry.pin(_kind(kind), False, by=_user(), reason=reason)
    typer.echo(f"{kind} is free to change")


@canary_commands.command("start")
def start_canary(
    label: Label,
    share: Annotated[float, typer.Option(help="Per cent of the conversations.", min=0.01, max=100)] = 10.0,
    reason: Reason = "",
    scores: Scores = None,
    against: Against = None,
    home: Home = DEFAULT_HOME,
) -> None:
    """Lets a share of the conversations try a model; the gates take it back when it is worse."""
    if against is not None:
        ask_gates(scores, against)
    with _registry(home) as registry:
        if scores is not None or share > 100 * MOST_TRIED:
            gates = PromotionGates(home)
            promotion_reason(gates, registry, "model", label, reason=reason, force=False, scores=scores)
        registry.begin_canary("model", label, share=share / 100, by=_user(), reason=reason)
    typer.echo(f"{share:g} % of the conversations try {label}; `aisle models canary stop` ends it")


@canary_commands.command("stop")
def stop_canary(reason: Reason = "", home: Home = DEFAULT_HOME) -> None:
    """Ends the canary: everybody has the version in use again."""
    with _registry(home) as registry:
        label = registry.standing("model").canary
        registry.end_canary("model", by=_user(), reason=reason)
    typer.echo(f"{label} is no longer tried" if label else "no canary was running")


@version_commands.command()
def history(last: Annotated[int, typer.Option(min=1)] = 20, home: Home = DEFAULT_HOME) -> None:
    """Who changed what, and why, the newest first."""
    table = Table("when (UTC)", "kind", "act", "version", "by", "reason", highlight=False)
    with _registry(home) as registry:
        for done in registry.acts(last=last):
            row = (f"{done.at:%Y-%m-%d %H:%M:%S}", done.kind, done.act, done.version, done.by, done.reason)
            table.add_row(*map(escape, row))
    Console().print(table)


@version_commands.command()
def mirror(
    url: Annotated[str, typer.Argument(envvar="AISLE_MODEL_MLFLOW_URL", help="Of an MLflow server.")],
    home: Home = DEFAULT_HOME,
) -> None:
    """Copies the registry to MLflow, once. A running service does so by itself where AISLE_MODEL_MLFLOW_URL is set."""
    if not url.startswith(("http://", "https://")):
        _fail(f"{url!r} is no address of an MLflow server: it starts with http:// or https://")
    with _registry(home) as registry, open_mirror(url, registry) as copy:
        typer.echo(f"{copy.push()} changes are in MLflow now")


@contextmanager
def _registry(home: Path) -> Iterator[Registry]:
    """Ends the command with one line where the registry refuses."""
    try:
        registry = Registry(home / "registry.db")
        try:
            yield registry
        finally:
            registry.close()
    except (ModelError, OSError) as error:
        _fail(str(error))


def _kind(name: str) -> Kind:
    for kind in KINDS:
        if kind == name:
            return kind
    _fail(f"{name!r} is no kind of version: take one of {', '.join(KINDS)}")
    raise AssertionError


def _fail(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _progress(step: str, done: int, total: int) -> None:
    if total > 1 << 28:
        typer.echo(f"\r{step} {done >> 20} of {total >> 20} MiB", nl=done >= total, err=True)
