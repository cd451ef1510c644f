"""Examples on disk: the same bytes for the same examples, and a file that was changed is not believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_serving.chat import ChatMessage
from model_serving.tuning.examples import Example, ExamplesInvalid, read_examples, read_manifest, write_examples


def example(id: str, split: str = "train", answer: str = "Sure!") -> Example:
    return Example(
        id=id,
        task="writer",
        split=split,  # type: ignore[arg-type]
        messages=(ChatMessage(role="system", content="Be kind."), ChatMessage(role="user", content="hé")),
        answer=answer,
        marks={"template": "found"},
    )


def test_examples_come_back_as_they_were_written_with_their_counts(tmp_path: Path) -> None:
    made = [example("a"), example("b", "test", "")]

    manifest = write_examples(tmp_path, made, settings={"seed": 3})

    assert read_examples(tmp_path, "train") == (made[0],)
    assert read_examples(tmp_path, "test") == (made[1],)
    assert read_manifest(tmp_path) == manifest
    assert manifest["splits"]["test"]["examples"] == 1
    assert manifest["splits"]["test"]["taught"] == 0
    assert write_examples(tmp_path / "again", made, settings={"seed": 3})["sha256"] == manifest["sha256"]


def test_a_changed_file_and_a_missing_folder_name_the_way_out(tmp_path: Path) -> None:
    write_examples(tmp_path, [example("a")], settings={})
    with (tmp_path / "train.jsonl").open("a") as file:
        file.write("{}\n")

    with pytest.raises(ExamplesInvalid, match="aisle eval tuning data"):
        read_examples(tmp_path, "train")
    with pytest.raises(ExamplesInvalid, match="aisle eval tuning data"):
        read_manifest(tmp_path / "nowhere")
