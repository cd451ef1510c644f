"""`aisle`: the command line. It knows each command's name and help, and imports only the one that is asked for.

Exit codes: 0 done; 1 refused or failed, with the reason in a sentence; 2 the command was used wrongly; 3 the port is in use;
70 an error nobody foresaw (`aisle --debug …` shows where); 130 ended by Ctrl-C. Packages above add commands by the
entry-point group "aisle.commands".
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import typer

from channels.command_line.audited_commands import recorded

FAILED, MISUSED, PORT_IN_USE, UNFORESEEN, INTERRUPTED = 1, 2, 3, 70, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command that is not imported yet."""

    target: str
    """"module:name" of a typer app (a group) or of a function (one command)."""
    help: str

    def load(self) -> Any:
        module, _, name = self.target.partition(":")
        return getattr(importlib.import_module(module), name)


COMMANDS: Mapping[str, Entry] = {
    "serve": Entry(
        target="channels.command_line.serve:serve",
        help="Serve the shop and its assistant.",
    ),
    "chat": Entry(target="channels.command_line.chat:chat", help="Talk to the assistant in this terminal."),
    "call": Entry(
        target="channels.command_line.call:call",
        help="Call a running server as a caller would, and record both sides.",
    ),
    "shop": Entry(
        target="channels.command_line.index:shop_commands", help="Import, export and check a shop's own data."
    ),
    "index": Entry(target="channels.command_line.index:index_commands", help="Build or inspect the search index."),
    "models": Entry(
        target="channels.command_line.models:model_commands", help="List, check and serve language models."
    ),
    "weights": Entry(
        target="channels.command_line.weights:weight_commands", help="The small models that come as packages."
    ),
    "feedback": Entry(
        target="channels.command_line.feedback:feedback_commands",
        help="What was learnt of conversations: make, measure, promote, take back.",
    ),
    "db": Entry(target="channels.command_line.db:db_commands", help="The conversations' database: upgrade, back up…"),
    "privacy": Entry(
        target="channels.command_line.privacy:privacy_commands", help="What is kept of customers: erase, rotate keys…"
    ),
    "audit": Entry(
        target="channels.command_line.audit:audit_commands", help="Who did what to whose data: verify, read, export."
    ),
    "analytics": Entry(
        target="channels.command_line.analytics:analytics_commands", help="How conversations went: show, export."
    ),
    "doctor": Entry(
        target="channels.command_line.doctor:doctor",
        help="What is there, what is missing, how to get it.",
    ),
}
HELP_OF_OTHERS = {"eval": "Measure how well the assistant does its work.", "bench": "Measure how fast it is."}
"""So that `aisle --help` need not import what measures."""


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """The whole command line, with the chosen command loaded and the others by name."""
    app = typer.Typer(
        help="Aisle: a shop's conversational assistant on every channel.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    chosen = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name, entry in {**COMMANDS, **_others()}.items():
        _add(app, name, entry, loaded=name == chosen)
    return app


def _add(app: typer.Typer, name: str, entry: Entry, *, loaded: bool) -> None:
    if not loaded:
        app.command(name, help=entry.help)(_not_chosen)
        return
    command = entry.load()
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name, help=entry.help or None)
    else:
        app.command(name)(command)


def _not_chosen() -> None:
    """Stands in the list of commands; never called."""


def _others() -> dict[str, Entry]:
    from importlib.metadata import entry_points

    return {
        point.name: Entry(target=point.value, help=HELP_OF_OTHERS.get(point.name, ""))
        for point in entry_points(group="aisle.commands")
        if point.name not in COMMANDS
    }


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"aisle {version('aisle')}")
        raise typer.Exit


def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version)] = False,
) -> None:
    del debug, version  # read by `main`, which must know before anything is imported


def main() -> NoReturn:
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        with recorded(arguments):
            build_app(arguments)()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        _stop(error)
    sys.exit(0)


def _stop(error: Exception) -> NoReturn:
    code = _exit_code(error)
    typer.echo(f"aisle: {_sentence(error)}", err=True)
    if code == UNFORESEEN:
        typer.echo("This was not foreseen: `aisle --debug …` shows where it comes from.", err=True)
    sys.exit(code)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return (
            f"{str(error.filename)!r} cannot be used ({error.strerror}): check the path, its rights and the room on its "
            f"disk, or set AISLE_HOME to another folder"
        )
    said = " ".join(str(error).split()) or type(error).__name__
    if type(error) is OSError and not error.strerror:
        return f"what was to be written or read did not fit or came short ({said}): is there room on the disk?"
    return said


def _exit_code(error: Exception) -> int:
    """Our own errors, the disk's and the settings' are told in a sentence; anything else is a mistake of ours."""
    ours = {"AssistantError", "RetrievalError", "ModelError", "ChannelError", "CommandError", "ValidationError"}
    names = {kind.__name__ for kind in type(error).__mro__}
    if "PortInUse" in names:
        return PORT_IN_USE
    return FAILED if names & ours or isinstance(error, OSError) else UNFORESEEN


if __name__ == "__main__":
    main()
