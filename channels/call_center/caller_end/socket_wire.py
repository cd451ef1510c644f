"""A call as a kiosk makes it: protocol.md's audio frames on /v1/socket, with the transcript that comes beside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import websockets

from channels.call_center.caller_end.wire import Arrival, CannotCall, Said, Speech, Stop
from model_serving.audio import of_mulaw, of_pcm16


@dataclass(slots=True)
class SocketWire:
    connection: websockets.ClientConnection
    conversation: str
    rate: int = 16_000
    cushion: int = 0
    _turn: str = ""
    _format: str = "pcm16"
    _their_rate: int = 16_000
    _samples: int = 0
    """Of the turn's speech that came so far, at its own rate."""
    _shown: set[str] = field(default_factory=set)

    async def start(self, hello: Mapping[str, Any]) -> None:
        await self._tell(hello)
        await self._tell({"type": "audio_start", "format": "pcm16", "rate": self.rate})

    async def arrivals(self) -> AsyncIterator[Arrival]:
        try:
            async for message in self.connection:
                if isinstance(message, bytes):
                    yield self._speech(message)
                elif (arrival := self._frame(msgspec.json.decode(message))) is not None:
                    yield arrival
        except websockets.ConnectionClosed:
            return

    def _speech(self, data: bytes) -> Speech:
        audio = of_mulaw(data, self._their_rate) if self._format == "mulaw" else of_pcm16(data, self._their_rate)
        self._samples += len(audio.samples)
        return Speech(pcm=audio.at(self.rate).pcm16(), mark=f"{self._turn}:{1_000 * self._samples // self._their_rate}")

    def _frame(self, frame: Mapping[str, Any]) -> Arrival | None:
        match frame:
            case {"type": "speech_start", "turn_id": str(turn)}:
                self._turn, self._samples = turn, 0
                self._format = str(frame.get("format", "pcm16"))
                self._their_rate = int(frame.get("rate", self.rate))
            case {"type": "speech_stop"}:
                return Stop()
            case {"type": "event", "event": {"type": str(kind), "data": dict(data)}}:
                return self._event(kind, data)
            case {"type": "signal", "signal": "prompt", "text": str(text)}:
                return Said(who="assistant", text=text)
            case {"type": "error", "detail": str(detail)}:
                return Said(who="note", text=detail)
        return None

    def _event(self, kind: str, data: Mapping[str, Any]) -> Said | None:
        turn = str(data.get("turn_id", ""))
        match kind:
            case "customer_said":
                return Said(who="caller", text=str(data.get("text", "")))
            case "reply_ready":
                self._shown.add(turn)
                return Said(who="assistant", text=str(data.get("text", "")))
            case "assistant_said" if data.get("interrupted"):
                return Said(who="note", text=f"cut off; heard: {data.get('text', '')!r}")
            case "assistant_said" if turn not in self._shown:
                return Said(who="assistant", text=str(data.get("text", "")))
            case "turn_failed":
                return Said(who="note", text=str(data.get("text", "")))
        return None

    async def send(self, pcm: bytes) -> None:
        try:
            await self.connection.send(pcm)
        except websockets.ConnectionClosed:
            return  # `arrivals` tells it

    async def heard(self, mark: str) -> None:
        turn, _, ms = mark.rpartition(":")
        await self._tell({"type": "played", "turn_id": turn, "ms": int(ms)})

    async def dropped(self, marks: list[str]) -> None:
        """What was not played is not told."""

    async def hang_up(self) -> None:
        await self.connection.close()

    async def _tell(self, frame: Mapping[str, Any]) -> None:
        try:
            await self.connection.send(msgspec.json.encode(frame).decode())
        except websockets.ConnectionClosed:
            return  # `arrivals` tells it


@asynccontextmanager
async def by_socket(url: str, *, locale: str, channel: str = "kiosk") -> AsyncIterator[SocketWire]:
    """Raises CannotCall."""
    url = url.rstrip("/")
    try:
        async with httpx.AsyncClient(base_url=url, timeout=15) as http:
            body = {"channel": channel, **({"locale": locale} if locale else {})}
            answer = await http.post("/v1/conversations", json=body)
            answer.raise_for_status()
            opened = answer.json()
        connection = await websockets.connect(
            url.replace("http", "ws", 1) + "/v1/socket", compression=None, max_size=None
        )
    except (httpx.HTTPError, OSError, ValueError, websockets.WebSocketException) as error:
        raise CannotCall(
            f"{url} cannot be reached ({error or type(error).__name__}): is the server running? Start it with `aisle serve`"
        ) from error
    async with connection:
        wire = SocketWire(connection, opened["conversation_id"])
        await wire.start(
            {"type": "hello", "token": opened["token"], "conversation_id": opened["conversation_id"], "after": 0}
        )
        yield wire
