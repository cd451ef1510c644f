"""Each command that README or a document tells is there, and takes what it is given. Nothing is run."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs.shell_commands import ROOT, Told, told_commands

PLAN = importlib.util.spec_from_file_location("reference_commands", ROOT / "scripts" / "docs" / "reference_commands.py")
assert PLAN is not None and PLAN.loader is not None
reference_commands = importlib.util.module_from_spec(PLAN)
PLAN.loader.exec_module(reference_commands)

TOLD = told_commands()
HELPED = ("--help", "--debug", "--version")
ELLIPSIS = "…"


def told_of(program: str) -> list[Any]:
    found = [told for told in TOLD if told.words and told.words[0] == program]
    return [pytest.param(told, id=f"{told.page}:{told.line}") for told in found]


def readings(words: list[str]) -> list[list[str]]:
    """`turn|start` is two commands; what stands in [brackets] may be left out, and is given here."""
    plain = [word.strip("[]") for word in words if word not in ("[", "]")]
    at = next((at for at, word in enumerate(plain) if "|" in word and not word.startswith("-")), None)
    if at is None:
        return [plain]
    return [reading for one in plain[at].split("|") for reading in readings([*plain[:at], one, *plain[at + 1 :]])]


def complaint(words: list[str]) -> str:
    """Why the command line cannot be meant; empty when it can."""
    words = [word for word in words[1:] if word not in HELPED]
    if not words or words[0].startswith("-") or words[0] == ELLIPSIS:
        return ""
    if words[0] not in reference_commands.names():
        return f"no command {words[0]!r}"
    command: Any = reference_commands.top(words[0]).commands[words[0]]
    rest = words[1:]
    while getattr(command, "commands", None):
        if not rest or rest[0] == ELLIPSIS:
            return ""
        if rest[0].startswith("-"):
            return (
                _misuse(command, _given(rest))
                if command.invoke_without_command
                else f"{rest[0]!r} before a command's name"
            )
        if rest[0] not in command.commands:
            return f"no command {rest[0]!r} among {', '.join(command.commands)}"
        command, rest = command.commands[rest[0]], rest[1:]
    return _misuse(command, _given(rest))


def _given(words: list[str]) -> list[str]:
    """An ellipsis after an option is its value; elsewhere it is what was said before."""
    before = ["", *words]
    return [word for at, word in enumerate(words) if word not in (ELLIPSIS, "...") or before[at].startswith("--")]


def _misuse(command: Any, rest: list[str]) -> str:
    context = command.context_class(command, info_name=command.name)
    try:
        options, left, _ = command.make_parser(context).parse_args(args=list(rest))
    except Exception as error:  # noqa: BLE001  # whichever click typer brings has its own errors; each of them is the finding
        return str(getattr(error, "message", "") or error or type(error).__name__)
    if left:
        return f"does not take {' '.join(left)!r}"
    for parameter in command.params:
        choices = getattr(getattr(parameter, "type", None), "choices", None)
        given = options.get(parameter.name)
        if choices and isinstance(given, str) and given not in [getattr(one, "value", one) for one in choices]:
            return f"{given!r} is none of {', '.join(map(str, choices))}"
    return ""


@pytest.mark.parametrize("told", told_of("aisle"))
def test_the_command_line_takes_it(told: Told):
    for words in readings(told.words):
        found = complaint(words)
        named_only = told.within_a_sentence and "requires an argument" in found
        assert named_only or found == "", f"{told.page}:{told.line}: {told.text}"


@pytest.mark.parametrize("told", told_of("make"))
def test_make_has_the_target(told: Told):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = [word for word in told.words[1:] if "=" not in word]
    assert set(wanted) <= targets, f"{told.page}:{told.line}"


@pytest.mark.parametrize("told", told_of("python"))
def test_the_module_or_script_is_there_and_knows_its_options(told: Told):
    words = told.words[1:]
    if words[:1] == ["-m"]:
        if words[1] in ("venv", "pip", "http.server"):
            return
        found = importlib.util.find_spec(words[1])
        assert found is not None and found.origin, f"{told.page}:{told.line}: no module {words[1]}"
        source, rest = Path(found.origin), words[2:]
    else:
        source, rest = ROOT / words[0], words[1:]
    assert source.is_file(), f"{told.page}:{told.line}: no {source.name}"
    beside = source.parent.glob("*.py") if source.name == "__init__.py" or words[:1] == ["-m"] else [source]
    text = "\n".join(file.read_text(encoding="utf-8") for file in beside)
    for option in (word.strip("[]").partition("=")[0] for word in rest if word.strip("[]").startswith("--")):
        plain = option.removeprefix("--")
        assert option in text or plain.replace("-", "_") in text, (
            f"{told.page}:{told.line}: {source.name} knows no {option}"
        )


def test_scripts_that_are_told_are_there():
    told = {
        (one.page, one.words[0])
        for one in TOLD
        if one.words and one.words[0].startswith(("scripts/", "eval/", "deploy/"))
    }
    assert not [found for found in told if not (ROOT / found[1]).is_file()]


def test_a_command_that_is_not_there_is_found():
    assert complaint(["aisle", "shop", "improt", "FILE"]).startswith("no command")
    assert "No such option" in complaint(["aisle", "shop", "import", "FILE", "--merg-e"])
    assert complaint(["aisle", "shop", "validate", "FILE", "another"]).startswith("does not take")
    assert complaint(["aisle", "shop", "import", "FILE", "--merge"]) == ""


def test_commands_were_found_at_all():
    assert len(TOLD) > 150
    assert {told.page for told in TOLD} >= {
        "README.md",
        "docs/tutorial/your-shop.md",
        "docs/models.md",
        "docs/operations.md",
    }
