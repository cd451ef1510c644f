"""Families of phrasings: what customers say and the commands that it asks for, from phrasings/*.yaml (pure but for reading).

A family is one wish: `say` its wordings with slots in braces, `commands` as the planner's schema has them, `at` what lies
before the customer. A command's string that is one slot takes the slot's value; the digests of wordings decide the split.
Above: `reader_examples`, `scripts`. Below: `values`, `splits`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from assistant.answering.tables import read_table
from eval.tuning.data.splits import share
from eval.tuning.data.values import Value
from model_serving.tuning.examples import Split

SLOT: Final = re.compile(r"{(\w+)}")
_FOLDER: Final = Path(__file__).parent / "phrasings"
TYPOS: Final = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    name: str
    at: tuple[str, ...]
    commands: tuple[Mapping[str, Any], ...]
    say: tuple[str, ...]

    def of(self, split: Split) -> tuple[str, ...]:
        return share(self.say, split, key=lambda text: f"{self.name}: {text}")


@cache
def families() -> tuple[Family, ...]:
    return tuple(
        Family(name=row["family"], at=tuple(row["at"]), commands=tuple(row["commands"]), say=tuple(row["say"]))
        for file in sorted(_FOLDER.glob("*.yaml"))
        for row in read_table(file)
    )


def slots_of(family: Family, wording: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SLOT.findall(wording + repr(family.commands))))


def filled(plain: Any, drawn: Mapping[str, Value]) -> Any:
    """Commands with the values of their slots."""
    if isinstance(plain, str):
        whole = SLOT.fullmatch(plain)
        return drawn[whole.group(1)][1] if whole else SLOT.sub(lambda m: str(drawn[m.group(1)][1]), plain)
    if isinstance(plain, Mapping):
        return {name: filled(value, drawn) for name, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [filled(value, drawn) for value in plain]
    return plain


def worded(wording: str, drawn: Mapping[str, Value], rng: Random, *, typos: float = TYPOS) -> str:
    """The wording with its slots; now and then a slip of the keyboard, never in a value."""
    parts = re.split(r"({\w+})", wording)
    if rng.random() < typos:
        parts = [part if SLOT.fullmatch(part) else _slipped(part, rng) for part in parts]
    return "".join(drawn[part[1:-1]][0] if SLOT.fullmatch(part) else part for part in parts)


def _slipped(text: str, rng: Random) -> str:
    long = list(re.finditer(r"[a-z]{5,}", text))
    if not long:
        return text.replace("'", "")
    word = rng.choice(long)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return rng.choice((swapped, text[:at] + text[at + 1 :]))


def answer_of(commands: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"commands": list(commands)}
