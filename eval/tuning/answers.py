"""A model's answers to examples, asked once and kept: an evaluation that is broken off goes on, and marks cost nothing anew.

One JSON line an answer. Above: `tuning_run`. Below: the port of language models.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio

from model_serving.chat import ChatMessage, Sampling
from model_serving.errors import ModelError
from model_serving.ports import LanguageModel

DEADLINE = 180.0
"""Seconds; a measurement on a busy machine waits where a customer would not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    id: str
    messages: Sequence[ChatMessage]
    sampling: Sampling
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    id: str
    text: str
    seconds: float
    failed: str = ""


async def ask_all(
    model: LanguageModel,
    questions: Sequence[Question],
    kept: Path,
    *,
    at_once: int = 2,
    on_answer: Callable[[int], None],
) -> dict[str, Answer]:
    """Every question's answer by id; those that `kept` has are not asked again. What fails is an empty answer with its reason."""
    known = _read(kept)
    waiting = [question for question in questions if question.id not in known]
    limit = anyio.Semaphore(at_once)
    kept.parent.mkdir(parents=True, exist_ok=True)
    _end_line(kept)

    async def one(question: Question) -> None:
        async with limit:
            answer = await _ask(model, question)
        known[answer.id] = answer
        line = json.dumps(
            {"id": answer.id, "text": answer.text, "seconds": round(answer.seconds, 3), "failed": answer.failed},
            ensure_ascii=False,
        )
        async with await anyio.open_file(kept, "a", encoding="utf-8") as file:
            await file.write(f"{line}\n")
        on_answer(len(known))

    async with anyio.create_task_group() as group:
        for question in waiting:
            group.start_soon(one, question)
    return {question.id: known[question.id] for question in questions}


async def _ask(model: LanguageModel, question: Question) -> Answer:
    begun, text, failed = time.perf_counter(), "", ""
    try:
        stream = model.stream(
            question.messages, schema=question.schema, sampling=question.sampling, priority="batch", deadline=DEADLINE
        )
        async with stream as deltas:
            async for delta in deltas:
                text += delta.text
    except ModelError as error:
        failed = str(error)
    return Answer(id=question.id, text=text, seconds=time.perf_counter() - begun, failed=failed)


def _end_line(kept: Path) -> None:
    """What follows a line that was cut off is a line of its own."""
    if kept.exists() and not kept.read_text(encoding="utf-8").endswith("\n"):
        with kept.open("a", encoding="utf-8") as file:
            file.write("\n")


def _read(kept: Path) -> dict[str, Answer]:
    """Without a last line that was cut off."""
    if not kept.exists():
        return {}
    found: dict[str, Answer] = {}
    for line in kept.read_text(encoding="utf-8").splitlines():
        try:
            answer = Answer(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[answer.id] = answer
    return found
