"""The frames of OpenAI's Realtime protocol (GA names): what a client sends, checked, and what it is sent (pure).

Above: `exchange`. Below: nothing. https://platform.openai.com/docs/api-reference/realtime
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any, Literal

Event = dict[str, Any]
Reason = Literal["turn_detected", "client_cancelled"]


class BadEvent(Exception):
    """A client's event that cannot be taken. The session goes on."""

    def __init__(self, code: str, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(10)}"


def read(frame: str) -> Event:
    """Raises BadEvent."""
    try:
        event = json.loads(frame)
    except ValueError as error:
        raise BadEvent("invalid_json", "the frame is no JSON") from error
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise BadEvent("invalid_event", "an event is an object with a type", param="type")
    return event


def field(event: Mapping[str, Any], name: str, kind: type, *, least: int | None = None) -> Any:
    """Raises BadEvent."""
    value: Any = event.get(name)
    fits = isinstance(value, kind) and not isinstance(value, bool)
    if not fits:
        raise BadEvent("missing_or_invalid_field", f"{name} is needed, of type {kind.__name__}", param=name)
    if least is not None and value < least:
        raise BadEvent("invalid_value", f"{name} is at least {least}", param=name)
    return value


def sent(kind: str, **fields: Any) -> Event:
    return {"type": kind, "event_id": new_id("event"), **fields}


def error(bad: BadEvent, event_id: str | None = None) -> Event:
    told = {
        "type": "invalid_request_error",
        "code": bad.code,
        "message": bad.message,
        "param": bad.param,
        "event_id": event_id,
    }
    return sent("error", error=told)


def failed(code: str, message: str) -> Event:
    """Something on our side does not work now."""
    told = {"type": "server_error", "code": code, "message": message, "param": None, "event_id": None}
    return sent("error", error=told)


def user_item(item_id: str, *, text: str | None = None, transcript: str | None = None) -> Event:
    content = (
        {"type": "input_text", "text": text} if text is not None else {"type": "input_audio", "transcript": transcript}
    )
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "role": "user",
        "status": "completed",
        "content": [content],
    }


def assistant_item(item_id: str, status: str, transcript: str | None, *, audio: bool = True) -> Event:
    part = [audio_part(transcript, audio=audio)] if transcript is not None else []
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": part,
    }


def audio_part(transcript: str, *, audio: bool = True) -> Event:
    return {"type": "output_audio", "transcript": transcript} if audio else {"type": "output_text", "text": transcript}


def response(
    response_id: str,
    conversation: str,
    status: str,
    output: list[Event],
    *,
    modalities: list[str],
    reason: Reason | None = None,
) -> Event:
    details = {"type": status, **({"reason": reason} if reason else {})} if status in ("cancelled", "failed") else None
    return {
        "id": response_id,
        "object": "realtime.response",
        "status": status,
        "status_details": details,
        "output": output,
        "conversation_id": conversation,
        "output_modalities": modalities,
    }
