"""Commands: what the session's machine wants done. Carried out in order by `talking`; imperative, plain values."""

from __future__ import annotations

from dataclasses import dataclass

from channels.voice.news import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribe:
    """Frames `first` up to `last`. Answered by Transcribed or NotTranscribed of that job."""

    job: int
    first: int
    last: int
    final: bool
    expecting: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandon:
    """Nobody waits for that transcript any more."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Frames before this one are not needed any more."""

    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """An utterance's end: it becomes a message of the conversation. Answered by Taken."""

    utterance: int
    text: str
    confidence: float
    audio: bool = True
    """False: keys of a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """An utterance's other end: it was none."""

    utterance: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPerson:
    """The customer wants a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesise:
    """Answered by Synthesised or NotSynthesised. stock: a phrase that is said even if only the plain voice can."""

    piece: int
    text: str
    language: str
    pace: float = 1.0
    stock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The sound of that piece is not needed any more."""

    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    turn_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The piece's sound from `start` (seconds) to its end."""

    piece: int
    mark: str
    start: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    turn_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    turn_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """so_far: the start of the reply's text that was heard by now; None: all of it."""

    turn_id: str
    so_far: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """heard: the start of its text that was played; None: nothing is known of that."""

    turn_id: str
    heard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    news: News


Command = (
    Transcribe
    | Abandon
    | Forget
    | Take
    | Discard
    | CallPerson
    | Synthesise
    | Drop
    | Begin
    | Play
    | End
    | Clear
    | Progress
    | Interrupt
    | HangUp
    | Tell
)
