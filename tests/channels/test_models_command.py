"""`aisle models`, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from channels.command_line.models import model_commands


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(model_commands, list(arguments))
    return result.exit_code, result.output


def test_list_tells_what_is_there_and_how_to_get_the_rest(tmp_path: Path) -> None:
    code, output = run("list", "--home", str(tmp_path))
    assert code == 0
    assert "llama.cpp" in output and "SmolLM2" in output and "chosen" in output


def test_check_starts_the_model_and_asks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MODEL_REQUANTISE", "false")
    code, output = run("check", "--home", str(tmp_path))
    assert code == 0, output
    assert "first words after" in output and "tokens/s" in output


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_broken_model_file_is_one_line_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "model.gguf").write_bytes(b"not a model")
    monkeypatch.setenv("AISLE_MODEL_PATH", str(tmp_path / "model.gguf"))
    code, output = run(command, "--home", str(tmp_path))
    assert code == 1
    assert "is no GGUF model" in output and "Traceback" not in output


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MODEL_SLOTS", "many")
    code, output = run("list")
    assert code == 2
    assert "AISLE_MODEL_SLOTS" in output


def test_where_there_is_no_model_check_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_MODEL_ENGINE", "none")
    code, output = run("check", "--home", str(tmp_path))
    assert code == 1
    assert "there is no language model" in output
