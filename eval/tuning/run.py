"""What `aisle eval tuning reader|writer` does: asks a model, reads by rules, marks, reports.

Above: `tuning_command`. Below: `tuning_reading`, `tuning_writing`, `tuning_answers`, the product opened in this process.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from assistant.answering.prompt import writer_messages
from assistant.answering.writer import writer_sampling
from assistant.bootstrap import Aisle, open_aisle
from assistant.context import context_of
from assistant.understanding.planned_prompt import planner_messages
from assistant.understanding.planned_schema import schema
from eval.dialogue.dialogue import play
from eval.dialogue.scenarios import load_suite
from eval.intents.intents import load_intents
from eval.intents.marking import Judge
from eval.intents.scenes import Scenes
from eval.opening import Measured, OpeningFailed, shop_facts_of
from eval.shopfronts import InProcess
from eval.tuning.answers import Question, ask_all
from eval.tuning.reading import Message, of_example, of_suite, read_by_all, reading_report
from eval.tuning.writing import Written, writing_report
from eval.writer.writer import Case, RecordingWriter, sample
from model_serving.chat import Sampling
from model_serving.ports import LanguageModel
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from model_serving.tuning.examples import Example, read_examples
from model_serving.waiting import wait_until_ready

START = 300.0
PLANNER = Sampling(max_tokens=300)
"""As the planner asks."""
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningRun:
    data: Path
    home: Path
    """With the demo shop, which is the test split's."""
    folder: Path
    """Where the answers are kept."""
    settings: ModelSettings
    name: str
    """Of the model in the report and the file of answers: "base", "tuned"."""
    suites: tuple[Path, ...] = ()
    most: int = 0
    """Examples of the test split that are asked, drawn by the seed; 0 for all."""
    free: bool = False
    """Ask without the JSON schema."""
    seed: int = 7


async def measure_reader(run: TuningRun, *, on_progress: OnProgress) -> dict[str, Any]:
    """Raises what reading the examples, opening the assistant and starting the model raise."""
    async with _aisle(run) as aisle:
        judge = _judge(aisle)
        parts: dict[str, Sequence[Message]] = {
            "test": [of_example(example, aisle.lexicon, judge) for example in _drawn(run, "reader")]
        }
        scenes = Scenes(tuple(aisle.shop.all_products()))
        for path in run.suites:
            suite = load_intents(path)
            parts[suite.suite] = of_suite(suite, scenes, judge)
        messages = [message for part in parts.values() for message in part]
        async with _model(run) as model:
            answers = await ask_all(
                model,
                [_planner_question(message, free=run.free) for message in messages],
                run.folder / f"reader-{run.name}.jsonl",
                on_answer=lambda done: on_progress("reading", done, len(messages)),
            )
        report: dict[str, Any] = {"model": run.name, "with_schema": not run.free}
        for name, part in parts.items():
            found = []
            for message in part:
                by_rules = await aisle.understander.read(message.conversation, message.said)
                found.append(await read_by_all(message, by_rules, answers[message.id].text, aisle.lexicon))
            report[name] = reading_report(found)
        return report


async def measure_writer(run: TuningRun, *, on_progress: OnProgress) -> dict[str, Any]:
    """The template's words, the model's, and what the assistant would say of the model's, on the test's drafts and suites."""
    parts: dict[str, list[tuple[str, Written, Any]]] = {"test": [_of_example(e) for e in _drawn(run, "writer")]}
    for path in run.suites:
        parts[path.stem] = [_of_case(f"{path.stem}-{n:03d}", case) for n, case in enumerate(await _played(run, path))]
    every = [one for part in parts.values() for one in part]
    async with _model(run) as model:
        answers = await ask_all(
            model,
            [Question(id=id, messages=asked, sampling=writer_sampling(draft.lead)) for id, draft, asked in every],
            run.folder / f"writer-{run.name}.jsonl",
            on_answer=lambda done: on_progress("writing", done, len(every)),
        )
    report: dict[str, Any] = {"model": run.name}
    for name, part in parts.items():
        by_model = [_said(draft, answers[id].text) for id, draft, _ in part]
        report[name] = {
            "template": writing_report([_said(draft, draft.lead) for _, draft, _ in part]),
            "model": writing_report(by_model),
        }
    return report


def _said(draft: Written, reply: str) -> Written:
    return Written(lead=draft.lead, customer=draft.customer, reply=reply.strip(), act=draft.act, kind=draft.kind)


def _of_example(example: Example) -> tuple[str, Written, Any]:
    marks = example.marks
    draft = Written(lead=marks["lead"], customer=marks["customer"], reply="", act=marks["template"], kind=marks["kind"])
    return example.id, draft, example.messages


def _of_case(id: str, case: Case) -> tuple[str, Written, Any]:
    lead = " ".join(p.sentence for p in case.draft.paragraphs if p.sentence)
    return (
        id,
        Written(lead=lead, customer=case.customer, reply=""),
        writer_messages(lead, case.customer, case.transcript),
    )


async def _played(run: TuningRun, suite: Path) -> Sequence[Case]:
    recorder, shop = RecordingWriter(), shop_facts_of(run.home)
    async with _aisle(run, recorder) as aisle:
        await play(load_suite(suite), InProcess(aisle.assistant), shop, seed=run.seed)
    cases = [case for case in recorder.cases if any(p.sentence for p in case.draft.paragraphs)]
    return sample(cases, run.most or len(cases), seed=run.seed)


def _drawn(run: TuningRun, task: str) -> list[Example]:
    """By chance, but no wording twice before every wording was drawn once."""
    every = [example for example in read_examples(run.data, "test") if example.task == task]
    mixed = Random(run.seed).sample(every, len(every))
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, int, Example]] = []
    for place, example in enumerate(mixed):
        rounds.append((seen[example.marks["template"]], place, example))
        seen[example.marks["template"]] += 1
    rounds.sort(key=lambda one: one[:2])
    return [example for _, _, example in rounds[: run.most or len(rounds)]]


def _planner_question(message: Message, *, free: bool) -> Question:
    conversation = message.conversation
    titles = [item.title for item in conversation.cart.items]
    asked = planner_messages(message.said, context_of(conversation), conversation.transcript, titles)
    return Question(id=message.id, messages=asked, sampling=PLANNER, schema=None if free else schema())


@asynccontextmanager
async def _aisle(run: TuningRun, writer: RecordingWriter | None = None) -> AsyncIterator[Aisle]:
    with tempfile.TemporaryDirectory(prefix="aisle-eval-") as folder:
        settings = Measured(home=run.home, log_folder=Path(folder), answering_writer="template")
        async with open_aisle(settings, model_settings=ModelSettings(engine="none"), writer=writer) as aisle:
            yield aisle


@asynccontextmanager
async def _model(run: TuningRun) -> AsyncIterator[LanguageModel]:
    async with open_language_model(run.settings, home=run.home) as model:
        if model is None:
            raise OpeningFailed("no language model is there to measure: `aisle models list` tells why")
        await wait_until_ready(model, timeout=START)
        yield model


def _judge(aisle: Aisle) -> Judge:
    def policy(question: str) -> str:
        found = aisle.retriever.find_policies(question, k=1)
        return found[0].title if found else ""

    return Judge(kinds=aisle.lexicon.kinds, policy=policy)
