"""Session: one conversation in this process, its folded state and the turn that runs. Above: assistant. Below: the fold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.conversation import Conversation
from assistant.events import AssistantSaid, Event
from assistant.live_turn import LiveTurn
from assistant.ports import Lease
from assistant.speaking import Speaking

MOST_MERGED = 6
"""A turn that serves as many messages is no longer begun anew for one more before its first word: else whoever writes faster
than a turn finds words is never answered, and each turn has more to do than the one before."""


@dataclass(slots=True)
class Session:
    state: Conversation
    ahead: dict[int, Event] = field(default_factory=dict)
    """Committed events whose predecessor's commit has not been seen yet."""
    kept_seq: int = 0
    """The last event in the state that is kept of it (`folds`)."""
    runner: asyncio.Task[None] | None = None
    turn: asyncio.Task[AssistantSaid] | None = None
    live: LiveTurn | None = None
    speaking: Speaking | None = None
    """The reply that a line reads aloud: the turn is over when it is known what was heard."""
    lease: Lease | None = None
    lease_until: float = 0.0

    @property
    def has_work(self) -> bool:
        """A turn is to be run, or to be run again."""
        waits = self.state.unanswered and self.state.status in ("assistant", "waiting_for_agent")
        return bool(self.state.turn or waits)

    @property
    def rests(self) -> bool:
        """Nobody is answered, waits or is waited for: what is said next begins a turn."""
        state = self.state
        idle = self.runner is None and state.turn is None and not state.unanswered
        return idle and state.status == "assistant"

    def fold(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Folds what follows the state, in the order of seq, whatever the order of arrival; returns what was folded."""
        self.ahead.update((event.seq, event) for event in events if event.seq > self.state.last_seq)
        folded: list[Event] = []
        while (event := self.ahead.pop(self.state.last_seq + 1, None)) is not None:
            self.state = self.state.applying(event)
            folded.append(event)
        return tuple(folded)

    def cut(self, *, turn_id: str, heard: str | None = None, stop: bool = False) -> bool:
        """Interrupts that turn. False when it does not run any more."""
        if self.speaking is not None and self.speaking.reply.turn_id == turn_id:
            self.speaking.cut(heard)
            return True
        live = self.live
        if live is None or live.id != turn_id or self.turn is None or self.turn.done():
            return False
        if not live.interrupted:
            live.interrupted, live.stopped = True, stop
            live.heard = live.heard if heard is None else heard
        self.turn.cancel()
        return True

    def cut_for(self, seq: int, *, button: bool = False) -> None:
        """A new message under `seq` interrupts the turn that runs, unless that turn serves it already, or has many to serve
        and no word yet. A button waits for what is being done, but not for what is only being read aloud."""
        if self.speaking is not None:
            self.speaking.cut()
        elif self.live is not None and not button and self._makes_way(self.live, seq):
            self.cut(turn_id=self.live.id)

    def _makes_way(self, live: LiveTurn, seq: int) -> bool:
        served = self.state.answering
        return bool(live.spoken or len(served) < MOST_MERGED) and all(waiting.seq != seq for waiting in served)
