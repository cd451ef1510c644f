"""Messages between replicas as bytes, and how many become one. A replica of another release skips what it does not know.

Above: valkey. Below: events, signals. Pure.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, get_args

import msgspec

from assistant.events import Actor, ConversationId, Event, decode_fact, encode_fact, fact_type
from assistant.signals import Asked, Committed, Delta, DeskSignal, Lagged, Message, Signal

log = logging.getLogger(__name__)

MOST_BYTES: Final = 32 * 1024
"""Of one conversation's messages; where there is more, the others are told to look at the log."""
_KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__: kind for kind in (*get_args(Signal), *get_args(DeskSignal), Asked)
}


def coalesced(messages: Iterable[Message | Asked]) -> list[Message | Asked]:
    """Words that continue each other become one message, and so do events."""
    merged: list[Message | Asked] = []
    for message in messages:
        last = merged[-1] if merged else None
        if isinstance(message, Delta) and isinstance(last, Delta) and _continues(last, message):
            merged[-1] = Delta(turn_id=last.turn_id, offset=last.offset, text=last.text + message.text)
        elif isinstance(message, Committed) and isinstance(last, Committed):
            merged[-1] = Committed(events=(*last.events, *message.events))
        else:
            merged.append(message)
    return merged


def _continues(first: Delta, second: Delta) -> bool:
    return first.turn_id == second.turn_id and second.offset == first.offset + len(first.text)


def encode(sender: str, conversation: ConversationId, messages: Sequence[Message | Asked]) -> bytes:
    plain = [[sender, conversation], *(_plain(message) for message in coalesced(messages))]
    encoded = msgspec.msgpack.encode(plain)
    if len(encoded) <= MOST_BYTES:
        return encoded
    return msgspec.msgpack.encode([[sender, conversation], ["look"]])


def _plain(message: Message | Asked) -> list[Any]:
    match message:
        case Committed(events=events):
            return ["events", *(_plain_event(event) for event in events)]
        case Lagged():
            return ["look"]
        case _:
            return [type(message).__name__, msgspec.to_builtins(message)]


def _plain_event(event: Event) -> list[Any]:
    fact = event.fact
    at = event.at.isoformat()
    return [
        event.seq,
        event.id,
        at,
        event.actor.kind,
        event.actor.id,
        event.channel,
        fact_type(fact),
        encode_fact(fact),
    ]


def decode(payload: bytes, *, own: str = "") -> tuple[str, ConversationId, list[Message | Asked]]:
    """The sender and what it said; nothing where that is `own`, who knows it. Raises ValueError for what no replica sends."""
    try:
        (sender, name), *rest = msgspec.msgpack.decode(payload)
        conversation = ConversationId(name)
        if own and sender == own:
            return sender, conversation, []
        return sender, conversation, [_message(conversation, kind, parts) for kind, *parts in rest]
    except (msgspec.DecodeError, TypeError) as error:
        raise ValueError(f"no message of a replica: {error}") from error


def _message(conversation: ConversationId, kind: str, parts: list[Any]) -> Message | Asked:
    """What this release does not know, or reads otherwise: it looks at the log, where all of it stands."""
    try:
        if kind == "events":
            return Committed(events=tuple(_event(conversation, part) for part in parts))
        if kind in _KINDS:
            message: Message | Asked = msgspec.convert(parts[0], _KINDS[kind])
            return message
    except (KeyError, IndexError, ValueError, msgspec.ValidationError):
        log.debug("a message of another release: %s", kind)
    return Lagged()


def _event(conversation: ConversationId, part: list[Any]) -> Event:
    seq, event_id, at, kind, actor, channel, name, data = part
    return Event(
        seq=seq,
        id=event_id,
        conversation=conversation,
        at=datetime.fromisoformat(at),
        actor=Actor(kind=kind, id=actor),
        channel=channel,
        fact=decode_fact(name, data),
    )
