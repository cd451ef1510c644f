"""What a learnt set gives each part: lines for retrieval, examples in prompts, cases that the suites can play, tuning data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answering.prompt import writer_messages
from assistant.context import Context
from assistant.feedback.learned import Item, Learned
from assistant.feedback.learned_files import LearnedUnreadable, forget_files, read_learned, write_learned
from assistant.feedback.proposing import labels
from assistant.understanding.planned_prompt import answer_of, planner_messages
from assistant.understanding.planned_schema import read_answer
from channels.command_line.model_tuning import joined
from eval.dialogue.scenarios import load_suite
from model_serving.tuning.examples import Example, read_examples, write_examples

LEARNED = Learned(
    number=7,
    items=(
        Item(becomes="synonym", language="en", text="Bolster", better="meditation cushion"),
        Item(becomes="synonym", language="en", text="bolster", better="Meditation Cushion"),
        Item(becomes="reader_example", language="en", text="yo, where's my stuff", label="track_order"),
        Item(becomes="reader_example", language="de", text="wo bleibt's", label="track_order"),
        Item(becomes="writer_example", language="en", text="It was cancelled.", better="Done: it is cancelled."),
        Item(becomes="eval_case", language="en", text="a {bolster}", conditions="cards: {min: 1}"),
        Item(becomes="tuning_example", language="en", text="No.", better="I am sorry, no."),
    ),
)


def test_each_part_reads_what_is_its_own() -> None:
    assert LEARNED.synonyms == "bolster, meditation cushion\n"
    assert LEARNED.examples(english=True) == {"track_order": ["yo, where's my stuff"]}
    assert LEARNED.examples(english=False) == {"track_order": ["wo bleibt's"]}
    assert LEARNED.label.startswith("learned@7-")
    assert Learned(number=8, items=tuple(reversed(LEARNED.items))).digest == LEARNED.digest
    assert Learned(number=7, items=LEARNED.items[1:]).label != LEARNED.label
    assert Learned().label == ""


def test_prompts_have_what_was_learnt_behind_their_own_examples() -> None:
    asked = planner_messages("hi", Context(), (), (), learnt=LEARNED.readings)
    assert len(asked) == len(planner_messages("hi", Context(), (), ())) + 4
    assert any("yo, where's my stuff" in message.content for message in asked)
    wrote = [message.content for message in writer_messages("d", "c", (), learnt=LEARNED.rewordings)]
    assert "Done: it is cancelled." in wrote
    assert wrote[0] == writer_messages("d", "c", ())[0].content


def test_every_label_that_has_an_answer_has_one_that_the_schema_allows() -> None:
    answered = [label for label in labels() if answer_of(label, "some words")]
    assert set(labels()) - set(answered) == {"cheaper", "yes", "no", "forgot", "any_variant"}
    for label in answered:
        assert read_answer(answer_of(label, "some words"))


def test_the_files_are_read_back_played_and_tuned_with(tmp_path: Path) -> None:
    folder = write_learned(tmp_path, LEARNED)
    assert read_learned(folder) == LEARNED
    suite = load_suite(folder / "accepted.yaml")
    assert (suite.suite, suite.scenarios[0].turns[0].says) == ("accepted", "a (bolster)")
    made = read_examples(folder / "tuning", "train")
    assert sorted(one.task for one in made) == ["reader", "reader", "writer", "writer"]
    generated = Example(id="g", task="reader", split="dev", messages=made[0].messages, answer="{}")
    write_examples(tmp_path / "data", [generated], settings={})
    both = joined(tmp_path / "data", folder / "tuning", tmp_path / "both")
    assert len(read_examples(both, "train")) == 4
    assert [one.id for one in read_examples(both, "dev")] == ["g"]
    lines = (folder / "examples.jsonl").read_text().splitlines()
    assert {json.loads(line)["becomes"] for line in lines} == {"reader_example", "writer_example", "tuning_example"}
    forget_files(tmp_path, [8])
    assert not folder.exists()
    with pytest.raises(LearnedUnreadable, match="AISLE_LEARNED"):
        read_learned(folder)
