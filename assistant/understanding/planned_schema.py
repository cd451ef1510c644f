"""The JSON schema of commands, made from the Command union itself, and a model's answer read by it (pure).

What a model may not say has no place in it: a yes or a no (the customer's own words are read by rules), ids of buttons, and
the words of the message, which are always the customer's. Above: `language_model`. Below: `commands`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from assistant.understanding.commands import Command, Confirm, Decline, Reference
from model_serving.errors import InvalidModelOutput
from retrieval.constraints import Need

MOST_COMMANDS: Final = 5
LONGEST_ANSWER: Final = 6_000
_NEVER: Final = (Confirm, Decline)
_OURS: Final = frozenset(
    ("tentative", "variant", "confirmation_id", "words", "text", "question", "person", "any_variant", "reason")
)
"""Fields that code fills in: from the message, from a button, or not at all."""
_REFERENCE: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["ordinal", "pronoun", "described", "all", "title", "superlative", "other"]},
        "position": {"type": "integer"},
        "text": {"type": "string", "maxLength": 80},
    },
    "required": ["kind"],
    "additionalProperties": False,
}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@cache
def planned_kinds() -> Mapping[str, type]:
    """The commands that a model may give, by name."""
    return {_snake(kind.__name__): kind for kind in get_args(Command) if kind not in _NEVER}


@cache
def schema() -> Mapping[str, Any]:
    """Of an answer: one to five commands. Shallow, because engines compile it for each request."""
    each = [_object(name, kind) for name, kind in planned_kinds().items()]
    return {
        "type": "object",
        "properties": {
            "commands": {"type": "array", "minItems": 1, "maxItems": MOST_COMMANDS, "items": {"anyOf": each}}
        },
        "required": ["commands"],
        "additionalProperties": False,
    }


def _object(name: str, kind: type) -> dict[str, Any]:
    properties: dict[str, Any] = {"command": {"const": name}}
    required = ["command"]
    for field, hint in planned_fields(kind):
        properties[field.name] = _of(hint)
        if field.default is MISSING and field.default_factory is MISSING:
            required.append(field.name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def planned_fields(kind: type) -> Iterator[tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return ((field, hints[field.name]) for field in fields(kind) if field.name not in _OURS)


def _of(hint: Any) -> dict[str, Any]:
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if hint is Need:
        return {"type": "string", "maxLength": 160}
    if get_origin(hint) is tuple and get_args(hint)[0] is Reference:
        return {"type": "array", "maxItems": 4, "items": _REFERENCE}
    return {bool: {"type": "boolean"}, int: {"type": "integer"}}.get(hint, {"type": "string", "maxLength": 80})


def read_answer(text: str) -> tuple[Mapping[str, Any], ...]:
    """The commands as plain values. Raises InvalidModelOutput for what the schema does not allow."""
    if len(text) > LONGEST_ANSWER:
        raise InvalidModelOutput(f"an answer of {len(text)} characters is no list of commands")
    try:
        answer = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidModelOutput(f"the answer is not JSON: {error}") from error
    told = answer.get("commands") if isinstance(answer, dict) else None
    if not isinstance(told, list) or not 0 < len(told) <= MOST_COMMANDS:
        raise InvalidModelOutput("the answer holds no list of one to five commands")
    return tuple(_checked(command) for command in told)


def _checked(command: object) -> Mapping[str, Any]:
    kind = planned_kinds().get(str(command.get("command"))) if isinstance(command, dict) else None
    if kind is None or not isinstance(command, dict):
        raise InvalidModelOutput("the answer holds a command that there is not")
    allowed = {field.name: _of(hint) for field, hint in planned_fields(kind)}
    for name, value in command.items():
        if name != "command" and (name not in allowed or not _fits(value, allowed[name])):
            raise InvalidModelOutput(f"{name!r} of {command['command']} is not as the schema has it")
    missing = [name for name in _object("", kind)["required"] if name not in command]
    if missing:
        raise InvalidModelOutput(f"{', '.join(missing)} of {command['command']} is missing")
    return command


def _fits(value: object, allowed: Mapping[str, Any]) -> bool:
    if "enum" in allowed:
        return value in allowed["enum"]
    match allowed["type"]:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list) and len(value) <= allowed["maxItems"] and all(map(_is_reference, value))
        case _:
            return isinstance(value, str) and len(value) <= allowed["maxLength"]


def _is_reference(value: object) -> bool:
    properties: Mapping[str, Any] = _REFERENCE["properties"]
    return (
        isinstance(value, dict)
        and "kind" in value
        and all(name in properties and _fits(told, properties[name]) for name, told in value.items())
    )
