"""`aisle eval` and `aisle bench` as typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.command_line import bench_commands, eval_commands

SUITE = """
suite: tiny
scenarios:
  - name: a tent
    turns: [{says: tents, expect: {cards: {category_any: [Tents]}}}]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def typed(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(eval_commands, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_check_only_reads_a_suite_and_plays_nothing(suite: Path, tmp_path: Path) -> None:
    code, output = typed("dialogue", "--suite", suite, "--check-only", "--home", tmp_path / "home")
    assert code == 0
    assert "1 conversations, 1 turns" in output.replace("\n", " ")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("more", [(), ("--check-only",)])
def test_a_suite_that_cannot_be_read_is_told_without_a_traceback(tmp_path: Path, more: tuple[str, ...]) -> None:
    code, output = typed("dialogue", "--suite", tmp_path / "none.yaml", "--home", tmp_path / "home", *more)
    assert code == 2
    assert "cannot be read" in output.replace("\n", " ")


def test_a_server_that_does_not_answer_is_told_with_the_way_out(suite: Path, tmp_path: Path) -> None:
    code, output = typed("dialogue", "--suite", suite, "--url", "http://127.0.0.1:9", "--home", tmp_path / "home")
    assert code == 2
    assert "start one with `aisle serve`" in output


def test_words_that_no_scenario_holds_are_told(suite: Path, tmp_path: Path) -> None:
    code, output = typed("dialogue", "--suite", suite, "--only", "zebra", "--home", tmp_path / "home")
    assert code == 2
    assert "no scenario of 'tiny' holds 'zebra'" in output


def test_an_unknown_writer_is_refused(suite: Path) -> None:
    code, output = typed("dialogue", "--suite", suite, "--writer", "poet")
    assert code == 2
    assert "choose template" in output.replace("\n", " ").replace("│", "").replace("  ", " ")


def test_each_command_has_its_help() -> None:
    assert all(name in typed("--help")[1] for name in ("dialogue", "retrieval", "writer"))
    assert "store" in CliRunner().invoke(bench_commands, ["--help"]).output
