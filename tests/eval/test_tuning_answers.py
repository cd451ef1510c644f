"""Answers are asked once: a run that was broken off goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.tuning.answers import Question, ask_all
from model_serving.chat import ChatMessage, Sampling
from model_serving.language_models.scripted import ScriptedModel

pytestmark = pytest.mark.anyio


def question(id: str) -> Question:
    return Question(id=id, messages=(ChatMessage(role="user", content=id),), sampling=Sampling(max_tokens=5))


async def test_what_is_kept_is_not_asked_again_and_a_line_cut_off_is(tmp_path: Path) -> None:
    kept, seen = tmp_path / "out" / "answers.jsonl", list[int]()
    model = ScriptedModel(script={"": ("yes", ", sir")})
    await ask_all(model, [question("a"), question("b")], kept, on_answer=seen.append)
    whole = kept.read_text()
    kept.write_text(whole + '{"id": "c", "te')

    answers = await ask_all(model, [question("a"), question("b"), question("c")], kept, on_answer=seen.append)

    assert {id: answer.text for id, answer in answers.items()} == dict.fromkeys("abc", "yes, sir")
    assert len(model.asked) == 3
    assert seen[-1] == len(seen) == 3
    again = await ask_all(model, [question("c")], kept, on_answer=seen.append)
    assert (again["c"].text, len(model.asked)) == ("yes, sir", 3)


async def test_a_failure_is_an_empty_answer_with_its_reason(tmp_path: Path) -> None:
    model = ScriptedModel(script={}, fault="overload")

    answers = await ask_all(model, [question("a")], tmp_path / "a.jsonl", on_answer=lambda done: None)

    assert (answers["a"].text, "busy" in answers["a"].failed) == ("", True)
