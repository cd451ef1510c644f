"""`aisle eval retrieval`: judged sets with --data, and the suites of the demo shop as commands of their own.

Joined to `aisle eval` by `eval.command_line`. What is heavy is imported when it runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

commands = typer.Typer(help="Measure search: judged sets with --data, or a suite of the demo shop.")
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="text or json.")]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
Work = Annotated[
    Path,
    typer.Option(
        envvar="AISLE_EVAL_WORK", help="Where indexes are kept between runs, so that nothing is embedded twice."
    ),
]
WORK = Path(".aisle/eval")
SUITES = Path("tests/eval/suites")
Data = Annotated[
    list[Path] | None, typer.Option("--data", help="A folder of products, queries and labels; may repeat.")
]


@commands.callback(invoke_without_command=True)
def judged(
    context: typer.Context,
    data: Data = None,
    work: Work = WORK,
    parts: Annotated[bool, typer.Option("--parts", help="Measure what each part of the search gives, too.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report with every query's win or loss here.")] = None,
    form: Format = "text",
    as_json: AsJson = False,
) -> None:
    """NDCG@10, recall@100 and milliseconds a query on judged sets (docs/retrieval.md says how they are counted)."""
    if context.invoked_subcommand is not None:
        return
    if not data:
        raise typer.BadParameter("name a folder with products.jsonl, queries.csv and labels.csv: --data DIR")
    for folder in data:
        _check(folder)
    from eval.retrieval.quality import BASELINE, PARTS, ablated, compared, measure_with, opened
    from eval.retrieval.report import page
    from retrieval.build import open_snapshot
    from retrieval.embedders.choosing import choose_embedder
    from retrieval.settings import RetrievalSettings

    embedder = choose_embedder(RetrievalSettings())
    sets: list[dict[str, Any]] = []
    for folder in data:
        searched = opened(folder, work, embedder)
        shipped = measure_with(open_snapshot(work / searched.name, embedder, verify=False), searched)
        told = ablated(searched, work, embedder) if parts or html else {}
        versus = {name: compared(shipped, told[name]) for name in PARTS if name in told}
        _show({**shipped, **_parts(told, versus)}, form, as_json, leave_out=("per_query", "per_query_recall"))
        sets.append(
            {"shipped": shipped, "parts": told, "compared": versus, "texts": searched.queries, "against": BASELINE}
        )
    if html is not None:
        html.write_text(page(sets, about=_about(data)), encoding="utf-8")


@commands.command("constrained")
def constrained_requests(
    suite: Annotated[Path, typer.Option(help="Requests and the conditions they state.")] = SUITES / "constrained.yaml",
    work: Work = WORK,
    form: Format = "text",
    as_json: AsJson = False,
) -> None:
    """Requests with conditions to the demo shop: precision@10 and broken conditions."""
    from eval.retrieval.suites import constrained

    _check_file(suite)
    shop, retriever = _demo(work)
    _show(constrained(suite, shop, retriever), form, as_json, leave_out=("failures",))


@commands.command("passages")
def policy_passages(
    suite: Annotated[Path, typer.Option(help="Questions and the sections that answer.")] = SUITES / "passages.yaml",
    work: Work = WORK,
    form: Format = "text",
    as_json: AsJson = False,
) -> None:
    """Questions to the demo shop's policies: is the first passage the right one?"""
    from eval.retrieval.suites import passages

    _check_file(suite)
    _, retriever = _demo(work)
    _show(passages(suite, retriever), form, as_json, leave_out=("failures",))


@commands.command("model-numbers")
def numbers(data: Data = None, work: Work = WORK, form: Format = "text", as_json: AsJson = False) -> None:
    """Model numbers as they are and with one typing error, of --data or else of the demo shop: MRR."""
    from eval.retrieval.product_search import read_search_set
    from eval.retrieval.suites import model_numbers
    from retrieval.build import build, open_snapshot

    if not data:
        shop, retriever = _demo(work)
        _show(model_numbers(shop.products, retriever), form, as_json)
    for folder in data or ():
        _check(folder)
        searched = read_search_set(folder)
        build(searched.products, (), work / searched.name, _embedder())
        retriever = open_snapshot(work / searched.name, _embedder(), verify=False)
        _show({"set": searched.name, **model_numbers(searched.products, retriever)}, form, as_json)


@commands.command("train-ranker")
def train_ranker(
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the weights learnt on all sets here, for AISLE_RETRIEVAL_RERANKER_MODEL.")
    ] = None,
    work: Work = WORK,
    form: Format = "text",
    as_json: AsJson = False,
) -> None:
    """Learn a linear ranker on each judged set and try it on the others: does it gain where it was not trained?"""
    if not data:
        raise typer.BadParameter("name at least one judged folder: --data DIR")
    for folder in data:
        _check(folder)
    from eval.retrieval.ranker_trial import trial
    from retrieval.rerankers.linear import write_linear

    report, weights = trial(data, work, _embedder())
    if out is not None:
        write_linear(out, weights)
    _show(report, form, as_json)


def _demo(work: Path) -> Any:
    from eval.retrieval.suites import demo_retriever

    return demo_retriever(work, _embedder())


def _embedder() -> Any:
    from retrieval.embedders.choosing import choose_embedder
    from retrieval.settings import RetrievalSettings

    return choose_embedder(RetrievalSettings())


def _parts(told: dict[str, Any], versus: dict[str, Any]) -> dict[str, Any]:
    # No times: a later run of the same queries finds their vectors in the encoder's cache.
    kept = ("ndcg@10", "recall@100")
    return (
        {"parts": {name: {**{key: told[name][key] for key in kept}, **versus[name]} for name in told}} if told else {}
    )


def _about(data: list[Path]) -> str:
    import os
    import platform
    from datetime import UTC, datetime

    typed = " ".join(f"--data {folder.name}" for folder in data)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · aisle eval retrieval {typed} --html · {machine}"


def _show(report: dict[str, Any], form: str, as_json: bool, leave_out: tuple[str, ...] = ()) -> None:
    from eval.showing import show_figures

    if as_json or form == "json":
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        show_figures(report, as_json=False, leave_out=leave_out)


def _check(folder: Path) -> None:
    missing = [name for name in ("products.jsonl", "queries.csv", "labels.csv") if not (folder / name).is_file()]
    if missing:
        raise typer.BadParameter(f"{str(folder)!r} has no {', '.join(missing)}")


def _check_file(suite: Path) -> None:
    if not suite.is_file():
        raise typer.BadParameter(f"no suite at {str(suite)!r}: name one with --suite")
