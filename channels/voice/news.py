"""News of a call: what the machine tells its channel for displays and metrics. Never stored; nothing hangs on it.

Above: `socket_line` and the other channels. Below: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["listening", "hearing", "thinking", "speaking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """listening: nobody speaks. hearing: the customer does. thinking: they have ended. speaking: the reply is played."""

    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Words of the customer. Not final: as far as they stand firm; each replaces the one before of the same utterance."""

    utterance: int
    text: str
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHeard:
    """An utterance brought no message. why: "nothing_heard", "echo", "backchannel", "noise", "trouble"."""

    utterance: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BargeIn:
    """The customer cut in. heard: the start of the reply's text that had been played. seconds: from their first sound
    to our silence."""

    turn_id: str
    heard: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    """The reply stood still for a sound that was no interruption, and goes on."""

    turn_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTimes:
    """Of one spoken turn, in seconds, one after the other: from the customer's last sound to our first."""

    turn_id: str
    endpoint: float
    """Silence until the utterance counted as ended."""
    decode: float
    """What the final transcript took beyond that."""
    understanding: float
    """Until the reply's first word: the log, understanding, flows."""
    writing: float
    """Until its first clause was whole."""
    synthesis: float
    """Until that clause was sound."""
    transport: float
    """Until the line had taken it."""
    own: float
    """Of all these, what no engine, no assistant and no line took: the session's own share."""

    @property
    def total(self) -> float:
        return self.endpoint + self.decode + self.understanding + self.writing + self.synthesis + self.transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something cannot be heard or spoken now; the conversation goes on in text."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """A stock phrase is spoken that is no reply: "Are you still there?"."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseSounds:
    """A clause of a reply is on its way to the loudspeaker. start, end: its place in the shown text. seconds: where its
    sound begins, since the reply was begun; less than none where only its end is said again."""

    turn_id: str
    spoken: str
    start: int
    end: int
    seconds: float
    mark: str = ""
    """The one that its sound bears on the line."""


News = StateChanged | Transcript | NotHeard | BargeIn | FalseAlarm | StageTimes | Trouble | Prompted | ClauseSounds
