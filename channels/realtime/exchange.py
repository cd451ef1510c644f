"""Exchange: one Realtime session: the client's events become sound, messages and interruptions, the session's news its events.

Above: `endpoint`, which owns the socket. Below: `realtime_line`, `session_config`, `channels.voice.talking`. An event that
cannot be taken gets an `error` event, and the session goes on.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.authority import Decision, Role, Thing, permit
from assistant.errors import AssistantError
from channels.acts import REALTIME_ACTS
from channels.edge.auth import Grant
from channels.errors import ChannelError
from channels.front_door import FrontDoor
from channels.realtime import session_config, wire
from channels.realtime.items import Items
from channels.realtime.realtime_line import RealtimeLine
from channels.realtime.session_config import SessionConfig
from channels.realtime.sound import decoded, rate_of, seconds_of
from channels.realtime.wire import BadEvent, Event
from channels.voice.news import ClauseSounds, News, NotHeard, StateChanged, Transcript, Trouble
from channels.voice.talking import talk
from model_serving.errors import ModelError

SESSION_SECONDS = 3_600
ONSET_MS, HANGOVER_MS = 300, 500
"""How long before and after it is told speech began and ended, for the client's display."""
LONGEST_BUFFER = 120.0
WORDLESS_SECONDS = 3.0
"""After which a committed buffer in which no speech began is given up."""
MOST_TEXT = 4_000
WITH_SCREEN = ("web", "mobile", "kiosk")


@dataclass(slots=True, kw_only=True)
class Exchange:
    door: FrontDoor
    grant: Grant
    send: Callable[[Event], None]
    config: SessionConfig = field(default_factory=SessionConfig)
    id: str = field(default_factory=lambda: wire.new_id("sess"))
    items: Items = field(default_factory=Items)
    line: RealtimeLine | None = None
    _talking: asyncio.Task[None] | None = None
    _buffer: bytearray = field(default_factory=bytearray)
    _heard: float = 0.0
    """Seconds of sound that came."""
    _uncommitted: float = 0.0
    _speech: str = ""
    """The item of the utterance that is being spoken."""
    _stopped: bool = False
    _committed: deque[str] = field(default_factory=deque)
    """Items whose words are waited for."""
    _texts: list[str] = field(default_factory=list)
    """Said in writing, and not answered yet."""

    def begin(self) -> None:
        self.send(wire.sent("session.created", session=self._session()))

    async def take(self, frame: str) -> None:
        """One event of the client's."""
        event: Event = {}
        try:
            event = wire.read(frame)
            known = _TAKERS.get(event["type"])
            if known is None:
                raise BadEvent("unknown_event", f"{event['type'][:64]!r} is not served here", param="type")
            if permit(Role.CUSTOMER, REALTIME_ACTS[event["type"]], Thing.OWN) is not Decision.ALLOWED:
                raise BadEvent("forbidden", f"{event['type'][:64]!r} is not for this key", param="type")
            await known(self, event)
        except BadEvent as bad:
            told = event.get("event_id")
            self.send(wire.error(bad, told if isinstance(told, str) else None))
        except (AssistantError, ChannelError) as error:
            self.send(wire.failed(getattr(error, "code", "refused"), str(error)))

    async def close(self) -> None:
        """What was said to its end becomes a message."""
        if self.line is not None:
            self.line.hung_up()
        if self._talking is not None:
            await asyncio.wait([self._talking])

    # -- the client's events -----------------------------------------------------------------------------------------

    async def _update(self, event: Event) -> None:
        session = wire.field(event, "session", dict)
        self.config = session_config.updated(self.config, session, heard_already=self.line is not None)
        if self.line is not None:
            self.line.config = self.config
        self.send(wire.sent("session.updated", session=self._session()))

    async def _append(self, event: Event) -> None:
        data = _sound(event, self.config)
        seconds = seconds_of(data, self.config.heard)
        self._heard += seconds
        self._uncommitted += seconds
        pcm = decoded(data, self.config.heard)
        if self.config.detection is not None:
            await self._talks().heard(pcm)
            return
        if (len(self._buffer) + len(pcm)) / 2 / rate_of(self.config.heard) > LONGEST_BUFFER:
            raise BadEvent("buffer_full", f"more than {LONGEST_BUFFER:.0f} seconds without a commit", param="audio")
        self._buffer += pcm

    async def _commit(self, event: Event) -> None:
        if self._uncommitted < 0.1:
            raise BadEvent("input_audio_buffer_commit_empty", "commit after at least 100 ms of audio")
        line = self._talks()
        if self._buffer:
            await line.heard(bytes(self._buffer))
            self._buffer.clear()
        self._uncommitted = 0.0
        item = self._speech or wire.new_id("item")
        self._committed.append(item)
        self.send(wire.sent("input_audio_buffer.committed", item_id=item, previous_item_id=self.items.last))
        line.turn_ended()
        asyncio.get_running_loop().call_later(WORDLESS_SECONDS, self._wordless, item)

    def _wordless(self, item: str) -> None:
        """Nobody spoke in what was committed while a reply sounded: the session has nothing to tell of it."""
        if item in self._committed and not self._speech:
            self._not_understood("nothing_heard")

    async def _clear(self, event: Event) -> None:
        self._buffer.clear()
        self._uncommitted = 0.0
        self.send(wire.sent("input_audio_buffer.cleared"))

    async def _create_item(self, event: Event) -> None:
        item = wire.field(event, "item", dict)
        text = _written(item)
        item_id = item.get("id") or wire.new_id("item")
        made = wire.user_item(str(item_id)[:64], text=text)
        for told in (*self.items.add(made), *self.items.done(made)):
            self.send(told)
        self._texts.append(text)

    async def _retrieve(self, event: Event) -> None:
        item = self.items.get(wire.field(event, "item_id", str))
        self.send(wire.sent("conversation.item.retrieved", item=item))

    async def _delete(self, event: Event) -> None:
        """From this client's view; the shop's log keeps what was said."""
        item_id = wire.field(event, "item_id", str)
        self.items.remove(item_id)
        self.send(wire.sent("conversation.item.deleted", item_id=item_id))

    async def _truncate(self, event: Event) -> None:
        item_id, end_ms = wire.field(event, "item_id", str), wire.field(event, "audio_end_ms", int, least=0)
        item = self.items.get(item_id)
        if self.line is None:
            raise BadEvent("item_not_audio", "nothing was said yet", param="item_id")
        turn_id, end = self.line.truncate(item_id, end_ms)
        self.line.cut_in(turn_id, await self._shown(turn_id, end))
        self.items.done({**item, "content": [{**part, "transcript": None} for part in item["content"]]})
        self.send(wire.sent("conversation.item.truncated", item_id=item_id, content_index=0, audio_end_ms=end_ms))

    async def _shown(self, turn_id: str, end: int) -> str | None:
        """The start of the reply's text that was heard; None where the reply is not known any more."""
        ready = (await self.door.assistant.state(self.grant.conversation)).ready
        return ready.text[:end].rstrip() if ready is not None and ready.turn_id == turn_id else None

    async def _respond(self, event: Event) -> None:
        line = self._talks()
        asked = event.get("response") or {}
        if isinstance(asked, dict) and asked.get("output_modalities"):
            line.config = session_config.updated(
                self.config, {"output_modalities": asked["output_modalities"]}, heard_already=True
            )
        if not self._texts:
            if not (self._committed or line.responding):
                raise BadEvent("nothing_to_answer", "say something first: append and commit sound, or create an item")
            return
        text, self._texts = "\n".join(self._texts), []
        self.door.count_message(self.grant)
        await self.door.assistant.receive(
            self.grant.conversation, text, client_id=wire.new_id("realtime"), channel=self.grant.channel
        )

    async def _cancel(self, event: Event) -> None:
        if self.line is None:
            raise BadEvent("response_cancel_not_active", "no response is being made")
        self.line.cancel(event.get("response_id"))

    # -- the session's news ------------------------------------------------------------------------------------------

    def _talks(self) -> RealtimeLine:
        """The line, and the session on it from its first use on."""
        if self.line is None:
            screen = self.grant.channel in WITH_SCREEN
            self.line = RealtimeLine(
                self.send, self.config, self.items, conversation=self.grant.conversation, screen=screen
            )
            self._talking = asyncio.create_task(self._talk(self.line))
        return self.line

    async def _talk(self, line: RealtimeLine) -> None:
        try:
            await talk(line, door=self.door, grant=self.grant, language=self.config.language, on_news=self._tell)
        except (ModelError, ChannelError, AssistantError) as error:
            self.send(wire.failed(getattr(error, "code", "speech_unavailable"), str(error)))
        finally:
            line.hung_up()

    def _tell(self, news: News) -> None:
        match news:
            case ClauseSounds():
                if self.line is not None:
                    self.line.clause(news)
            case StateChanged(state="hearing"):
                self._speech_started()
            case StateChanged():
                self._speech_stopped()
            case Transcript(text=text, final=True):
                self._understood(text)
            case NotHeard(why=why):
                self._not_understood(why)
            case Trouble(code=code, detail=detail):
                self.send(wire.failed(code, detail))
            case _:
                pass

    def _speech_started(self) -> None:
        self._speech, self._stopped = wire.new_id("item"), False
        if self.config.detection is not None:
            at = max(0, round(self._heard * 1_000) - ONSET_MS)
            self.send(wire.sent("input_audio_buffer.speech_started", audio_start_ms=at, item_id=self._speech))

    def _speech_stopped(self) -> None:
        if not self._speech or self._stopped:
            return
        self._stopped = True
        if self.config.detection is not None:
            at = max(0, round(self._heard * 1_000) - HANGOVER_MS)
            self.send(wire.sent("input_audio_buffer.speech_stopped", audio_end_ms=at, item_id=self._speech))

    def _understood(self, text: str) -> None:
        self._speech_stopped()
        item_id = self._taken()
        made = wire.user_item(item_id, transcript=text)
        for told in (*self.items.add(made), *self.items.done(made)):
            self.send(told)
        usage = {"type": "duration", "seconds": round(self._uncommitted, 3)}
        self._uncommitted = 0.0
        self.send(
            wire.sent(
                "conversation.item.input_audio_transcription.completed",
                item_id=item_id,
                content_index=0,
                transcript=text,
                usage=usage,
            )
        )

    def _taken(self) -> str:
        """The item whose words have come; committed now where the client did not."""
        if self._committed:
            self._speech = ""
            return self._committed.popleft()
        item_id, self._speech = self._speech or wire.new_id("item"), ""
        self.send(wire.sent("input_audio_buffer.committed", item_id=item_id, previous_item_id=self.items.last))
        return item_id

    def _not_understood(self, why: str) -> None:
        self._speech_stopped()
        self._speech = ""
        if not self._committed:
            return
        item_id = self._committed.popleft()
        made = wire.user_item(item_id, transcript=None)
        for told in (*self.items.add(made), *self.items.done(made)):
            self.send(told)
        error = {"type": "transcription_error", "code": why, "message": "no words were heard in that"}
        self.send(
            wire.sent(
                "conversation.item.input_audio_transcription.failed", item_id=item_id, content_index=0, error=error
            )
        )

    def _session(self) -> Event:
        return session_config.told(self.config, self.id, expires_at=int(time.time()) + SESSION_SECONDS)


def _sound(event: Event, config: SessionConfig) -> bytes:
    try:
        data = base64.b64decode(wire.field(event, "audio", str), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadEvent("invalid_audio", "audio is base64", param="audio") from error
    if config.heard == "audio/pcm" and len(data) % 2:
        raise BadEvent("invalid_audio", "half a 16-bit sample: it was dropped", param="audio")
    return data


def _written(item: Mapping[str, Any]) -> str:
    """The words of a user's message. Raises BadEvent for other items."""
    if item.get("type") != "message" or item.get("role") != "user":
        raise BadEvent("unsupported_item", "only messages of the user can be created here", param="item.type")
    parts = item.get("content")
    texts = [part.get("text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    text = "\n".join(text for text in texts if isinstance(text, str)).strip()
    if not text or len(text) > MOST_TEXT:
        raise BadEvent(
            "invalid_value", f"content is input_text, of at most {MOST_TEXT} characters", param="item.content"
        )
    return text


Taker = Callable[[Exchange, Event], Awaitable[None]]
_TAKERS: Mapping[str, Taker] = {
    "session.update": Exchange._update,
    "input_audio_buffer.append": Exchange._append,
    "input_audio_buffer.commit": Exchange._commit,
    "input_audio_buffer.clear": Exchange._clear,
    "conversation.item.create": Exchange._create_item,
    "conversation.item.retrieve": Exchange._retrieve,
    "conversation.item.delete": Exchange._delete,
    "conversation.item.truncate": Exchange._truncate,
    "response.create": Exchange._respond,
    "response.cancel": Exchange._cancel,
}
