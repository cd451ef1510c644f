"""What `aisle eval intents` does: reads every utterance with the product's own reader, marks it, reports by language.

Above: `command_line`. Below: `intents_marking`, the product opened in this process.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.bootstrap import Aisle, open_aisle
from assistant.errors import AssistantError
from eval.intents.intents import IntentsInvalid, IntentSuite, Utterance, load_intents
from eval.intents.marking import Judge, Mark, marked
from eval.intents.scenes import Scenes
from eval.metrics import Rate, percentile
from eval.opening import Measured
from eval.showing import rate, show_json
from model_serving.settings import ModelSettings
from retrieval.errors import RetrievalError

SUITES = (Path("tests/eval/suites/intents_dev.yaml"), Path("tests/eval/suites/intents_heldout.yaml"))
FAULT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One utterance in one language, read and marked."""

    utterance: Utterance
    language: str
    mark: Mark
    milliseconds: float
    """CPU of the whole process."""


def run(suites: Sequence[Path], *, home: Path, rates_only: bool, as_json: bool) -> int:
    try:
        loaded = [load_intents(path) for path in suites or SUITES]
        reports = asyncio.run(_measured(loaded, home=home, rates_only=rates_only))
    except (IntentsInvalid, AssistantError, RetrievalError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAULT
    if as_json:
        show_json(reports[0] if len(reports) == 1 else {report["suite"]: report for report in reports})
    else:
        for report in reports:
            _show(report)
    return 0


async def _measured(suites: Sequence[IntentSuite], *, home: Path, rates_only: bool) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="aisle-eval-") as folder:
        settings = Measured(home=home, log_folder=Path(folder))
        async with open_aisle(settings, model_settings=ModelSettings(engine="none")) as aisle:
            return [report(suite, await read_all(suite, aisle), rates_only=rates_only) for suite in suites]


async def read_all(suite: IntentSuite, aisle: Aisle) -> list[Read]:
    scenes, judge = Scenes(tuple(aisle.shop.all_products())), _judge(aisle)
    await _warmed(suite, aisle, scenes)
    found = []
    for utterance in suite.utterances:
        for language, said in utterance.words.items():
            conversation = scenes.conversation(utterance.at, language)
            before = time.process_time()
            commands = await aisle.understander.read(conversation, said)
            took = (time.process_time() - before) * 1000
            mark = marked(utterance, commands, conversation, judge)
            found.append(Read(utterance=utterance, language=language, mark=mark, milliseconds=took))
    return found


async def _warmed(suite: IntentSuite, aisle: Aisle, scenes: Scenes) -> None:
    """The first message of a language loads what it needs; a service does so once."""
    for language in {language for utterance in suite.utterances for language in utterance.words}:
        await aisle.understander.read(scenes.conversation("none", language), "xyz xyz xyz")


def _judge(aisle: Aisle) -> Judge:
    def policy(question: str) -> str:
        found = aisle.retriever.find_policies(question, k=1)
        return found[0].title if found else ""

    return Judge(kinds=aisle.lexicon.kinds, policy=policy)


def report(suite: IntentSuite, reads: Sequence[Read], *, rates_only: bool) -> dict[str, Any]:
    languages = list(dict.fromkeys(read.language for read in reads))
    groups = list(dict.fromkeys(read.utterance.intent[0] for read in reads))
    told: dict[str, Any] = {
        "suite": suite.suite,
        "languages": {language: _figures([r for r in reads if r.language == language]) for language in languages},
        "groups": {
            group: {
                language: _rate(r for r in reads if r.language == language and r.utterance.intent[0] == group)
                for language in languages
            }
            for group in groups
        },
    }
    return told if rates_only else {**told, "failures": [_failure(read) for read in reads if _failed(read)]}


def _figures(reads: Sequence[Read]) -> dict[str, Any]:
    found, missed, invented = (
        sum(getattr(read.mark, name) for read in reads) for name in ("found", "missed", "invented")
    )
    whole = sum(read.mark.right and not read.mark.missed and not read.mark.invented for read in reads)
    times = [read.milliseconds for read in reads]
    return {
        "intent": _rate(reads),
        "entities": {
            "f1": round(2 * found / (2 * found + missed + invented), 4) if found else 0.0,
            "recall": Rate(hits=found, of=found + missed).to_plain(),
            "invented": invented,
        },
        "intent_and_entities": Rate(hits=whole, of=len(reads)).to_plain(),
        "cpu_milliseconds": {"p50": round(percentile(times, 0.5), 2), "p95": round(percentile(times, 0.95), 2)},
    }


def _rate(reads: Iterable[Read]) -> dict[str, Any]:
    rights = [read.mark.right for read in reads]
    return Rate(hits=sum(rights), of=len(rights)).to_plain()


def _failed(read: Read) -> bool:
    return not read.mark.right or bool(read.mark.missed) or bool(read.mark.invented)


def _failure(read: Read) -> dict[str, Any]:
    return {
        "language": read.language,
        "said": read.utterance.words[read.language],
        "at": read.utterance.at,
        "wanted": [*read.utterance.intent, read.utterance.entities],
        "read": [read.mark.intent, {name: str(value) for name, value in read.mark.read.items()}],
    }


def _show(told: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table("language", "intent", "entities F1", "intent and entities", "CPU ms p50 / p95", title=told["suite"])
    for language, figures in told["languages"].items():
        times = figures["cpu_milliseconds"]
        f1 = f"{figures['entities']['f1'] * 100:.1f} %"
        row = (language, rate(figures["intent"]), f1, rate(figures["intent_and_entities"]))
        table.add_row(*row, f"{times['p50']} / {times['p95']}")
    console.print(table)
    groups = Table("intent", *told["languages"], title="right, of how many")
    for group, by_language in told["groups"].items():
        groups.add_row(group, *(f"{one['hits']}/{one['of']}" for one in by_language.values()))
    console.print(groups)
    for failure in told.get("failures", []):
        console.print(
            f"[bold]{failure['language']}[/] {escape(failure['said'])} [dim]{failure['at']}[/]", soft_wrap=True
        )
        console.print(f"   wanted {escape(str(failure['wanted']))} read {escape(str(failure['read']))}", soft_wrap=True)
