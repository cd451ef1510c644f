"""`aisle models` changes what is in use, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from channels.command_line.models import model_commands
from model_serving.digests import digest_of
from model_serving.errors import ModelUnavailable

FORCED = ("--force", "--reason", "a test")


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    for number in ("1", "2"):
        (tmp_path / f"writer{number}.gguf").write_text(f"weights {number}")

    def told(*words: str) -> Result:
        return CliRunner().invoke(model_commands, [*words, "--home", str(tmp_path)])

    for number in ("1", "2"):
        done = told("register", "model", f"writer@{number}", "--source", str(tmp_path / f"writer{number}.gguf"))
        assert done.exit_code == 0, done.output
    return told


def test_a_version_is_promoted_and_rolled_back_and_the_history_says_who_and_why(run) -> None:  # type: ignore[no-untyped-def]
    run("promote", "model", "writer@1", *FORCED)
    run("promote", "model", "writer@2", "--force", "--reason", "scores better")
    assert "writer@1 is in use again" in run("rollback", "model").output
    shown = run("versions").output
    assert "in use" in shown
    assert "before" in shown
    assert "scores" in run("history").output


def test_a_promotion_without_a_report_of_this_version_is_refused_with_the_way_out(run) -> None:  # type: ignore[no-untyped-def]
    done = run("promote", "model", "writer@1")
    assert done.exit_code == 1
    assert "aisle models measure model writer@1" in done.output
    assert "takes a reason" in run("promote", "model", "writer@1", "--force").output
    assert "promoted" not in run("history").output


def test_a_canary_starts_and_stops(run) -> None:  # type: ignore[no-untyped-def]
    run("promote", "model", "writer@1", *FORCED)
    assert "10 % of the conversations try writer@2" in run("canary", "start", "writer@2").output
    wide = run("canary", "start", "writer@2", "--share", "80")
    assert "aisle models measure model writer@2" in wide.output
    assert "canary" in run("versions").output
    assert "no longer tried" in run("canary", "stop").output
    assert "no canary was running" in run("canary", "stop").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("promote", "model", "writer@9"), "writer@1, writer@2"),
        (("promote", "cake", "writer@1"), "no kind of version"),
        (("rollback", "model"), "no model before"),
        (("register", "model", "writer", "--source", "x"), "name@version"),
        (("register", "model", "writer@3", "--source", "/nowhere/at/all"), "nothing lies at"),
        (("register", "model", "writer@1", "--source", __file__), "another content"),
        (("canary", "start", "writer@7"), "is registered"),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(run, words, told) -> None:  # type: ignore[no-untyped-def]
    done = run(*words)
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output
    assert "promoted" not in run("history").output


def test_a_pinned_model_stays(run) -> None:  # type: ignore[no-untyped-def]
    run("promote", "model", "writer@1", *FORCED)
    run("pin", "model")
    assert "unpin it first" in run("promote", "model", "writer@2", *FORCED).output
    run("unpin", "model")
    assert run("promote", "model", "writer@2", *FORCED).exit_code == 0


def test_the_digest_of_a_folder_changes_with_any_file_or_name(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text("{}")
    first = digest_of(str(tmp_path / "m"))
    (tmp_path / "m" / "config.json").write_text("{ }")
    second = digest_of(str(tmp_path / "m"))
    (tmp_path / "m" / "config.json").rename(tmp_path / "m" / "other.json")
    assert len({first, second, digest_of(str(tmp_path / "m"))}) == 3
    assert digest_of("http://127.0.0.1:8000") == ""
    with pytest.raises(ModelUnavailable):
        digest_of(str(tmp_path / "nothing"))
