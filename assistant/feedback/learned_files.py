"""A learnt set as files in AISLE_HOME/feedback/learned-7: read by people, by `aisle eval`, by tuning, and by a trial of the set.

The tables are the truth (`learned_sets`); these are made anew from them, and go with what was erased. Blocking. Above:
`following`, `aisle feedback`. Below: `learned`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import yaml

from assistant.errors import AssistantError
from assistant.feedback.fitting import conditions_read
from assistant.feedback.learned import Item, Learned
from assistant.feedback.tuning_data import write_tuning

FOLDER: Final = "feedback"
SUITE: Final = "accepted"
SUITE_FILE: Final = f"{FOLDER}/{SUITE}.yaml"
_WHOLE: Final = "learned.json"


class LearnedUnreadable(AssistantError):
    """AISLE_LEARNED names no learnt set."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{str(path)!r} holds no learnt set: `aisle feedback write` makes one, or unset AISLE_LEARNED")


def folder_of(home: Path, number: int) -> Path:
    return home / FOLDER / f"learned-{number}"


def write_learned(home: Path, learned: Learned) -> Path:
    """Its folder, in place of what lay there."""
    folder = folder_of(home, learned.number)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / "synonyms.txt", learned.synonyms)
    _write(folder / "examples.jsonl", _lines(asdict(one) for one in learned.items if "example" in one.becomes))
    _write(folder / _WHOLE, json.dumps({"number": learned.number, "items": [asdict(one) for one in learned.items]}))
    write_suite(folder / f"{SUITE}.yaml", learned.cases)
    write_tuning(folder, learned)
    return folder


def read_learned(folder: Path) -> Learned:
    """Raises LearnedUnreadable."""
    try:
        told = json.loads((folder / _WHOLE).read_text(encoding="utf-8"))
        return Learned(number=told["number"], items=tuple(Item(**one) for one in told["items"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LearnedUnreadable(folder) from error


def write_suite(path: Path, cases: Sequence[Item]) -> None:
    """As `aisle eval dialogue` plays it; none: no file, for a suite has one conversation at least."""
    if not cases:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scenarios = [_scenario(place, one) for place, one in enumerate(cases, 1)]
    about = "What a person accepted of this shop's own conversations, masked. Made anew from the tables: do not edit."
    told = {"suite": SUITE, "about": about, "scenarios": scenarios}
    _write(path, yaml.safe_dump(told, allow_unicode=True, sort_keys=False))


def forget_files(home: Path, kept: Iterable[int]) -> None:
    """Folders of sets that are no more."""
    names = {folder_of(home, number).name for number in kept}
    for folder in (home / FOLDER).glob("learned-*"):
        if folder.is_dir() and folder.name not in names:
            shutil.rmtree(folder)


def _scenario(place: int, one: Item) -> Mapping[str, Any]:
    turn = {"says": one.text.replace("{", "(").replace("}", ")"), "expect": dict(conditions_read(one.conditions))}
    return {
        "name": f"accepted {place}",
        "tags": [one.language or "en"],
        "locale": one.language or "en",
        "turns": [turn],
    }


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for its owner alone."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(path)
