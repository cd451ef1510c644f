"""The page of the command line, from the commands themselves: nothing of it is run. Used by site_hooks.py and by the test of
commands in the documents.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import typer
from typer.core import TyperGroup

from channels.command_line import main as command_line

LEAD = """# Command line

Written at build from the commands themselves. `aisle --debug …` shows where an error comes from. Exit codes: 0 done; 1 refused or
failed, with the reason in a sentence; 2 used wrongly; 3 the port is in use; 70 an error that nobody foresaw; 130 ended by Ctrl-C.

"""


@functools.cache
def top(name: str) -> TyperGroup:
    """The whole command line with this command loaded."""
    group = typer.main.get_command(command_line.build_app([name]))
    assert isinstance(group, TyperGroup)
    return group


def names() -> tuple[str, ...]:
    return tuple(top("").commands)


def page() -> str:
    told = [LEAD]
    for name in names():
        for path, command in leaves(top(name).commands[name], ("aisle", name)):
            told.append(_shown(path, command))
    return "\n".join(told)


def leaves(command: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """A command and those below it, with their full names."""
    yield path, command
    for name, below in (getattr(command, "commands", None) or {}).items():
        yield from leaves(below, (*path, name))


def _shown(path: tuple[str, ...], command: object) -> str:
    head = "##" if len(path) == 2 else "###"
    words = str(getattr(command, "help", "") or getattr(command, "short_help", "") or "").replace("\b", "")
    told = [f"{head} {' '.join(path)}", "", _escaped(words), ""]
    rows = [row for parameter in getattr(command, "params", ()) for row in _row(parameter)]
    if rows and not hasattr(command, "commands"):
        told += ["| argument, option | default | |", "|---|---|---|", *rows, ""]
    return "\n".join(told)


def _row(parameter: object) -> Iterator[str]:
    if getattr(parameter, "hidden", False) or getattr(parameter, "name", "") == "help":
        return
    options = [*getattr(parameter, "opts", ()), *getattr(parameter, "secondary_opts", ())]
    is_option = getattr(parameter, "param_type_name", "") == "option"
    shown = (
        ", ".join(f"`{option}`" for option in options)
        if is_option
        else f"`{str(getattr(parameter, 'name', '')).upper()}`"
    )
    default = getattr(parameter, "default", None)
    plain = isinstance(default, str | int | float) and not isinstance(default, bool) and str(default) != ""
    told = f"`{default}`" if plain else ("needed" if getattr(parameter, "required", False) else "")
    yield f"| {shown} | {told} | {_escaped(getattr(parameter, 'help', '') or '')} |"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
