"""Scripted shoppers: suites of conversations in YAML, with what each turn must lead to.

Below: `expectations`. Above: `dialogue`, which plays them. A turn is something typed (`says`), a button of a card that was
shown (`press`) or a quick reply (`tap`, by a pattern on its label). In `says`, {card:2} is the title of the second product
of the last list, {name:2} its brand and model in lower case, {own_order} or {own_order:delivered} an order of the
scenario's customer, {other_order} and {other_email} somebody else's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from eval.dialogue.expectations import Expectation, Patterns, Strict, Words

PLACEHOLDER = re.compile(r"\{(card|name|own_order|other_order|other_email)(?::([^{}]+))?\}")
NEEDS_RECORDS = ("own_order", "other_order", "other_email")


class SuiteInvalid(Exception):
    """A suite that cannot be played. `problems` are lines for people."""

    def __init__(self, path: Path, problems: Iterable[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{path}: {problem}" for problem in self.problems))


class Press(Strict):
    action: str
    card: int = 1
    """Position among the cards of the last reply that had any."""


class Turn(Strict):
    says: str | None = None
    press: Press | None = None
    tap: Patterns = ()
    tags: Words = ()
    expect: Expectation

    @model_validator(mode="after")
    def _one_way(self) -> Turn:
        if sum((self.says is not None, self.press is not None, bool(self.tap))) != 1:
            raise ValueError("a turn has exactly one of 'says', 'press' and 'tap'")
        for brace in re.findall(r"\{[^}]*\}", self.says or ""):
            if not PLACEHOLDER.fullmatch(brace):
                raise ValueError(f"{brace!r} is no placeholder: use {{card:N}}, {{name:N}}, {{own_order}}, …")
        return self

    @property
    def words(self) -> str:
        """For people to read in a report."""
        if self.says is not None:
            return self.says
        return f"[{self.press.action} on card {self.press.card}]" if self.press else f"[taps {self.tap[0]!r}]"

    @property
    def needs_records(self) -> bool:
        return any(match[1] in NEEDS_RECORDS for match in PLACEHOLDER.finditer(self.says or ""))


class Scenario(Strict):
    name: str = Field(min_length=3)
    tags: Words = ()
    locale: str = "en"
    customer: str = ""
    """The e-mail of the shop's customer who types: whose orders are "own"."""
    signed_in: bool = False
    """Starts identified, as on the shop's own site."""
    turns: tuple[Turn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _signed_in_as_somebody(self) -> Scenario:
        if self.signed_in and not self.customer:
            raise ValueError("'signed_in' needs a 'customer'")
        return self


class Suite(Strict):
    suite: str
    about: str = ""
    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @property
    def turns(self) -> int:
        return sum(len(scenario.turns) for scenario in self.scenarios)

    @property
    def tags(self) -> Mapping[str, int]:
        """How many turns carry each tag; a scenario's tags count for each of its turns."""
        counts: Counter[str] = Counter()
        for scenario in self.scenarios:
            for turn in scenario.turns:
                counts.update({*scenario.tags, *turn.tags})
        return counts


def load_suite(path: Path) -> Suite:
    """Raises SuiteInvalid, with every problem that was found."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteInvalid(path, [f"cannot be read: {error.strerror}"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SuiteInvalid(path, [f"is not valid YAML: {error}"]) from error
    try:
        suite = Suite.model_validate(raw)
    except ValidationError as error:
        raise SuiteInvalid(path, [_problem(raw, item) for item in error.errors()]) from error
    repeated = [name for name, count in Counter(s.name for s in suite.scenarios).items() if count > 1]
    if repeated:
        raise SuiteInvalid(path, [f"two scenarios are named {name!r}: rename one" for name in repeated])
    return suite


def _problem(raw: Any, error: Mapping[str, Any]) -> str:
    """ "scenario 'small tent', turn 2, expect.cards.prise_max: unknown, remove it or correct its spelling"."""
    place = list(error["loc"])
    where = []
    if place[:1] == ["scenarios"] and len(place) > 1:
        where.append(f"scenario {_name_of(raw, place[1])!r}")
        place = place[2:]
    if place[:1] == ["turns"] and len(place) > 1:
        where.append(f"turn {place[1] + 1}")
        place = place[2:]
    if place:
        where.append(".".join(str(part) for part in place))
    message = "unknown, remove it or correct its spelling" if error["type"] == "extra_forbidden" else error["msg"]
    return f"{', '.join(where) or 'the file'}: {message}"


def _name_of(raw: Any, index: object) -> str:
    try:
        return str(raw["scenarios"][index]["name"])
    except (KeyError, TypeError, IndexError):
        return f"number {index}"
