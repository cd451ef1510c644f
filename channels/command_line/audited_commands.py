"""Administrators' acts at the command line are written down: that they were asked for, before; what came of them, after.

`main` puts this around the command that was chosen. A test holds the tables against the commands that there are. Where the log
cannot be written, the command is not carried out. Above: `main`. Below: assistant.audit, imported when there is something to
write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.audit.acts import Act

RECORDED: Mapping[str, Act] = {
    "index build": "index_built",
    "shop import": "shop_imported",
    "shop export": "data_exported",
    "analytics export": "data_exported",
    "analytics candidates": "data_exported",
    "analytics accept": "settings_changed",
    "analytics reject": "settings_changed",
    "analytics reopen": "settings_changed",
    "db restore": "log_restored",
    "db backup": "log_backed_up",
    "db upgrade": "settings_changed",
    "models register": "model_changed",
    "models promote": "model_changed",
    "models rollback": "model_changed",
    "feedback make": "settings_changed",
    "feedback promote": "settings_changed",
    "feedback rollback": "settings_changed",
    "feedback write": "data_exported",
    "models pin": "model_changed",
    "models unpin": "model_changed",
    "models canary start": "model_changed",
    "models canary stop": "model_changed",
    "models tune": "model_changed",
    "privacy erase": "privacy_erased",
    "privacy export": "privacy_exported",
    "privacy retain": "privacy_retained",
    "privacy hold": "privacy_held",
    "privacy release": "privacy_released",
    "privacy rotate": "keys_rotated",
    "privacy restore-keys": "keys_rotated",
}
NAMES_ITS_OWN: Mapping[str, str] = {
    "audit": "each of its commands leaves its own entry; verifying reads no more than links",
    "serve": "its start is the entry `opened`",
    "chat": "a customer's own conversation",
    "call": "a customer's own call",
    "doctor": "looks at the machine",
    "weights list": "looks at the machine",
    "weights install": "fetches a file",
    "eval": "measures, on data of its own",
    "bench": "measures, on data of its own",
    "index inspect": "counts",
    "index search": "the catalogue, which is public",
    "index explain": "the catalogue, which is public",
    "shop validate": "reads a file",
    "db status": "counts",
    "db check": "says whether the log holds together",
    "models list": "versions",
    "models versions": "versions",
    "models history": "the models' own history",
    "models mirror": "a copy of versions",
    "models pull": "fetches a file",
    "models measure": "measures, on data of its own",
    "feedback measure": "measures, on data of its own",
    "feedback sets": "counts",
    "feedback history": "the learnt sets' own history",
    "models check": "asks a model one question",
    "models serve": "runs an engine alone",
    "models fit": "arithmetic",
    "models convert": "makes a file of a file",
    "models card": "prints a card",
    "analytics show": "counts",
    "analytics drift": "counts",
    "privacy verify": "reads a file",
    "privacy key": "the public key",
    "privacy rules": "how long what is kept",
    "privacy erased": "lists erasures by their ids",
    "privacy holds": "lists holds by their ids",
}
_FLAGS = frozenset(
    {
        "--debug",
        "--replace",
        "--json",
        "--dry-run",
        "--seal-old",
        "--drop-old",
        "--all",
        "--officer",
        "--force",
        "--whole",
    }
)
"""Options that take no value. What follows any other is its value, and values are not written down: a reason may name people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    command: str
    act: Act
    home: Path | None
    words: tuple[str, ...]
    """What stands behind it: kinds, versions, ids, files."""
    options: tuple[str, ...]
    customer: str
    conversation: str


@contextmanager
def recorded(arguments: Sequence[str]) -> Iterator[None]:
    """Around a command. Raises AuditUnavailable before it is carried out, where it is one that must be written down."""
    asked = _asked(arguments)
    if asked is None:
        yield
        return
    into_nothing = _into_an_empty_home(asked)
    if not into_nothing:
        _write(asked, "asked")
    try:
        yield
    except SystemExit as ended:
        if not into_nothing or ended.code in (0, None):
            _write(asked, "done" if ended.code in (0, None) else f"exit_{ended.code}")
        raise
    except BaseException as error:
        if not into_nothing:
            _write(asked, type(error).__name__)
        raise
    _write(asked, "done")


def _into_an_empty_home(asked: Asked) -> bool:
    """Whether a backup is to fill a home without a log: one made now would be what `db restore` refuses to write over."""
    if asked.command != "db restore":
        return False
    from assistant.stores.small_tables import FILE
    from channels.command_line.opening import read_settings

    settings = read_settings(home=asked.home)
    return not settings.database_url.get_secret_value() and not (settings.home / FILE).exists()


def _asked(arguments: Sequence[str]) -> Asked | None:
    if "--help" in arguments:
        return None
    values, words, options = _parted(arguments)
    for length in (3, 2):
        command = " ".join(words[:length])
        if command in RECORDED:
            home = values.get("--home")
            return Asked(
                command=command,
                act=RECORDED[command],
                home=Path(home) if home else None,
                words=tuple(words[length:]),
                options=tuple(options),
                customer=values.get("--customer", ""),
                conversation=values.get("--conversation", ""),
            )
    return None


def _parted(arguments: Sequence[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Options with what is theirs, words, and the options' names."""
    values: dict[str, str] = {}
    words: list[str] = []
    options: list[str] = []
    taken = ""
    for argument in arguments:
        if taken:
            values[taken], taken = argument, ""
        elif argument.startswith("-"):
            name, equals, value = argument.partition("=")
            options.append(name)
            if equals:
                values[name] = value
            elif name not in _FLAGS:
                taken = name
        else:
            words.append(argument)
    return values, words, options


def _write(asked: Asked, result: str) -> None:
    from assistant.audit.acts import Entry
    from assistant.audit.chain import Timed
    from assistant.audit.opening import open_chain
    from assistant.stores.database import for_tables
    from assistant.stores.small_tables import open_engine
    from channels.command_line.audit import operator
    from channels.command_line.opening import read_settings

    settings = read_settings(home=asked.home)
    url = settings.database_url.get_secret_value()
    tables = open_engine(settings.home, for_tables(url) if url else "")
    entry = Entry(
        act=asked.act,
        who=operator(),
        what=f"conversation:{asked.conversation}" if asked.conversation else f"command:{asked.command}",
        whose=asked.customer,
        why=f"command:{asked.command}",
        result=result,
        details={"words": asked.words, "options": asked.options},
    )
    try:
        chain = open_chain(tables, settings.home)
        chain.append([Timed(at=chain.now(), entry=entry)])
    finally:
        tables.dispose()
