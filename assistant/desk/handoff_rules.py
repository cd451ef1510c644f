"""The rules of handing over to a person, as data: read from YAML, validated, and nothing else.

`handoff_rules.yaml` beside this module; a shop's own in AISLE_HOME takes its place. Above: `handoff`, the office. Below: YAML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from assistant.answering.tables import read_table
from assistant.errors import AssistantError

FILE = "handoff_rules.yaml"
_PACKAGED = Path(__file__).parent / FILE
_SIGNS = ("asked", "words", "mood", "unclear", "refused", "failed", "over")


class InvalidHandoffRules(AssistantError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{str(path)!r} cannot be used as rules of handoff: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRule:
    id: str
    do: Literal["offer", "hand_over"]
    reason: str
    priority: Literal[0, 1, 2, 3] = 0
    skills: tuple[str, ...] = ()
    asked: bool = False
    words: Mapping[str, tuple[str, ...]] | None = None
    mood: Literal["upset"] | None = None
    unclear: int | None = None
    refused: int | None = None
    failed: int | None = None
    over: Decimal | None = None

    def says(self, text: str) -> bool:
        """Whether one of its words was said, in whatever language."""
        words = tuple(self.words.values()) if self.words else ()
        return any(words) and _pattern(words).search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRules:
    rules: tuple[HandoffRule, ...] = ()

    @property
    def asked(self) -> HandoffRule:
        """Of whoever asks for a person; that they get one is no matter of rules."""
        found = next((rule for rule in self.rules if rule.asked), None)
        return found or HandoffRule(id="asked", do="hand_over", reason="asked", asked=True)


def load_rules(home: Path | None = None) -> HandoffRules:
    """This house's own, or those that come along. Blocking. Raises InvalidHandoffRules."""
    own = home / FILE if home is not None else _PACKAGED
    path = own if own.exists() else _PACKAGED
    try:
        raw = read_table(path)
    except (OSError, yaml.YAMLError) as error:
        raise InvalidHandoffRules(path, f"it is not YAML ({error})") from error
    listed = raw.get("rules") if isinstance(raw, dict) else None
    if not isinstance(listed, list):
        raise InvalidHandoffRules(path, "it has a list named rules")
    rules = tuple(_rule(path, place, rule) for place, rule in enumerate(listed, 1))
    names = [rule.id for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidHandoffRules(path, f"the id {min(twice)!r} stands there twice")
    return HandoffRules(rules=rules)


def _rule(path: Path, place: int, raw: Any) -> HandoffRule:
    name = f"rule {place} ({raw.get('id', 'without id')!r})" if isinstance(raw, dict) else f"rule {place}"
    if not isinstance(raw, dict):
        raise InvalidHandoffRules(path, f"{name} is a table with id, do, reason and one sign")
    known = HandoffRule.__dataclass_fields__
    if unknown := [key for key in raw if key not in known]:
        raise InvalidHandoffRules(path, f"{name}: {unknown[0]!r} is not known: {', '.join(known)} are")
    try:
        rule = msgspec.convert(raw, HandoffRule, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidHandoffRules(path, f"{name}: {error}") from error
    _check(path, name, rule)
    return rule


def _check(path: Path, name: str, rule: HandoffRule) -> None:
    signs = [sign for sign in _SIGNS if getattr(rule, sign)]
    if len(signs) != 1:
        raise InvalidHandoffRules(path, f"{name} has exactly one of {', '.join(_SIGNS)}, not {len(signs)}")
    for sign in ("unclear", "refused", "failed", "over"):
        value = getattr(rule, sign)
        if value is not None and value <= 0:
            raise InvalidHandoffRules(path, f"{name}: {sign} is more than 0")
    if rule.words is not None and not all(word.strip(" *") for words in rule.words.values() for word in words):
        raise InvalidHandoffRules(path, f"{name}: a word of words is empty")
    if rule.asked and rule.do != "hand_over":
        raise InvalidHandoffRules(path, f"{name}: who asks for a person gets one: do is hand_over")
    if not rule.id.strip() or not rule.reason.strip():
        raise InvalidHandoffRules(path, f"{name} has an id and a reason that agents can read")


@lru_cache(maxsize=256)
def _pattern(words: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Whole words; only * is special, so that no file can make a pattern that takes for ever."""
    any_of = "|".join(_written(word) for of_language in words for word in of_language)
    return re.compile(rf"(?<!\w)(?:{any_of})(?!\w)", re.IGNORECASE)


def _written(word: str) -> str:
    return r"\w*".join(re.escape(part) for part in word.lower().split("*"))
