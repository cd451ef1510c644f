"""What channels tell of a turn beyond its run: who asked, by W3C's `traceparent`, and when the reply was on its way.

Above: `health`'s middleware, sockets, streams. Below: the assistant's sight.
"""

from __future__ import annotations

from starlette.types import Scope

from assistant.sight.callers import caller, checked
from assistant.sight.sight import Sight
from channels.frames import EventFrame, ServerFrame


def note_caller(scope: Scope) -> None:
    """In the request's own task; its turns link to it."""
    for name, value in scope["headers"]:
        if name == b"traceparent":
            caller.set(checked(value.decode("latin-1")))
            return


def note_delivered(sight: Sight, frame: ServerFrame, channel: str) -> None:
    if isinstance(frame, EventFrame) and frame.event.get("type") == "assistant_said":
        sight.delivered(str(frame.event["data"].get("turn_id", "")), channel)
