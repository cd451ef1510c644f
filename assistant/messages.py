"""What a message, a button and their client_id must be to be taken. Pure. Above: assistant. Below: errors and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from assistant.errors import MessageRefused
from assistant.events import ActionTaken, ClientId

MAX_TEXT = 4_000
"""Characters of one message; more is refused with `too_long`, never cut."""
MAX_ARGUMENTS = 16_384
"""Bytes of an action's arguments as JSON."""


def checked_text(text: str) -> str:
    """Without control characters and halves of surrogate pairs, which no channel can show. Raises MessageRefused."""
    cleaned = _cleaned(text)
    if not cleaned:
        raise MessageRefused("empty", "the message has no text")
    if len(cleaned) > MAX_TEXT:
        raise MessageRefused("too_long", f"the message has {len(cleaned)} characters: at most {MAX_TEXT} are taken")
    return cleaned


def checked_action(action: str, arguments: Mapping[str, Any]) -> tuple[str, ActionTaken]:
    """The button in words, and what it does. Raises MessageRefused."""
    if not 0 < len(action) <= 64 or not action.isprintable():
        raise MessageRefused("unknown_action", "an action has a name of at most 64 printable characters")
    taken = ActionTaken(name=action, arguments={name: value for name, value in arguments.items() if name != "label"})
    label = arguments.get("label")
    words = _cleaned(label)[:MAX_TEXT] if isinstance(label, str) else ""
    _check_size(taken)
    return words or action.replace("_", " ").capitalize(), taken


def checked_client_id(client_id: str) -> ClientId:
    """Raises MessageRefused."""
    if not client_id or len(client_id) > 128 or not client_id.isprintable():
        raise MessageRefused("bad_client_id", "client_id is 1 to 128 printable characters, unique for each message")
    return ClientId(client_id)


def _cleaned(text: str) -> str:
    return "".join(filter(_showable, text)).strip()


def _showable(char: str) -> bool:
    return char in "\n\t" or (char >= " " and char != "\x7f" and not "\ud800" <= char <= "\udfff")


def _check_size(taken: ActionTaken) -> None:
    try:
        size = len(msgspec.json.encode(taken))
    except (TypeError, ValueError, RecursionError) as error:
        raise MessageRefused("bad_arguments", f"the action's arguments are not plain JSON ({error})") from error
    if size > MAX_ARGUMENTS:
        raise MessageRefused("too_long", f"the action's arguments have {size} bytes: at most {MAX_ARGUMENTS} are taken")
