"""`aisle shop import|export|validate`: a shop's own data in and out. Below it: `assistant.shops`.

Exit codes: 0 done, 1 the file or the shop was refused and nothing changed, 2 the command itself was wrong,
130 stopped by the keyboard.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, NoReturn, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.errors import AssistantError
from assistant.shops.exporting import ExportFormat, export_shop
from assistant.shops.feeds.amounts import currency_of
from assistant.shops.feeds.items import BadField
from assistant.shops.feeds.reading import FeedFormat
from assistant.shops.importing import Progress as OnProgress
from assistant.shops.importing import Report, check_feed, import_feed
from assistant.shops.sql import SqlShop
from assistant.shops.writing import RecordKind

IndexHook = Callable[[Path], None]
"""Builds the index for the data in a folder (AISLE_HOME)."""

_LISTED = 20


def commands_of_shop(build_index: IndexHook | None = None) -> typer.Typer:
    """The group `aisle shop`. `build_index` is what `import --index` calls once the data is in."""
    commands = typer.Typer(
        help="Import, export and check a shop's products, stores, customers, orders and policies.", no_args_is_help=True
    )
    commands.command("import")(_import_command(build_index))
    commands.command("export")(export)
    commands.command("validate")(validate)
    return commands


Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where all data lies.")]
DEFAULT_HOME = Path(".aisle")
File = Annotated[Path, typer.Argument(help="CSV, JSONL, a Google Merchant feed (XML or TSV) or tau2's db.json.")]
Format = Annotated[str, typer.Option("--format", help="csv, jsonl, google-merchant or tau2; else told by the file.")]
Currency = Annotated[str, typer.Option("--currency", help="Where the file names none, such as EUR.")]
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")]


def _import_command(build_index: IndexHook | None) -> Callable[..., None]:
    def import_(
        file: File,
        form: Format = "",
        replace: Annotated[
            bool, typer.Option("--replace/--merge", help="Empty first each kind of record that the file holds.")
        ] = False,
        skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Import the good rows alone.")] = False,
        currency: Currency = "",
        index: Annotated[bool, typer.Option("--index", help="Build the index afterwards.")] = False,
        as_json: AsJson = False,
        home: Home = DEFAULT_HOME,
    ) -> None:
        """Import FILE into the shop: all of it, or nothing."""
        chosen, money = _format(form), _currency(currency)
        started = monotonic()
        with _told(), _shop(home, create=True) as shop, _progress("Importing") as progress:
            report = import_feed(
                shop, file, chosen, replace=replace, skip_refused=skip_refused, currency=money, progress=progress
            )
        _show(report, as_json=as_json, seconds=monotonic() - started)
        if not report.changed:
            _stop("Nothing was changed. Correct the file, or import the good rows alone with --skip-refused.", 1)
        if index and build_index is not None:
            build_index(home)
        elif not as_json:
            _console().print("Now run [bold]aisle index build[/bold], so that the products can be found.")

    return import_


def validate(file: File, form: Format = "", currency: Currency = "", as_json: AsJson = False) -> None:
    """Check FILE and change nothing."""
    chosen, money = _format(form), _currency(currency)
    started = monotonic()
    with _told(), _progress("Checking") as progress:
        report = check_feed(file, chosen, currency=money, progress=progress)
    _show(report, as_json=as_json, seconds=monotonic() - started)
    if report.refused_count:
        raise typer.Exit(1)


def export(
    file: Annotated[Path, typer.Argument(help="The file to write; one of the same name is replaced.")],
    form: Annotated[str, typer.Option("--format", help="jsonl (everything) or tau2.")] = "jsonl",
    home: Home = DEFAULT_HOME,
) -> None:
    """Write the whole shop to FILE."""
    chosen = next((known for known in get_args(ExportFormat) if known == form), None)
    if chosen is None:
        _stop(f"--format {form!r} is unknown: write jsonl or tau2", 2)
    with _told(), _shop(home, create=False) as shop:
        size = export_shop(shop, file, chosen)
        counts = shop.counts()
    _console().print(f"Wrote {escape(str(file))}: {counted(counts)}, {size / 1e6:.1f} MB.")


def _format(form: str) -> FeedFormat | None:
    if not form:
        return None
    known: dict[str, FeedFormat] = {name: name for name in get_args(FeedFormat)}
    if form not in known:
        _stop(f"--format {form!r} is unknown: write {', '.join(known)}", 2)
    return known[form]


def _currency(text: str) -> str:
    try:
        return currency_of(text) if text else ""
    except BadField as bad:
        _stop(f"--currency: {bad}", 2)


@contextmanager
def _shop(home: Path, *, create: bool) -> Iterator[SqlShop]:
    shop = SqlShop.open(home / "shop.db", create=create)
    try:
        yield shop
    finally:
        shop.close()


@contextmanager
def _told() -> Iterator[None]:
    """A user's mistake as one sentence and an exit code, without a traceback."""
    try:
        yield
    except AssistantError as error:
        _stop(str(error), 1)
    except KeyboardInterrupt:
        _stop("stopped; nothing was changed", 130)
    except OSError as error:
        _stop(f"the file could not be read to its end ({error.strerror}); nothing was changed", 1)


@contextmanager
def _progress(doing: str) -> Iterator[OnProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # On the standard error, so that --json stays pure; gone when done, so that a log holds the summary alone.
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(report: Report, *, as_json: bool, seconds: float) -> None:
    if as_json:
        sys.stdout.write(report.as_json(seconds=seconds) + "\n")
        return
    console = _console()
    verb = "Imported" if report.changed else "Read"
    console.print(f"{verb} {escape(str(report.path))} ({report.format}): {counted(report.accepted)}, {seconds:.1f} s.")
    if report.accepted["product"]:
        unpriced = f" Not for sale, as without a price: {report.not_for_sale:,}." if report.not_for_sale else ""
        console.print(f"Variants: {report.variants:,}.{unpriced}")
    if report.cleared_demo:
        console.print("The demo shop made room for it.")
    for note in report.notes[:_LISTED]:
        console.print(f"Note, line {note.line}: {escape(note.text)}.")
    if report.refused_count:
        console.print(_refused(report))


def _refused(report: Report) -> Table:
    shown = min(len(report.refused), _LISTED)
    rest = f" (the first {shown})" if report.refused_count > shown else ""
    table = Table(title=f"{report.refused_count:,} refused{rest}", title_justify="left", box=None)
    table.add_column("Line", justify="right")
    table.add_column("Reason", overflow="fold")
    for row in report.refused[:shown]:
        table.add_row(str(row.line), escape(row.reason))
    return table


_PLURALS = {
    "product": "products",
    "store": "stores",
    "customer": "customers",
    "order": "orders",
    "policy": "policies",
    "floor_plan": "floor plans",
    "place": "places",
}


def counted(counts: Mapping[RecordKind, int]) -> str:
    told = [
        f"{number:,} {_PLURALS[kind] if number != 1 else kind.replace('_', ' ')}"
        for kind, number in counts.items()
        if number
    ]
    return ", ".join(told) or "no record"


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


def _stop(reason: str, code: int) -> NoReturn:
    Console(stderr=True, soft_wrap=True, highlight=False).print(f"[red]{escape(reason)}[/red]")
    raise typer.Exit(code)


shop_commands = commands_of_shop()
