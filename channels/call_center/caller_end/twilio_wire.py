"""A call as Twilio brings it: announced with a signed form, then streamed; marks come back as Twilio sends them back."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import httpx
import msgspec
import websockets

from channels.call_center.caller_end.wire import Arrival, CannotCall, Speech, Stop
from channels.call_center.twilio_signature import HEADER, signed
from model_serving.audio import mulaw, of_mulaw, of_pcm16

WAY_OUT = "is AISLE_PHONE_TWILIO_AUTH_TOKEN here what it is there, and AISLE_PUBLIC_URL too?"


@dataclass(slots=True)
class TwilioWire:
    connection: websockets.ClientConnection
    stream: str
    call: str
    rate: int = 8_000
    cushion: int = 0
    _sequence: int = 0
    _chunk: int = 0

    async def start(self, parameters: Mapping[str, str]) -> None:
        await self.connection.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        start = {
            "accountSid": "AC" + "0" * 32,
            "streamSid": self.stream,
            "callSid": self.call,
            "tracks": ["inbound"],
            "customParameters": dict(parameters),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": self.rate, "channels": 1},
        }
        await self._tell("start", start=start)

    async def arrivals(self) -> AsyncIterator[Arrival]:
        try:
            async for text in self.connection:
                match msgspec.json.decode(text):
                    case {"event": "media", "media": {"payload": str(payload)}}:
                        yield Speech(pcm=of_mulaw(base64.b64decode(payload)).pcm16())
                    case {"event": "mark", "mark": {"name": str(name)}}:
                        yield Speech(pcm=b"", mark=name)
                    case {"event": "clear"}:
                        yield Stop()
        except websockets.ConnectionClosed:
            return

    async def send(self, pcm: bytes) -> None:
        self._chunk += 1
        payload = base64.b64encode(mulaw(of_pcm16(pcm, self.rate))).decode()
        at = {"chunk": str(self._chunk), "timestamp": str(20 * (self._chunk - 1))}
        await self._tell("media", media={"track": "inbound", **at, "payload": payload})

    async def heard(self, mark: str) -> None:
        await self._tell("mark", mark={"name": mark})

    async def dropped(self, marks: list[str]) -> None:
        """Twilio sends them back as if they had been played."""
        for mark in marks:
            await self.heard(mark)

    async def hang_up(self) -> None:
        await self._tell("stop", stop={"accountSid": "AC" + "0" * 32, "callSid": self.call})
        await self.connection.close()

    async def _tell(self, event: str, **fields: object) -> None:
        self._sequence += 1
        frame = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": self.stream, **fields}
        try:
            await self.connection.send(msgspec.json.encode(frame).decode())
        except websockets.ConnectionClosed:
            return  # `arrivals` tells it


@asynccontextmanager
async def by_twilio(url: str, *, token: str, public_url: str, caller: str, locale: str) -> AsyncIterator[TwilioWire]:
    """Raises CannotCall."""
    url = url.rstrip("/")
    call = "CA" + secrets.token_hex(16)
    path = "/v1/twilio/voice" + (f"?locale={locale}" if locale else "")
    address, parameters = await _announced(url, path, call, token=token, public_url=public_url, caller=caller)
    reached = url.replace("http", "ws", 1) + urlsplit(address).path
    try:
        connection = await websockets.connect(
            reached, additional_headers={HEADER: signed(token, address)}, compression=None, max_size=None
        )
    except (OSError, websockets.WebSocketException) as error:
        raise CannotCall(f"{reached} refused the stream ({error}): {WAY_OUT}") from error
    async with connection:
        wire = TwilioWire(connection, "MZ" + secrets.token_hex(16), call)
        await wire.start(parameters)
        yield wire


async def _announced(
    url: str, path: str, call: str, *, token: str, public_url: str, caller: str
) -> tuple[str, dict[str, str]]:
    """The stream's address and parameters, from the TwiML."""
    form = {"CallSid": call, "From": caller or "anonymous", "To": "+15550100", "CallStatus": "ringing"}
    base = public_url.rstrip("/") or f"https://{urlsplit(url).netloc}"
    signature = signed(token, base + path, {name: [value] for name, value in form.items()})
    headers = {HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        async with httpx.AsyncClient(timeout=15) as http:
            answer = await http.post(url + path, content=urlencode(form), headers=headers)
            answer.raise_for_status()
        stream = ElementTree.fromstring(answer.text).find("./Connect/Stream")
    except (httpx.HTTPError, ElementTree.ParseError) as error:
        raise CannotCall(f"{url} does not take the call ({error}): {WAY_OUT}") from error
    if stream is None:
        raise CannotCall(f"{url} does not take the call: {answer.text[:300]}")
    return stream.get("url", ""), {one.get("name", ""): one.get("value", "") for one in stream.findall("Parameter")}
