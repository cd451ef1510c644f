"""What one subscriber gets, as a sans-I/O machine: replay, live, deltas, snapshot, reset. Sockets and streams share it.

Inputs are what the log and the bus give; outputs are frames, in the order of seq, each event exactly once. Its shell
(`following`) subscribes first and reads the log after, so that nothing falls between the two. When `behind` is set, the
bus has dropped something: the shell reads the log after `sent` and calls `caught_up`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import assert_never

from assistant.assistant import Partial
from assistant.events import AssistantSaid, CustomerSaid, Event, ReplyReady, TurnFailed, TurnId
from assistant.signals import (
    AgentHere,
    Committed,
    Delta,
    DeskChanged,
    Hearing,
    Lagged,
    Message,
    Presence,
    QueuePlace,
    Stage,
    Typing,
)
from channels.frames import (
    Accepted,
    DeltaFrame,
    EventFrame,
    Live,
    Reset,
    ServerFrame,
    Snapshot,
    Welcome,
    shown,
    signal_frame,
)

MOST_REPLAYED = 500
"""Events that a socket replays; a client that missed more is told to read them by HTTP."""
COALESCED_SECONDS = 0.04
"""The first word goes at once, then at most one delta in this time."""


@dataclass(slots=True, kw_only=True)
class Delivery:
    sent: int
    """The last seq that the client has."""
    generation: str = ""
    """Of the log that `sent` counts; empty where the client does not know."""
    behind: bool = False
    sending: set[str] = field(default_factory=set)
    """client_ids that this client has sent and that are not acknowledged to it yet."""
    render: Callable[[Event], EventFrame] = shown
    """The channel's: what its customer may see of an event."""
    _waiting: Delta | None = None
    _known: Partial | None = None
    """The snapshot that was sent: deltas that it already holds are not sent again."""
    _ended: deque[TurnId] = field(default_factory=lambda: deque(maxlen=8))
    _delta_at: float = float("-inf")
    _own_typing: int = 0

    def opened(
        self, conversation: str, *, last_seq: int, status: str, state_hash: str = "", generation: str = ""
    ) -> list[ServerFrame]:
        welcome = Welcome(
            conversation_id=conversation,
            last_seq=last_seq,
            status=status,
            state_hash=state_hash,
            generation=generation,
        )
        restored = self.sent > 0 and self.generation not in ("", generation)
        reason = "another_history" if restored else _reset_reason(self.sent, last_seq)
        if not reason:
            return [welcome]
        self.sent = last_seq
        return [welcome, Reset(reason=reason)]

    def replayed(self, events: Iterable[Event]) -> list[ServerFrame]:
        """Events read from the log, in order from anywhere: those that the client has are left out."""
        frames: list[ServerFrame] = []
        for event in events:
            frames.extend(self._event(event))
        return frames

    def live(self, partial: Partial | None) -> list[ServerFrame]:
        return [Live(), *self._snapshot(partial)]

    def caught_up(self, events: Iterable[Event], partial: Partial | None) -> list[ServerFrame]:
        self.behind = False
        return [*self.replayed(events), *self._snapshot(partial)]

    def received(self, message: Message, now: float) -> list[ServerFrame]:
        """A message of the bus. `now` in seconds of a monotonic clock."""
        match message:
            case Committed(events=events):
                return self._committed(events)
            case Delta():
                return self._delta(message, now)
            case Lagged():
                self.behind, self._waiting = True, None
                return []
            case Typing(who="customer") if self._own_typing:
                self._own_typing -= 1
                return []
            case Stage() | Typing() | Presence() | QueuePlace():
                return [*self._written(), signal_frame(message)]
            case AgentHere() | Hearing() | DeskChanged():
                return []  # agents' alone
            case _:
                assert_never(message)

    def due(self) -> float | None:
        """When `flush` should be called; None when nothing waits."""
        return self._delta_at + COALESCED_SECONDS if self._waiting is not None else None

    def flush(self, now: float) -> list[ServerFrame]:
        if self._waiting is not None:
            self._delta_at = now
        return self._written()

    def accepted(self, client_id: str, seq: int) -> list[ServerFrame]:
        """The acknowledgement, once for each sending and always ahead of the event: whichever is known first gives it."""
        if client_id not in self.sending:
            return []
        self.sending.discard(client_id)
        return [Accepted(client_id=client_id, seq=seq)]

    def typed(self) -> None:
        """The client itself is typing: the signal about it need not come back."""
        self._own_typing += 1

    # -- inside ------------------------------------------------------------------------------------------------------

    def _committed(self, events: Iterable[Event]) -> list[ServerFrame]:
        frames: list[ServerFrame] = []
        for event in events:
            if event.seq > self.sent + 1:
                self.behind = True
                break
            frames.extend(self._event(event))
        return frames

    def _event(self, event: Event) -> list[ServerFrame]:
        if event.seq <= self.sent:
            return []
        self.sent = event.seq
        frame = self.render(event)
        if isinstance(event.fact, CustomerSaid):
            return [*self.accepted(event.fact.client_id, event.seq), frame]
        if not isinstance(event.fact, AssistantSaid | ReplyReady | TurnFailed):
            return [frame]
        last_words = self._written() if self._waiting and self._waiting.turn_id == event.fact.turn_id else []
        self._ended.append(event.fact.turn_id)
        return [*last_words, frame]

    def _snapshot(self, partial: Partial | None) -> list[ServerFrame]:
        self._known = partial
        if partial is None or partial.turn_id in self._ended:
            return []
        return [Snapshot(turn_id=partial.turn_id, offset=0, text=partial.text)]

    def _delta(self, delta: Delta, now: float) -> list[ServerFrame]:
        if delta.turn_id in self._ended or self._holds(delta):
            return []
        self._known = None
        merged = _merged(self._waiting, delta)
        frames = self._written() if merged is None else []
        self._waiting = merged or delta
        return frames + (self.flush(now) if now >= self._delta_at + COALESCED_SECONDS else [])

    def _holds(self, delta: Delta) -> bool:
        known = self._known
        return (
            known is not None
            and known.turn_id == delta.turn_id
            and known.text[delta.offset : delta.offset + len(delta.text)] == delta.text
        )

    def _written(self) -> list[ServerFrame]:
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.turn_id in self._ended:
            return []
        return [DeltaFrame(turn_id=waiting.turn_id, offset=waiting.offset, text=waiting.text)]


def _reset_reason(after: int, last_seq: int) -> str:
    if after > last_seq:
        return "another_history"
    return "too_far_behind" if last_seq - after > MOST_REPLAYED else ""


def _merged(first: Delta | None, second: Delta) -> Delta | None:
    """Both as one, where the second continues or rewrites the first; None where it does neither."""
    if first is None:
        return second
    if first.turn_id != second.turn_id or second.offset > first.offset + len(first.text):
        return None
    if second.offset < first.offset:
        return second
    return replace(first, text=first.text[: second.offset - first.offset] + second.text)
