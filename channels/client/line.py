"""One conversation's line as a sans-I/O machine: frames and losses in, what is to be done out.

It keeps the order of seq without gaps or doubles, knows which messages the log holds, and decides when to try again. Time
and chance come in as arguments. Below: `frames`. Above: `conversation`, its thin shell; an app of another kind may use it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, assert_never

from .errors import AisleError, Rejected, Replaced, TokenRefused
from .frames import (
    AcceptedFrame,
    Delta,
    ErrorFrame,
    Happened,
    Live,
    Pong,
    Reset,
    ServerFrame,
    Signal,
    Snapshot,
    Welcome,
    write_frame,
)
from .values import Event

REFUSED, REPLACED, TOO_MANY = 4401, 4409, 4429
FIRST_DELAY, LONGEST_DELAY, BUSY_DELAY = 0.4, 30.0, 10.0
PASSING = ("overloaded", "rate", "too_many", "unavailable", "timeout", "busy", "concurrent", "internal")
"""Parts of codes after which the very same message may be taken later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What the log does not hold yet. Its client_id never changes: that is why a retry is never a second message."""

    client_id: str
    kind: Literal["message", "action"]
    text: str = ""
    action: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        if self.kind == "message":
            return {"client_id": self.client_id, "text": self.text}
        return {"client_id": self.client_id, "action": self.action, "arguments": self.arguments}


@dataclass(frozen=True, slots=True)
class Send:
    """Put this text on the socket."""

    text: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """The next event of the log, each once."""

    event: Event


@dataclass(frozen=True, slots=True)
class Settle:
    """The log holds the message: it leaves the outbox."""

    client_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Fail:
    """The log will never hold the message: it leaves the outbox."""

    client_id: str
    error: Rejected


@dataclass(frozen=True, slots=True)
class SendLater:
    """Call `say` with it again after so many seconds, if it is still waiting."""

    item: Outgoing
    seconds: float


@dataclass(frozen=True, slots=True)
class Show:
    """Not of the log: words as they are written, typing, presence."""

    what: Delta | Snapshot | Signal


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Close the socket, give every event after `after` to `caught_up` by HTTP, then dial again. `anew`: another history."""

    after: int
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Redial:
    """Something was lost on the way: close the socket and dial again at once."""


Move = Send | SendLater | Deliver | Settle | Fail | Show | CatchUp | Redial


@dataclass(slots=True, kw_only=True)
class Line:
    last_seq: int = 0
    live: bool = False
    losses: int = 0
    """In a row, without having been live between."""
    welcome: Welcome | None = None
    waiting: dict[str, Outgoing] = field(default_factory=dict)
    """By client_id, in the order they were said."""

    def hello(self, conversation_id: str, token: str, device: str) -> str:
        """The first frame of a socket."""
        self.live = False
        return write_frame("hello", token=token, conversation_id=conversation_id, after=self.last_seq, device=device)

    def say(self, item: Outgoing) -> list[Move]:
        self.waiting[item.client_id] = item
        return [_sending(item)] if self.live else []

    def heard(self, frame: ServerFrame, chance: float = 0.5) -> list[Move]:
        match frame:
            case Happened(event=event):
                return self._event(event)
            case Welcome():
                self.welcome = frame
                return []
            case Live():
                self.live, self.losses = True, 0
                return [_sending(item) for item in self.waiting.values()]
            case Reset(reason=reason):
                return self._reset(anew=reason == "another_history")
            case AcceptedFrame(client_id=client_id, seq=seq):
                return self._settled(client_id, seq)
            case ErrorFrame():
                return self._refused(frame, chance)
            case Delta() | Snapshot() | Signal():
                return [Show(frame)]
            case Pong():
                return []
            case _:
                assert_never(frame)

    def caught_up(self, events: Iterable[Event]) -> list[Move]:
        """A page of events read by HTTP."""
        return [move for event in events for move in self._event(event) if not isinstance(move, Redial)]

    def lost(self, code: int, chance: float) -> float | AisleError:
        """Seconds until the next try, or why there is none. `chance` is in [0, 1)."""
        self.live = False
        if code == REFUSED:
            return TokenRefused("the token opens this conversation no more")
        if code == REPLACED:
            return Replaced("a newer socket of this device goes on")
        self.losses += 1
        return back_off(self.losses - 1, chance) + (BUSY_DELAY if code == TOO_MANY else 0)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _event(self, event: Event) -> list[Move]:
        if event.seq <= self.last_seq:
            return []
        if event.seq > self.last_seq + 1:
            return [Redial()]
        self.last_seq = event.seq
        client_id = event.data.get("client_id")
        return [*(self._settled(client_id, event.seq) if client_id else []), Deliver(event)]

    def _settled(self, client_id: str, seq: int) -> list[Move]:
        return [Settle(client_id, seq)] if self.waiting.pop(client_id, None) else []

    def _reset(self, *, anew: bool) -> list[Move]:
        self.live = False
        if anew:
            self.last_seq = 0
        return [CatchUp(self.last_seq, anew)]

    def _refused(self, frame: ErrorFrame, chance: float) -> list[Move]:
        item = self.waiting.get(frame.client_id or "")
        if item is None:
            return []
        if is_passing(frame.code):
            return [SendLater(item, back_off(3, chance))]
        del self.waiting[item.client_id]
        return [Fail(item.client_id, Rejected(item.client_id, frame.code, frame.detail))]


def is_passing(code: str) -> bool:
    return any(part in code for part in PASSING)


def back_off(attempt: int, chance: float) -> float:
    """Doubling, with jitter over the upper half: a thousand clients of a restarted server do not come as one."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 10)) * (0.5 + chance / 2))


def _sending(item: Outgoing) -> Send:
    return Send(write_frame(item.kind, **item.body()))
