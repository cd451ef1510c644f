"""A learnt set as examples for tuning, in the form that `aisle models tune` reads (pure but for the writing).

Above: `learned_files`. Below: the prompts as the assistant sends them, `model_serving.tuning.examples`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from assistant.answering.prompt import writer_messages
from assistant.context import Context
from assistant.feedback.learned import Item, Learned
from assistant.understanding.planned_prompt import answer_of, planner_messages
from model_serving.tuning.examples import Example, write_examples

FOLDER: Final = "tuning"


def write_tuning(folder: Path, learned: Learned) -> None:
    """`FOLDER` below it: a manifest and a file a split, all for training."""
    write_examples(folder / FOLDER, examples_of(learned), settings={"learned": learned.label})


def examples_of(learned: Learned) -> Iterator[Example]:
    """Ways to say things for the reader, better words for the writer; what says neither is left out."""
    for one in learned.items:
        if one.becomes == "reader_example" or (one.becomes == "tuning_example" and one.label and not one.better):
            if answer := answer_of(one.label, one.text):
                messages = planner_messages(one.text, Context(), (), ())
                yield Example(id=_id(one), task="reader", split="train", messages=tuple(messages), answer=answer)
        elif one.becomes in ("writer_example", "tuning_example") and one.better:
            messages = writer_messages(one.text, "", ())
            yield Example(id=_id(one), task="writer", split="train", messages=tuple(messages), answer=one.better)


def _id(one: Item) -> str:
    return f"learned-{sha256(f'{one.becomes}:{one.text}:{one.better}'.encode()).hexdigest()[:16]}"
