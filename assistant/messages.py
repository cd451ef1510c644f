"""What a message, a button and their client_id must be to be taken. Pure. Above: assistant. Below: errors and events."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from assistant.errors import MessageRefused
from assistant.events import ActionTaken, AgentSaid, AssistantSaid, ClientId, ConversationClosed, Event, TurnFailed

MAX_TEXT = 4_000
"""Characters of one message; more is refused with `too_long`, never cut."""
MAX_ARGUMENTS = 16_384
"""Bytes of an action's arguments as JSON."""
MOST_OF_ONE = 999
"""Pieces of one variant that a button may ask for."""
_NAMES = ("product_id", "variant_id", "store_id", "confirmation_id", "text", "label")
_WORDS: Mapping[str, str] = {
    "add_to_cart": "Add it to my cart",
    "change_quantity": "Change the quantity",
    "remove_from_cart": "Remove it from my cart",
    "show_cart": "Show my cart",
    "empty_cart": "Empty my cart",
    "check_out": "Check out",
    "show_product": "Tell me more about it",
    "check_stock": "Which stores have it?",
    "more_products": "Show me more",
    "choose": "That one, please",
    "confirm": "Yes",
    "decline": "No",
    "talk_to_human": "I'd like to talk to a person",
    "request_callback": "Please call me back",
    "leave_message": "I'd like to leave a message",
    "keep_waiting": "I'll keep waiting",
    "back_to_assistant": "I'd rather go on with the assistant",
    "no_person": "No, I don't need a person",
}
"""A button as a customer would say it. Of the action alone, never of what is on the table: sent again later, the same
button must give the same words, or its client_id would meet another body."""


def checked_text(text: str) -> str:
    """Without control characters and halves of surrogate pairs, which no channel can show. Raises MessageRefused."""
    cleaned = _cleaned(text)
    if not any(map(_inks, cleaned)):
        raise MessageRefused("empty", "the message has no text")
    if len(cleaned) > MAX_TEXT:
        raise MessageRefused("too_long", f"the message has {len(cleaned)} characters: at most {MAX_TEXT} are taken")
    return cleaned


def checked_action(action: str, arguments: Mapping[str, Any]) -> tuple[str, ActionTaken]:
    """The button in words, and what it does. Raises MessageRefused."""
    if not 0 < len(action) <= 64 or not action.isprintable():
        raise MessageRefused("unknown_action", "an action has a name of at most 64 printable characters")
    _check_arguments(action, arguments)
    taken = ActionTaken(name=action, arguments={name: value for name, value in arguments.items() if name != "label"})
    words = _cleaned(arguments.get("label") or "")[:MAX_TEXT]
    _check_size(taken)
    return words or _WORDS.get(action) or action.replace("_", " ").capitalize(), taken


def _check_arguments(action: str, arguments: Mapping[str, Any]) -> None:
    """What means something must mean something sensible; the rest is for a later version."""
    for name in _NAMES:
        if not isinstance(arguments.get(name), str | None):
            raise MessageRefused("bad_arguments", f"{name} of {action!r} must be text")
    quantity = arguments.get("quantity")
    if quantity is None:
        if action == "change_quantity":
            raise MessageRefused("bad_arguments", "change_quantity needs the quantity to change to")
    elif type(quantity) is not int or not 0 <= quantity <= MOST_OF_ONE:
        raise MessageRefused("bad_arguments", f"quantity of {action!r} must be a whole number from 0 to {MOST_OF_ONE}")


def checked_client_id(client_id: str) -> ClientId:
    """Raises MessageRefused."""
    if not client_id or len(client_id) > 128 or not client_id.isprintable():
        raise MessageRefused("bad_client_id", "client_id is 1 to 128 printable characters, unique for each message")
    return ClientId(client_id)


def check_is_reply(event: Event) -> None:
    """What a customer may rate: a reply, or how it all ended. Raises MessageRefused."""
    if not isinstance(event.fact, AssistantSaid | AgentSaid | TurnFailed | ConversationClosed):
        raise MessageRefused("not_a_reply", f"event {event.seq} is no reply: feedback is about an assistant_said")


def _cleaned(text: str) -> str:
    return "".join(filter(_showable, text)).strip()


def _showable(char: str) -> bool:
    return char in "\n\t" or (char >= " " and char != "\x7f" and not "\ud800" <= char <= "\udfff")


def _inks(char: str) -> bool:
    """Not white, not a joiner, mark of direction or other character without a shape."""
    return not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc", "Cn") and char != "\N{HANGUL FILLER}"


def _check_size(taken: ActionTaken) -> None:
    try:
        size = len(msgspec.json.encode(taken))
    except (TypeError, ValueError, RecursionError) as error:
        raise MessageRefused("bad_arguments", f"the action's arguments are not plain JSON ({error})") from error
    if size > MAX_ARGUMENTS:
        raise MessageRefused("too_long", f"the action's arguments have {size} bytes: at most {MAX_ARGUMENTS} are taken")
