"""Server-Sent Events: the socket's frames over plain HTTP, for what cannot hold a WebSocket. `Last-Event-ID` resumes.

Each frame is one event of the stream: `event` is its type, `data` the frame, `id` the seq where it carries one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from channels.delivery import Delivery
from channels.edge.auth import Grant
from channels.errors import InvalidQuery
from channels.following import follow
from channels.frames import EventFrame, ServerFrame, frame_type
from channels.front_door import Door, FrontDoor, Granted
from channels.moving.moving import is_farewell
from channels.page_channel import page_channel
from channels.sight.telling import note_delivered

streams = APIRouter(prefix="/v1", tags=["conversations"])
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@streams.get(
    "/conversations/{conversation_id}/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "The socket's frames, one an event."}},
)
async def stream_conversation(
    request: Request,
    grant: Granted,
    door: Door,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """welcome, every event after the last one, live; then what happens."""
    door = door.seen_by(grant)
    await door.assistant.state(grant.conversation)
    start = _seq(last_event_id) if last_event_id else after
    counted = contextlib.ExitStack()
    counted.enter_context(door.connections.one(grant.conversation))
    return _Stream(_lines(door, grant, start, counted), counted)


class _Stream(StreamingResponse):
    def __init__(self, lines: AsyncIterator[bytes], counted: contextlib.ExitStack) -> None:
        super().__init__(lines, media_type="text/event-stream", headers=HEADERS)
        self._counted = counted

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        with self._counted:
            await super().__call__(scope, receive, send)


def _seq(last_event_id: str) -> int:
    if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 16:
        raise InvalidQuery("Last-Event-ID is the seq of the last event that was received")
    return int(last_event_id)


async def _lines(door: FrontDoor, grant: Grant, after: int, counted: contextlib.ExitStack) -> AsyncIterator[bytes]:
    channel = page_channel(grant.channel, door.settings.image_origins)
    outbox, delivery = channel.outbox, Delivery(sent=after, generation=grant.generation, render=channel.render)
    follower = asyncio.create_task(follow(door.assistant, grant.conversation, delivery, channel))
    ending = asyncio.Event()
    counted.enter_context(door.rechecks.held(grant, ending.set))
    stopping = asyncio.create_task(door.stopping.wait())
    over = asyncio.create_task(ending.wait())
    taking: asyncio.Task[tuple[ServerFrame, bytes]] = asyncio.create_task(outbox.take())
    try:
        while True:
            await asyncio.wait(
                {follower, stopping, over, taking},
                timeout=door.settings.heartbeat_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if over.done():
                return
            if taking.done():
                yield _line(*taking.result())
                note_delivered(door.assistant.sight, taking.result()[0], grant.channel)
                if is_farewell(taking.result()[0], grant):
                    return
                taking = asyncio.create_task(outbox.take())
            elif follower.done() or stopping.done():
                return
            else:
                yield b": still here\n\n"
    finally:
        for task in (follower, stopping, over, taking):
            task.cancel()
        await asyncio.gather(follower, stopping, over, taking, return_exceptions=True)


def _line(frame: ServerFrame, encoded: bytes) -> bytes:
    seq = f"id: {frame.event['seq']}\n".encode() if isinstance(frame, EventFrame) else b""
    return seq + b"event: " + frame_type(frame).encode() + b"\ndata: " + encoded + b"\n\n"
