"""A call as an Asterisk brings it by AudioSocket: it plays at once what comes, and has no marks."""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from channels.call_center import audio_socket_frames as frames
from channels.call_center.caller_end.wire import Arrival, CannotCall, Speech


@dataclass(slots=True)
class AudioSocketWire:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rate: int = frames.RATE
    cushion: int = 3 * frames.FRAME_BYTES

    intervals: list[float] = field(default_factory=list)
    """Seconds between frames of sound, as they arrived: the other side's pace."""

    async def arrivals(self) -> AsyncIterator[Arrival]:
        parser, before = frames.Frames(), 0.0
        with suppress(ConnectionError):
            while data := await self.reader.read(16_384):
                for frame in parser.feed(data):
                    if frame.type == frames.HANG_UP:
                        return
                    if frame.type == frames.SOUND:
                        now = time.monotonic()
                        self.intervals += [now - before] if before else []
                        before = now
                        yield Speech(pcm=frame.payload)

    async def send(self, pcm: bytes) -> None:
        await self._write(frames.sound(pcm))

    async def heard(self, mark: str) -> None:
        """There are no marks."""

    async def dropped(self, marks: list[str]) -> None:
        """As `heard`."""

    async def hang_up(self) -> None:
        await self._write(frames.hang_up())
        self.writer.close()

    async def _write(self, frame: bytes) -> None:
        if self.writer.is_closing():
            return  # `arrivals` tells it
        with suppress(ConnectionError, RuntimeError):
            self.writer.write(frame)
            await self.writer.drain()


@asynccontextmanager
async def by_audio_socket(host: str, port: int) -> AsyncIterator[AudioSocketWire]:
    """Raises CannotCall."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise CannotCall(
            f"{host}:{port} cannot be reached ({error.strerror or error}): the server listens there with"
            f" AISLE_PHONE_AUDIOSOCKET_PORT={port}"
        ) from error
    try:
        call = uuid.UUID(bytes=secrets.token_bytes(16), version=4)
        writer.write(struct.pack(">BH", frames.UUID, 16) + call.bytes)
        yield AudioSocketWire(reader, writer)
    finally:
        writer.close()
