"""`aisle models tune|convert|card`: what cannot be done ends in a line with the way out."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.command_line.models import model_commands
from model_serving.chat import ChatMessage
from model_serving.tuning.examples import Example, write_examples

runner = CliRunner()


def data(folder: Path) -> Path:
    message = ChatMessage(role="user", content="hi")
    write_examples(
        folder, [Example(id="e", task="reader", split="train", messages=(message,), answer="{}")], settings={}
    )
    return folder


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="needs an environment without torch")
def test_training_without_the_extra_names_it(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")

    told = runner.invoke(
        model_commands, ["tune", str(data(tmp_path / "data")), str(tmp_path / "run"), "--base", str(tmp_path / "base")]
    )

    assert told.exit_code == 2
    assert "pip install 'aisle[tuning]'" in told.output


def test_training_without_examples_tells_how_to_make_them(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()

    told = runner.invoke(
        model_commands, ["tune", str(tmp_path), str(tmp_path / "run"), "--base", str(tmp_path / "base")]
    )

    assert told.exit_code == 2
    assert "aisle eval tuning data" in told.output


def test_converting_and_describing_what_was_never_trained_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")

    converted = runner.invoke(model_commands, ["convert", str(tmp_path), "--model", str(model)])
    described = runner.invoke(model_commands, ["card", str(tmp_path), str(data(tmp_path / "data"))])

    assert (converted.exit_code, described.exit_code) == (2, 2)
    assert "aisle models tune" in converted.output
    assert "train and evaluate first" in described.output


def test_a_card_is_written_beside_the_adapter(tmp_path: Path) -> None:
    folder = data(tmp_path / "data")
    sha256 = json.loads((folder / "manifest.json").read_text())["sha256"]
    told = {
        "settings": {}, "data_sha256": sha256, "steps": 1, "tokens": 2, "cpu_seconds": 3.0, "first_loss": 1.0, "last_loss": 0.5,
        "trained_weights": 4, "torch": "2",
    }  # fmt: skip
    (tmp_path / "run.json").write_text(json.dumps(told))

    written = runner.invoke(model_commands, ["card", str(tmp_path), str(folder), "--decision", "Not used by default."])

    assert written.exit_code == 0, written.output
    assert "Not used by default." in (tmp_path / "MODEL_CARD.md").read_text()
