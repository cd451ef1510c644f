"""Utterances with what they mean: suites of `aisle eval intents`. Above: `intents_command`. Below: pydantic, yaml.

Each line of a suite is one wish in several languages, each in its own words:

    - {intent: add, at: table, ordinals: [2], quantity: 2, en: "two of the second", de: "zwei vom zweiten"}

`intent` names the command (`intents_marking.intent_of`), `at` what lies before the customer (`intents_scenes`), the other
keys are the entities that must be read. A message's language is told to the reader, as a conversation under way would.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl", "pl", "tr", "ru", "ar", "ja", "ko", "zh", "th")
Scene = Literal[
    "none", "table", "one", "cart", "orders", "asked_who", "asked_order", "asked_yes", "asked_colour", "asked_place", "confirm"
]  # fmt: skip


class IntentsInvalid(Exception):
    """A suite of utterances that cannot be read; the message says where and why."""


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


class Utterance(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
    """Any of them is right."""
    at: Scene = "none"
    words: dict[str, str] = Field(min_length=1)
    """By language."""
    entities: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _sorted_out(cls, row: Any) -> Any:
        if not isinstance(row, dict):
            raise ValueError(f"{row!r} is no utterance: write {{intent: …, en: …}}")
        known = {name: row[name] for name in ("intent", "at") if name in row}
        words = {name: value for name, value in row.items() if name in LANGUAGES}
        entities = {name: value for name, value in row.items() if name not in known and name not in words}
        if strange := set(entities) - ENTITIES:
            raise ValueError(f"{sorted(strange)} are no entities: use {', '.join(sorted(ENTITIES))}")
        return {**known, "words": words, "entities": entities}


ENTITIES = frozenset(
    {
        "order", "email", "zip", "name", "ordinals", "quantity", "place", "reason", "kind", "colour", "size", "max", "min",
        "direction", "attribute", "topic", "any", "method", "forgot", "language",
    }
)  # fmt: skip


class IntentSuite(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    about: str
    utterances: tuple[Utterance, ...] = Field(min_length=1)


def load_intents(path: Path) -> IntentSuite:
    """Raises IntentsInvalid, OSError."""
    try:
        return IntentSuite.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise IntentsInvalid(f"{path}: no YAML: {error}") from error
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise IntentsInvalid("\n".join(lines)) from error
