"""Cues: all that can happen on a call, as the session's machine is told of it. The line's own events are `line`'s.

Above: `talking`, which gives them. Below: `session`, which takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.voice.expecting import Expecting
from channels.voice.hearing import Frame
from channels.voice.line import CutIn, Digit, HungUp, Played, TurnEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The next frames of the line."""

    frames: Sequence[Frame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribed:
    job: int
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTranscribed:
    """The ears are busy or broken."""

    job: int
    busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How whole the utterance of a final transcript sounds, by the turn model."""

    job: int
    finished: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The conversation has the utterance; a turn follows. refused: why it has not."""

    utterance: int
    turn_id: str = ""
    refused: str = ""
    served: bool = True
    """False: a person will answer, or nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Words of a reply; a lower offset than before replaces what followed it."""

    turn_id: str
    offset: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWhole:
    """A reply as it is committed. acknowledged: whether the assistant waits to know how much of it was heard."""

    turn_id: str
    text: str
    language: str = ""
    """"": the conversation's."""
    acknowledged: bool = True
    choices: tuple[str, ...] = ()
    """What a screen offers as answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOver:
    """Nothing more is said in this turn."""

    turn_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The customer wrote or touched something on a screen instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the conversation expects now, and its language."""

    expecting: Expecting
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesised:
    """The sound of a piece is there. peak: its loudest frame, RMS."""

    piece: int
    seconds: float
    peak: float
    took: float = 0.0
    """Seconds of the synthesizer, its queue with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSynthesised:
    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The line has taken the sound that bears this mark."""

    mark: str
    took: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed."""


Cue = (
    Heard
    | Digit
    | Played
    | TurnEnded
    | CutIn
    | HungUp
    | Transcribed
    | NotTranscribed
    | Judged
    | Taken
    | Written
    | ReplyWhole
    | TurnOver
    | Typed
    | Asked
    | Synthesised
    | NotSynthesised
    | HandedOver
    | Tick
)
