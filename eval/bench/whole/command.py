"""`aisle bench all` and `aisle bench page`: every bench in one run, and the page of their figures. Above: eval's command line."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from eval.tau2.command import DEFAULT_DATA

whole_commands = typer.Typer()
FAULT = 2


@whole_commands.command("all")
def bench_all(
    out: Annotated[Path, typer.Option(help="Where benchmarks.json, report.html and what is done so far go.")] = Path(
        ".aisle/bench"
    ),
    quick: Annotated[bool, typer.Option("--quick", help="Coarse, in five minutes.")] = False,
    long: Annotated[bool, typer.Option("--long", help="Hours: a million products, 500 kills, 10,000 streams.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="A part or a field; may be repeated.")] = None,
    again: Annotated[
        list[str] | None,
        typer.Option(help="A part to be measured anew though it is done; or all, busy, older; may be repeated."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="benchmarks.json to compare with; else the committed one.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Writes the figures into this page, with its data and plots.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="The shop that is measured; else the demo shop, under OUT.")] = None,
    data: Annotated[Path, typer.Option(help="Public sets of products, where they lie here.")] = DEFAULT_DATA.parent,
    vectors: Annotated[Path, typer.Option(help="Keeps the encoder's vectors of those sets between runs.")] = Path(
        ".aisle/eval"
    ),
    peers: Annotated[Path, typer.Option(help="The peers' Python, as eval/peers/setup.sh makes it.")] = Path(
        ".aisle/peers/bin/python"
    ),
    seed: int = 7,
    listed: Annotated[
        bool, typer.Option("--list", help="The parts and how long each takes; measures nothing.")
    ] = False,
) -> None:
    """What holds and what does it cost? Every bench, as one page and JSON; goes on where it was stopped. Half an hour."""
    from eval.bench.whole.report import write_report
    from eval.bench.whole.result import BenchUnreadable, read_benchmarks
    from eval.bench.whole.running import Plan, minutes
    from eval.bench.whole.whole import NoShop, measure, parts_named
    from eval.bench.whole.words import headline

    if quick and long:
        raise typer.BadParameter("--quick and --long: choose one")
    length = "quick" if quick else "long" if long else "default"
    try:
        chosen = parts_named(only or ())
    except KeyError as error:
        raise typer.BadParameter(
            f"no part or field is called {error.args[0]!r}: see --list", param_hint="--only"
        ) from error
    if listed:
        forms = [(part, form) for part in chosen if (form := part.form(length)) is not None]  # type: ignore[arg-type]
        for part, form in forms:
            typer.echo(f"{part.name:12} {minutes(form.seconds):>7}  {part.area}: {part.title}")
        typer.echo(f"{'all':12} {minutes(sum(form.seconds for _, form in forms)):>7}  on two quiet cores")
        return
    out = out.resolve()
    plan = Plan(
        out=out, home=(home or out / "home").resolve(), data=data.resolve(), vectors=vectors.resolve(),
        peers=peers.absolute(), seed=seed, length=length, again=frozenset(again or ()),  # type: ignore[arg-type]
    )  # fmt: skip

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it started ends with it, what is finished stays
    try:
        if against is not None:
            read_benchmarks(against)
        found = measure(plan, chosen, tell)
        told = write_report(found, out, against=against, page_file=page)
    except (NoShop, BenchUnreadable) as error:
        tell(str(error))
        raise typer.Exit(FAULT) from error
    typer.echo("\n".join((headline(found), *told)))
    raise typer.Exit(1 if any(part.state == "failed" for part in found.parts) else 0)


@whole_commands.command("page")
def bench_page(
    page: Annotated[Path, typer.Argument(help="Its data lie beside it, in benchmarks/.")] = Path("docs/benchmarks.md"),
) -> None:
    """Writes the page of figures anew from its data: benchmarks/measured.json and, kept by hand, benchmarks/elsewhere.yaml."""
    from eval.bench.whole.report import write_page
    from eval.bench.whole.result import BenchUnreadable

    try:
        typer.echo("\n".join(write_page(page)))
    except BenchUnreadable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAULT) from error
