"""Spoils one row of a log in its SQLite file, as a bad disk or cable does, and puts it back. Above: of_storage."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

_COLUMNS: Final = ("id", "at", "actor_kind", "actor_id", "channel", "type", "data")
SPOILS: Final = ("bit", "word", "torn", "zeroed", "time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    kind: str
    conversation: str
    seq: int
    row: int
    column: str
    before: Any

    def put_back(self, db: sqlite3.Connection) -> None:
        db.execute(f"UPDATE events SET {self.column} = ? WHERE rowid = ?", (self.before, self.row))


def spoil(db: sqlite3.Connection, row: int, kind: str, chance: random.Random) -> Spoiled:
    """kind: a flipped bit somewhere, other words in the same JSON, a row whose end is missing, one that is zeroes, another time."""
    column = {"bit": chance.choice([name for name in _COLUMNS if name != "at"]), "time": "at"}.get(kind, "data")
    (before, conversation, seq) = db.execute(
        f"SELECT e.{column}, c.name, e.seq FROM events e JOIN conversations c ON c.id = e.conversation WHERE e.rowid = ?",
        (row,),
    ).fetchone()
    spoiled = Spoiled(kind=kind, conversation=conversation, seq=seq, row=row, column=column, before=before)
    db.execute(f"UPDATE events SET {column} = ? WHERE rowid = ?", (_spoiled(before, kind, chance), row))
    return spoiled


def _spoiled(before: Any, kind: str, chance: random.Random) -> Any:
    match kind:
        case "time":
            return int(before) ^ (1 << chance.randrange(40))
        case "torn":
            return before[: chance.randrange(len(before))]
        case "zeroed":
            return "0" * len(before)
        case "word":
            return _another_word(before)
        case _:
            return _flipped(before, chance)


def _another_word(data: str) -> str:
    """Still JSON of the same shape, where it has a letter in a value: what only a digest can find."""
    place = max(data.rfind("e"), data.rfind("a"), data.rfind("1"))
    return data[:place] + chr(ord(data[place]) + 1) + data[place + 1 :] if place >= 0 else data + " "


def _flipped(before: str, chance: random.Random) -> str:
    """One of the seven bits of an ASCII character; an empty text gets a character."""
    if not before:
        return "\x01"
    place = chance.randrange(len(before))
    return before[:place] + chr(ord(before[place]) ^ (1 << chance.randrange(7))) + before[place + 1 :]
