"""What `aisle eval dialogue` does: reads suites, opens the product or a server, plays, reports. Above: `command_line`."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, cast, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assistant.answering.writer import WriterChoice
from assistant.errors import AssistantError
from eval import gates
from eval.dialogue.dialogue import Played, TurnResult, play
from eval.dialogue.report import report
from eval.dialogue.scenarios import Scenario, Suite, SuiteInvalid, load_suite
from eval.dialogue.suite_check import unreachable
from eval.opening import OpeningFailed, open_front, shop_facts_of
from eval.showing import show_dialogue, show_json
from model_serving.errors import ModelError
from retrieval.errors import RetrievalError

FAULT = 2
MISSED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueRun:
    suites: tuple[Path, ...]
    url: str
    writer: WriterChoice | None
    only: str
    seed: int
    at_once: int
    out: Path | None
    gate: bool
    rates_only: bool
    as_json: bool
    home: Path


def writer_named(name: str) -> WriterChoice | None:
    """None where none was named. Raises typer.BadParameter."""
    for known in get_args(WriterChoice):
        if name == known:
            return cast(WriterChoice, known)
    if name:
        raise typer.BadParameter(f"{name!r} is no writer: choose {', '.join(get_args(WriterChoice))}")
    return None


def check(paths: Sequence[Path], *, home: Path) -> int:
    """0 when every suite can be read and asks for what the shop can give."""
    console, wrong = Console(highlight=False), False
    shop = shop_facts_of(home)
    for path in paths:
        try:
            suite = load_suite(path)
            problems = [f"{path}: {line}" for line in unreachable(suite, shop)]
        except SuiteInvalid as error:
            problems, suite = str(error).splitlines(), None
        for problem in problems:
            console.print(f"[red]{escape(problem)}[/]", soft_wrap=True)
        if suite is not None and not problems:
            console.print(
                f"{path}: {len(suite.scenarios)} conversations, {suite.turns} turns, {len(suite.tags)} tags: good",
                soft_wrap=True,
            )
        wrong = wrong or bool(problems)
    return FAULT if wrong else 0


def run(chosen: DialogueRun) -> int:
    try:
        suites = [_only(load_suite(path), chosen.only) for path in chosen.suites]
        reports = [_reported(played, chosen) for played in asyncio.run(_play_all(suites, chosen))]
    except (SuiteInvalid, OpeningFailed, AssistantError, ModelError, RetrievalError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAULT
    _show(reports, chosen)
    missed = [f"{each['suite']}: {line}" for each in reports for line in gates.failed(gates.DIALOGUE, each)]
    if chosen.gate:
        sys.stderr.writelines(f"gate missed: {line}\n" for line in missed)
    return MISSED if chosen.gate and missed else 0


def _only(suite: Suite, words: str) -> Suite:
    def wanted(scenario: Scenario) -> bool:
        return words.lower() in " ".join((scenario.name, *scenario.tags)).lower()

    kept = tuple(scenario for scenario in suite.scenarios if wanted(scenario))
    if not kept:
        names = ", ".join(repr(scenario.name) for scenario in suite.scenarios[:5])
        raise OpeningFailed(f"no scenario of {suite.suite!r} holds {words!r}: there are {names}, …")
    return suite.model_copy(update={"scenarios": kept})


async def _play_all(suites: Sequence[Suite], chosen: DialogueRun) -> list[Played]:
    played = []
    where = open_front(home=chosen.home, url=chosen.url, writer=chosen.writer, on_progress=_tell_steps())
    async with where as (front, shop):
        for suite in suites:
            with _progress(suite, quiet=chosen.as_json and not sys.stderr.isatty()) as on_turn:
                played.append(await play(suite, front, shop, seed=chosen.seed, at_once=chosen.at_once, on_turn=on_turn))
    return played


def _tell_steps() -> Callable[[str, int, int], None]:
    """Each step of opening once, on the standard error."""
    told: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        del done, total
        if step not in told:
            told.add(step)
            sys.stderr.write(f"{step} …\n")

    return tell


@contextmanager
def _progress(suite: Suite, *, quiet: bool) -> Iterator[Any]:
    """A bar on the standard error, with how many turns were reached so far."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("reached {task.fields[reached]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task(suite.suite, total=suite.turns, reached=0)
        reached = 0

        def on_turn(result: TurnResult) -> None:
            nonlocal reached
            reached += result.reached
            bar.update(task, advance=1, reached=reached)

        yield on_turn


def _reported(played: Played, chosen: DialogueRun) -> dict[str, Any]:
    full = report(played, seed=chosen.seed, versions=_versions())
    if chosen.rates_only:
        return {**full, "failures": [], "ungrounded": [], "unnamed": [], "repeated": [], "talks": {}}
    return full


def _versions() -> dict[str, str]:
    return {"aisle": metadata.version("aisle"), "python": platform.python_version()}


def _show(reports: Sequence[dict[str, Any]], chosen: DialogueRun) -> None:
    whole: Any = reports[0] if len(reports) == 1 else list(reports)
    if chosen.out is not None:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if chosen.as_json:
        show_json(whole)
        return
    for each in reports:
        show_dialogue(each)
