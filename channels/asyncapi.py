"""AsyncAPI 3.0 for the WebSocket, made from the frames themselves and from the facts that its events carry."""

from __future__ import annotations

from typing import Any

import msgspec

from assistant.events import AGENTS_ONLY, CHANNELS, FACTS_BY_TYPE
from channels.frames import CLIENT_FRAMES, SERVER_FRAMES, ClientFrame, ServerFrame

CLOSE_CODES = {
    4400: "malformed",
    4401: "not allowed",
    4408: "too slow, or no hello",
    4409: "replaced by a newer socket of the same device",
    4413: "frame too large",
    4429: "too many messages",
    1012: "the server restarts: connect again and resume",
}
DESCRIPTION = (
    "The first frame is the client's hello, within 5 s. The server answers welcome, every event after N in order, then live;"
    " then what happens. Order of frames is the order of seq; a client that reconnects with its last seq misses nothing and"
    " sees nothing twice. After audio_start, binary frames from the client are the customer's speech; after speech_start,"
    " binary frames from the server are the reply's, until speech_end or speech_stop. Close codes: "
    + "; ".join(f"{code} {why}" for code, why in CLOSE_CODES.items())
    + "."
)


def asyncapi_document() -> dict[str, Any]:
    names = [_tag(frame) for frame in (*CLIENT_FRAMES, *SERVER_FRAMES)]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Aisle", "version": "1", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/v1/socket",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "receiveFromClient": _operation("receive", CLIENT_FRAMES),
            "sendToClient": _operation("send", SERVER_FRAMES),
        },
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def _tag(frame: type[ClientFrame] | type[ServerFrame]) -> str:
    return str(frame.__struct_config__.tag)


def _operation(action: str, frames: tuple[type[Any], ...]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/socket/messages/{_tag(frame)}"} for frame in frames]
    return {"action": action, "channel": {"$ref": "#/channels/socket"}, "messages": messages}


def _messages() -> dict[str, Any]:
    return {
        _tag(frame): {
            "name": _tag(frame),
            "summary": (frame.__doc__ or "").strip() or _tag(frame),
            "payload": {"$ref": f"#/components/schemas/{frame.__name__}"},
        }
        for frame in (*CLIENT_FRAMES, *SERVER_FRAMES)
    }


def _schemas() -> dict[str, Any]:
    shown = {name: fact for name, fact in FACTS_BY_TYPE.items() if fact not in AGENTS_ONLY}
    types = (*CLIENT_FRAMES, *SERVER_FRAMES, *shown.values())
    references, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(shown, references[len(CLIENT_FRAMES) + len(SERVER_FRAMES) :], strict=True))
    schemas["EventFrame"]["properties"]["event"] = {"$ref": "#/components/schemas/Event"}
    return {**schemas, "Event": _event_schema(by_type)}


def _event_schema(by_type: dict[str, Any]) -> dict[str, Any]:
    """Types beyond these are to be skipped: that is how version 1 grows."""
    text, actors = {"type": "string"}, ["customer", "assistant", "agent", "system"]
    actor = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": actors}, "id": text}}
    return {
        "type": "object",
        "required": ["seq", "id", "conversation_id", "at", "actor", "channel", "type", "data"],
        "properties": {
            "seq": {"type": "integer", "minimum": 1},
            "id": text,
            "conversation_id": text,
            "at": {"type": "string", "format": "date-time"},
            "actor": actor,
            "channel": {"enum": list(CHANNELS)},
            "type": text,
            "data": {"type": "object"},
        },
        "anyOf": [
            *({"properties": {"type": {"const": name}, "data": schema}} for name, schema in by_type.items()),
            {"properties": {"type": {"not": {"enum": list(by_type)}}}},
        ],
    }
