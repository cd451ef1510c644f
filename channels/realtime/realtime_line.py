"""A Realtime client as a line: its appended sound comes in, each reply goes out as one response, and what it has played is
reckoned from the sound that was sent, until the client truncates it.

Above: `exchange`. Below: `wire`, `sound`, `items`; the session of `channels.voice` runs on it.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from channels.realtime import wire
from channels.realtime.items import Items
from channels.realtime.session_config import SessionConfig
from channels.realtime.sound import encoded, rate_of
from channels.realtime.wire import BadEvent, Event, Reason
from channels.voice.line import CutIn, HungUp, LineEvent, Played, Sound, TurnEnded
from channels.voice.news import ClauseSounds

PIECE_SECONDS = 0.2
"""Of sound in one delta."""
WAY = 0.25
"""Seconds after its own time at which sound counts as played: the client's buffer, and the way to it."""
MOST_WAITING = 30.0
SLACK_MS = 40
CLAUSES_KEPT = 64
"""Of what is on its way; some are dropped before they come here."""


@dataclass(slots=True, eq=False)
class Response:
    """One reply on its way."""

    turn_id: str
    modality: str
    id: str = field(default_factory=lambda: wire.new_id("resp"))
    item_id: str = field(default_factory=lambda: wire.new_id("item"))
    transcript: str = ""
    ms: float = 0.0
    """Of sound that was sent."""
    said: list[tuple[float, str, int]] = field(default_factory=list)
    """Of each clause: where its sound ends, its mark, and the end of its place in the shown text."""
    over: bool = False

    def item(self, status: str) -> Event:
        transcript = self.transcript.strip() if self.transcript or status != "in_progress" else None
        return wire.assistant_item(self.item_id, status, transcript, audio=self.modality == "audio")


class RealtimeLine:
    """CallTransport. One event loop; `heard`, `turn_ended`, `cancel`, `truncate`, `clause`, `hung_up` are the exchange's."""

    def __init__(
        self, send: Callable[[Event], None], config: SessionConfig, items: Items, *, conversation: str, screen: bool
    ) -> None:
        self.rate, self.screen = rate_of(config.heard), screen
        self.config = config
        self._send, self._items, self._conversation = send, items, conversation
        self._events: deque[LineEvent] = deque()
        self._came, self._taken = asyncio.Event(), asyncio.Event()
        self._waiting = 0.0
        self._gone = False
        self._clauses: dict[str, ClauseSounds] = {}
        self._responses: dict[str, Response] = {}
        self._now: Response | None = None
        self._reason: Reason = "turn_detected"
        self._silent_at = 0.0
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # -- the exchange's --------------------------------------------------------------------------------------------

    @property
    def responding(self) -> bool:
        return self._now is not None

    async def heard(self, pcm: bytes) -> None:
        while self._waiting > MOST_WAITING and not self._gone:
            self._taken.clear()
            await self._taken.wait()
        self._waiting += len(pcm) / 2 / self.rate
        self._put(Sound(pcm=pcm))

    def turn_ended(self) -> None:
        self._put(TurnEnded())

    def cancel(self, response_id: str | None) -> None:
        """Raises BadEvent where nothing is being said."""
        now = self._now
        if now is None or (response_id is not None and response_id != now.id):
            raise BadEvent("response_cancel_not_active", "no such response is being made")
        self._reason = "client_cancelled"
        self._put(CutIn(turn_id=now.turn_id))

    def truncate(self, item_id: str, audio_end_ms: int) -> tuple[str, int]:
        """The client has stopped its loudspeaker there. The turn, and where in the shown text the heard part ends.

        Raises BadEvent.
        """
        response = next((one for one in self._responses.values() if one.item_id == item_id), None)
        if response is None:
            self._items.get(item_id)
            raise BadEvent("item_not_audio", "only what the assistant has said can be truncated", param="item_id")
        if audio_end_ms > response.ms + SLACK_MS:
            told = f"audio_end_ms is {audio_end_ms}, and {round(response.ms)} ms were sent"
            raise BadEvent("invalid_value", told, param="audio_end_ms")
        whole = [(mark, end) for ms, mark, end in response.said if ms <= audio_end_ms + SLACK_MS]
        self._stop_reckoning()
        for mark, _ in whole:
            self._put(Played(mark=mark))
        return response.turn_id, whole[-1][1] if whole else 0

    def cut_in(self, turn_id: str, heard: str | None) -> None:
        self._reason = "client_cancelled"
        self._put(CutIn(turn_id=turn_id, heard=heard))

    def clause(self, clause: ClauseSounds) -> None:
        self._clauses[clause.mark] = clause
        while len(self._clauses) > CLAUSES_KEPT:
            self._clauses.pop(next(iter(self._clauses)))

    def hung_up(self) -> None:
        if not self._gone:
            self._gone = True
            self._stop_reckoning()
            self._put(HungUp())
            self._taken.set()

    def _put(self, event: LineEvent) -> None:
        self._events.append(event)
        self._came.set()

    # -- CallTransport ---------------------------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[LineEvent]:
        while True:
            while not self._events:
                self._came.clear()
                await self._came.wait()
            event = self._events.popleft()
            if isinstance(event, Sound):
                self._waiting -= len(event.pcm) / 2 / self.rate
                self._taken.set()
            yield event
            if isinstance(event, HungUp):
                return

    async def begin(self, turn_id: str) -> None:
        self._finish("completed")
        self._reason = "turn_detected"
        response = self._now = self._responses[turn_id] = Response(turn_id, self.config.modality)
        while len(self._responses) > 8:
            self._responses.pop(next(iter(self._responses)))
        self._send(wire.sent("response.created", response=self._told(response, "in_progress", [])))
        self._of(response, "response.output_item.added", item=response.item("in_progress"), without_item=True)
        for event in self._items.add(response.item("in_progress")):
            self._send(event)
        part = {"type": "audio", "transcript": ""} if response.modality == "audio" else {"type": "text", "text": ""}
        self._of(response, "response.content_part.added", content_index=0, part=part)

    async def play(self, pcm: bytes, *, mark: str) -> None:
        response = self._now
        if response is None:
            return
        clause = self._clauses.pop(mark, None)
        if clause is not None:
            self._say(response, clause.spoken)
        seconds = len(pcm) / 2 / self.rate
        if response.modality == "audio":
            await self._sound(response, pcm)
        else:
            seconds = 0.0
        response.ms += seconds * 1_000
        response.said.append((response.ms, mark, clause.end if clause is not None else 0))
        self._reckon(mark, seconds)

    async def end(self, turn_id: str) -> None:
        self._finish("completed")

    async def clear(self, turn_id: str) -> None:
        self._stop_reckoning()
        self._finish("cancelled", self._reason)

    async def hang_up(self) -> None:
        self.hung_up()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _say(self, response: Response, spoken: str) -> None:
        delta = f" {spoken}" if response.transcript else spoken
        response.transcript += delta
        kind = (
            "response.output_audio_transcript.delta" if response.modality == "audio" else "response.output_text.delta"
        )
        self._of(response, kind, content_index=0, delta=delta)

    async def _sound(self, response: Response, pcm: bytes) -> None:
        format = self.config.spoken
        data = (
            pcm
            if (format, self.rate) == ("audio/pcm", 24_000)
            else await asyncio.to_thread(encoded, pcm, self.rate, format)
        )
        size = round(PIECE_SECONDS * rate_of(format)) * (2 if format == "audio/pcm" else 1)
        for start in range(0, len(data), size):
            if response.over:
                return  # cleared meanwhile
            delta = base64.b64encode(data[start : start + size]).decode()
            self._of(response, "response.output_audio.delta", content_index=0, delta=delta)

    def _finish(self, status: str, reason: Reason | None = None) -> None:
        response, self._now = self._now, None
        if response is None:
            return
        response.over = True
        transcript = response.transcript.strip()
        if response.modality == "audio":
            self._of(response, "response.output_audio.done", content_index=0)
            self._of(response, "response.output_audio_transcript.done", content_index=0, transcript=transcript)
            part = {"type": "audio", "transcript": transcript}
        else:
            self._of(response, "response.output_text.done", content_index=0, text=transcript)
            part = {"type": "text", "text": transcript}
        self._of(response, "response.content_part.done", content_index=0, part=part)
        item = response.item("completed" if status == "completed" else "incomplete")
        for event in self._items.done(item):
            self._send(event)
        self._of(response, "response.output_item.done", item=item, without_item=True)
        self._send(wire.sent("response.done", response=self._told(response, status, [item], reason)))

    def _of(self, response: Response, kind: str, *, without_item: bool = False, **fields: object) -> None:
        ids = {"response_id": response.id, "output_index": 0}
        if not without_item:
            ids["item_id"] = response.item_id
        self._send(wire.sent(kind, **ids, **fields))

    def _told(self, response: Response, status: str, output: list[Event], reason: Reason | None = None) -> Event:
        return wire.response(
            response.id, self._conversation, status, output, modalities=[response.modality], reason=reason
        )

    def _reckon(self, mark: str, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._silent_at = max(self._silent_at, loop.time()) + seconds
        if not self._gone:
            self._timers[mark] = loop.call_at(self._silent_at + (WAY if seconds else 0.0), self._reckoned, mark)

    def _reckoned(self, mark: str) -> None:
        self._timers.pop(mark, None)
        self._put(Played(mark=mark))

    def _stop_reckoning(self) -> None:
        self._silent_at = 0.0
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
