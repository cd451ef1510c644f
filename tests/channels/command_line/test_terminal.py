"""How `aisle chat` shows emphasis."""

from __future__ import annotations

import pytest

from channels.command_line.chat import Terminal


@pytest.mark.parametrize("pieces", [["**Elvar tent**: $164.95"], ["**Elvar", " tent**: ", "$164.95"]])
def test_a_name_is_bold_on_a_terminal_however_its_words_arrive(
    pieces: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(bold=True)
    for piece in pieces:
        terminal.write(piece)
    assert capsys.readouterr().out == "\033[1mElvar tent\033[0m: $164.95"


def test_without_a_terminal_the_marks_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(bold=False).write("**Elvar tent**: $164.95")
    assert capsys.readouterr().out == "Elvar tent: $164.95"
