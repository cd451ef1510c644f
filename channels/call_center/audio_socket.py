"""Asterisk's AudioSocket: it dials us by TCP, and plays what it is sent at once. So every 20 ms one frame goes out, sound or
silence (after 2 s without a frame either way Asterisk ends the call), and what was played is what went out.

Above: `command_line.serve`. Below: `audio_socket_frames`, `playout`, `calls`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from channels.call_center import audio_socket_frames as frames
from channels.call_center.caller import Caller
from channels.call_center.calls import CallCenter
from channels.call_center.playout import Playout
from channels.call_center.twilio_frames import DIGITS
from channels.voice.line import Digit, HungUp, LineEvent, Played, Sound

log = logging.getLogger(__name__)

UUID_SECONDS = 5.0
SILENT_SECONDS = 60.0
"""Asterisk sends a frame every 20 ms; after so long without one nobody is there."""
LATEST = 3 * frames.FRAME_SECONDS
"""Frames that are late by up to this are made up for at once; beyond, the caller heard a gap and time goes on from now."""
MOST_EVENTS = 3_000
"""A minute of sound that nobody takes; what comes then is dropped."""
READ_BYTES = 16_384


class AudioSocketLine:
    rate = frames.RATE
    screen = False

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, parser: frames.Frames) -> None:
        self._reader, self._writer, self._parser = reader, writer, parser
        self._playout = Playout(frames.FRAME_BYTES)
        self._sounding: list[str] = []
        """Marks of the frame that is being heard."""
        self._inbox: asyncio.Queue[LineEvent] = asyncio.Queue()
        writer.transport.set_write_buffer_limits(high=4 * frames.FRAME_BYTES)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While it reads and plays."""
        tasks = (asyncio.ensure_future(self._read()), asyncio.ensure_future(self._pace()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def events(self) -> AsyncIterator[LineEvent]:
        while True:
            event = await self._inbox.get()
            yield event
            if isinstance(event, HungUp):
                return

    async def begin(self, turn_id: str) -> None:
        """Asterisk knows no turns."""

    async def play(self, pcm: bytes, *, mark: str) -> None:
        self._playout.add(pcm)
        self._playout.mark(mark)

    async def end(self, turn_id: str) -> None:
        """As `begin`."""

    async def clear(self, turn_id: str) -> None:
        self._playout.clear()
        self._sounding.clear()

    async def hang_up(self) -> None:
        with suppress(ConnectionError, RuntimeError):
            if not self._writer.is_closing():
                self._writer.write(frames.hang_up())
                await self._writer.drain()
        self._writer.close()

    async def _read(self) -> None:
        try:
            while await self._read_some():
                pass
        except frames.BadFrame as error:
            log.warning("an AudioSocket was hung up: %s", error)
        except (ConnectionError, TimeoutError) as error:
            log.info("an AudioSocket broke: %s", error or "nothing came for a minute")
        finally:
            self._inbox.put_nowait(HungUp())

    async def _read_some(self) -> bool:
        """False at the end: a half-closed socket is a call that was hung up. Raises BadFrame."""
        async with asyncio.timeout(SILENT_SECONDS):
            data = await self._reader.read(READ_BYTES)
        for frame in self._parser.feed(data):
            if frame.type in (frames.HANG_UP, frames.ERROR):
                return False
            self._take(frame)
        return bool(data)

    def _take(self, frame: frames.Frame) -> None:
        if frame.type == frames.DTMF:
            digit = frame.payload[:1].decode("ascii", "replace").upper()
            if digit in DIGITS:
                self._inbox.put_nowait(Digit(digit=digit))
        elif frame.type == frames.SOUND or frame.type in frames.OTHER_RATES:
            pcm = frame.sound()
            if pcm and self._inbox.qsize() < MOST_EVENTS:
                self._inbox.put_nowait(Sound(pcm=pcm))

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        with suppress(ConnectionError, RuntimeError):
            while not self._writer.is_closing():
                pcm, self._sounding = self._playout.take()
                self._writer.write(frames.sound(pcm))
                await self._writer.drain()
                due = next_due(due, loop.time())
                await asyncio.sleep(due - loop.time())
                for mark in self._sounding:
                    self._inbox.put_nowait(Played(mark=mark))


def next_due(due: float, now: float) -> float:
    return max(due + frames.FRAME_SECONDS, now - LATEST)


@asynccontextmanager
async def audio_sockets(center: CallCenter) -> AsyncIterator[tuple[str, int] | None]:
    """Listened for while open; None where the settings want none. Raises OSError for a port in use."""
    settings = center.settings
    if not settings.audiosocket_port:
        yield None
        return
    async with listening(center, settings.audiosocket_host, settings.audiosocket_port) as address:
        yield address


@asynccontextmanager
async def listening(center: CallCenter, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    calls: set[asyncio.Task[None]] = set()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(_answer(center, reader, writer))
        calls.add(task)
        task.add_done_callback(calls.discard)

    server = await asyncio.start_server(came, host, port)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await server.wait_closed()


async def _answer(center: CallCenter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        address = writer.get_extra_info("peername")[0]
        if not center.settings.admits(address):
            log.warning("an AudioSocket from %s was refused: AISLE_PHONE_AUDIOSOCKET_ALLOW does not name it", address)
            return
        parser = frames.Frames()
        caller = await _caller(center, reader, parser)
        if caller is not None:
            line = AudioSocketLine(reader, writer, parser)
            async with line.open():
                await center.take(line, caller)
    finally:
        writer.close()
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(1):
                await writer.wait_closed()


async def _caller(center: CallCenter, reader: asyncio.StreamReader, parser: frames.Frames) -> Caller | None:
    """Whom the UUID was given for; one that we did not give is a caller without a number."""
    try:
        async with asyncio.timeout(UUID_SECONDS):
            header = await reader.readexactly(3)
            first = await reader.readexactly(int.from_bytes(header[1:], "big"))
        (frame,) = parser.feed(header + first)
        call = frame.uuid()
    except (frames.BadFrame, asyncio.IncompleteReadError, ConnectionError, TimeoutError) as error:
        log.warning("an AudioSocket that did not begin with its UUID was refused (%s)", type(error).__name__)
        return None
    return center.tickets.redeem(call) or Caller(call=call)
