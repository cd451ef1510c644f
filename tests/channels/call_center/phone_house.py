"""A phone to test with: the house of the channels, a talker that tests script, and a Twilio written by hand."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from twilio.request_validator import RequestValidator

from channels.call_center.calls import open_call_center
from channels.call_center.phone_settings import PhoneSettings
from channels.edge.auth import Grant
from channels.front_door import FrontDoor
from channels.settings import ChannelSettings
from channels.voice.line import CallTransport, Digit, HungUp, LineEvent, Played, Sound
from tests.channels.house import build_house, serving

TOKEN = "0123456789abcdef0123456789abcdef"
SECRET = "a-secret-of-the-asterisk"
FRAME = b"\xff" * 160
"""20 ms of silence as mu-law."""


@dataclass
class Ears:
    """What of the product's speech is asked before a call is answered."""

    trouble: Exception | None = None

    async def detector(self) -> None:
        if self.trouble is not None:
            raise self.trouble


Script = Callable[["CallSeen"], Awaitable[None]]


@dataclass
class CallSeen:
    """One call as the talker sees it."""

    line: CallTransport
    grant: Grant
    language: str = ""
    greet: bool = False
    events: list[LineEvent] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def heard(self) -> bytes:
        return b"".join(event.pcm for event in self.events if isinstance(event, Sound))

    @property
    def digits(self) -> str:
        return "".join(event.digit for event in self.events if isinstance(event, Digit))

    @property
    def played(self) -> list[str]:
        return [event.mark for event in self.events if isinstance(event, Played)]

    @property
    def hung_up(self) -> bool:
        return any(isinstance(event, HungUp) for event in self.events)

    async def until(self, condition: Callable[[CallSeen], bool], *, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))


@dataclass
class FakeTalker:
    """Collects what a line brings, and runs the test's script beside."""

    script: Script | None = None
    calls: list[CallSeen] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(
        self, line: CallTransport, *, door: FrontDoor, grant: Grant, language: str = "", greet: bool = False
    ) -> None:
        call = CallSeen(line, grant, language, greet)
        self.calls.append(call)
        async with self.came:
            self.came.notify_all()
        script = asyncio.ensure_future(self.script(call)) if self.script else None
        try:
            async for event in line.events():
                call.events.append(event)
                async with call.changed:
                    call.changed.notify_all()
        finally:
            if script is not None:
                script.cancel()
                await asyncio.gather(script, return_exceptions=True)

    async def call(self, number: int = 0, *, seconds: float = 5) -> CallSeen:
        async with asyncio.timeout(seconds), self.came:
            await self.came.wait_for(lambda: len(self.calls) > number)
        return self.calls[number]


def phone_settings(**given: Any) -> PhoneSettings:
    return PhoneSettings(_env_file=None, **{"twilio_auth_token": TOKEN, "asterisk_secret": SECRET, **given})


def channel_settings(**given: Any) -> ChannelSettings:
    return ChannelSettings(_env_file=None, **given)


def signature(url: str, form: dict[str, str] | None = None, algorithm: str | None = None) -> str:
    """By Twilio's own library."""
    return RequestValidator(TOKEN).compute_signature(url, form or {}, algorithm)


def form_of(call: str = "CA1", caller: str = "+15550100") -> dict[str, str]:
    return {"CallSid": call, "AccountSid": "AC1", "From": caller, "To": "+15550199", "CallStatus": "ringing"}


async def announce(served: Any, form: dict[str, str] | None = None, query: str = "", **headers: str) -> Any:
    """Twilio's request for TwiML."""
    form = form or form_of()
    path = f"/v1/twilio/voice{query}"
    given = {"X-Twilio-Signature": signature(served.url + path, form), **headers}
    return await served.http.post(
        path, content=urlencode(form), headers={"Content-Type": "application/x-www-form-urlencoded", **given}
    )


def ticket_in(twiml: str) -> str:
    return twiml.split('name="ticket" value="')[1].split('"')[0]


@dataclass
class FakeTwilio:
    """The other end of a stream: counts as Twilio does, holds what it is sent, and plays it when the test says so."""

    connection: Any
    echoes_after_clear: bool = True
    stream: str = "MZ1"
    call: str = "CA1"
    sequence: int = 0
    chunk: int = 0
    buffered: list[dict[str, Any]] = field(default_factory=list)
    played: bytearray = field(default_factory=bytearray)
    reading: Any = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def send(self, event: str, **fields: Any) -> None:
        self.sequence += 1
        await self.connection.send(
            json.dumps({"event": event, "sequenceNumber": str(self.sequence), "streamSid": self.stream, **fields})
        )

    async def start(self, ticket: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        start = {
            "accountSid": "AC1",
            "streamSid": self.stream,
            "callSid": self.call,
            "tracks": ["inbound"],
            "customParameters": {"ticket": ticket},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            **fields,
        }
        await self.send("start", start=start)

    async def speak(self, sound: bytes = FRAME, *, chunk: int | None = None) -> None:
        self.chunk += 1
        number = chunk if chunk is not None else self.chunk
        payload = base64.b64encode(sound).decode()
        media = {"track": "inbound", "chunk": str(number), "timestamp": str(20 * number), "payload": payload}
        await self.send("media", media=media)

    async def press(self, digit: str) -> None:
        await self.send("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def stop(self) -> None:
        await self.send("stop", stop={"accountSid": "AC1", "callSid": self.call})

    async def read(self) -> None:
        """Takes what we send until the socket closes; answers a `clear` as Twilio does."""
        try:
            async for text in self.connection:
                frame = json.loads(text)
                if frame["event"] == "clear":
                    await self._clear()
                self.buffered.append(frame)
                async with self.changed:
                    self.changed.notify_all()
        except websockets.ConnectionClosed:
            pass

    async def _clear(self) -> None:
        marks = [frame["mark"]["name"] for frame in self.buffered if frame["event"] == "mark"]
        self.buffered = [frame for frame in self.buffered if frame["event"] == "clear"]
        if self.echoes_after_clear:
            for name in marks:
                await self.send("mark", mark={"name": name})

    async def until(self, condition: Callable[[list[dict[str, Any]]], bool], *, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self.buffered))

    async def play_to_mark(self) -> None:
        """Up to and with the next mark, which is echoed."""
        await self.until(lambda frames: any(frame["event"] == "mark" for frame in frames))
        while self.buffered:
            frame = self.buffered.pop(0)
            if frame["event"] == "media":
                self.played += base64.b64decode(frame["media"]["payload"])
            elif frame["event"] == "mark":
                await self.send("mark", mark={"name": frame["mark"]["name"]})
                return


@asynccontextmanager
async def twilio_call(
    served: Any, *, call: str = "CA1", caller: str = "+15550100", **fields: Any
) -> AsyncIterator[FakeTwilio]:
    """Announced, connected, started."""
    answer = await announce(served, form_of(call, caller))
    assert answer.status_code == 200, answer.text
    async with twilio_socket(served) as connection:
        twilio = FakeTwilio(connection, call=call, **fields)
        await twilio.start(ticket_in(answer.text))
        reading = asyncio.ensure_future(twilio.read())
        try:
            yield twilio
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def twilio_socket(served: Any, **headers: str) -> AsyncIterator[Any]:
    address = served.url.replace("http", "ws") + "/v1/twilio/stream"
    given = headers or {"X-Twilio-Signature": signature(address)}
    async with websockets.connect(address, additional_headers=given, compression=None) as connection:
        yield connection


@asynccontextmanager
async def phone(
    home: Path, talker: FakeTalker, settings: PhoneSettings | None = None, **house: Any
) -> AsyncIterator[Any]:
    """A served house whose phone is answered by the talker."""
    async with serving(build_house(home, **{"speech": Ears(), **house}), channel_settings()) as served:
        # The carrier signs the address that it knows the server by.
        served.app.state.front_door.settings = channel_settings(public_url=served.url)
        served.center = open_call_center(served.app.state.front_door, settings or phone_settings(), talker)
        served.app.state.call_center = served.center
        yield served
