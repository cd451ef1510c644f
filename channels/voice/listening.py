"""Listening: one line's utterances, from the first sound to the final words (pure).

Frames and transcripts go in; commands to the ears and notes for the session come out. The final transcript is begun when a
pause begins, on the chance that it is the end, and is abandoned when speech goes on.
Above: `session`. Below: `endpointing`, `floor`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from channels.voice.barge_in import nods
from channels.voice.commands import Abandon, Command, Transcribe
from channels.voice.endpointing import FRAME, Endpointing, frames
from channels.voice.expecting import NOTHING, Expecting
from channels.voice.floor import SHORT, UNSURE, answers, patience

PARTIAL_FRAMES = frames(0.5)
WHOLE = 0.5
"""The turn model's own threshold."""
FIRST_PARTIAL = frames(0.3)
"""Of speech, before there are words to be found in it."""

Why = Literal["", "trouble", "busy", "hung_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    utterance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounded:
    """The customer is speaking: frames of speech so far."""

    voiced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A partial transcript, as the ears gave it."""

    utterance: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """An utterance is over, once each. text: "" where nothing was understood; why: what kept it from being."""

    utterance: int
    text: str = ""
    confidence: float = 0.0
    why: Why = ""
    spoke_at: float = 0.0
    """When its last sound came."""
    ended_at: float = 0.0
    """When the silence was long enough."""
    forced: bool = False
    """The customer said that this was all of it."""


Note = Opened | Sounded | Worded | Closed
Heard = tuple[list[Command], list[Note]]


@dataclass(slots=True)
class Draft:
    """A final transcript on its way or there."""

    job: int
    text: str | None = None
    finished: float = 1.0
    """How whole it sounds, where somebody can tell."""
    confidence: float = 0.0
    why: Why = ""


@dataclass(slots=True)
class Closing:
    """An utterance that has ended and waits for its words."""

    utterance: int
    draft: Draft
    spoke_at: float
    ended_at: float
    forced: bool


@dataclass(slots=True)
class Listening:
    language: str = "en"
    expecting: Expecting = NOTHING
    partials: bool = True
    over_reply: bool = False
    """The open utterance began while we spoke: a nod is all of it."""
    ends: Endpointing = field(default_factory=Endpointing)
    closing: list[Closing] = field(default_factory=list)
    """In the order of their utterances."""
    _draft: Draft | None = None
    _partial: int = 0
    """The job of the partial that is being made."""
    _partial_at: int = 0
    _spoke_at: float = 0.0
    _jobs: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def open(self) -> bool:
        return self.ends.open

    @property
    def deciding(self) -> bool:
        """A pause whose words are not known yet: sound that comes faster than time waits for them."""
        return bool(self.closing) or (self._draft is not None and self._draft.text is None and not self._draft.why)

    def frame(self, speech: float, now: float) -> Heard:
        step = self.ends.frame(speech)
        if self.ends.silent == 0:
            self._spoke_at = now
        match step:
            case "began":
                self._partial_at = self.ends.position
                return [], [Opened(utterance=self.ends.utterance), Sounded(voiced=self.ends.voiced)]
            case "paused":
                return self._drafted(), []
            case "resumed":
                return self._abandoned(), [Sounded(voiced=self.ends.voiced)]
            case "full":
                return self.end(now, forced=False)
        if self.ends.phase == "pausing":
            return [], self._settled(now)
        if self.ends.phase == "speaking":
            return self._in_between(), [Sounded(voiced=self.ends.voiced)] if not self.ends.silent else []
        return [], []

    def end(self, now: float, *, forced: bool = True) -> Heard:
        """The utterance ends here, whatever the silence says."""
        if not self.open:
            return [], []
        commands = [] if self._draft is not None else self._drafted()
        return [*commands, *self._no_partial()], self._close(now, forced=forced)

    def hung_up(self, now: float) -> Heard:
        """Half an utterance is none; one that had ended is."""
        if not self.open:
            return [], []
        closed = Closed(utterance=self.ends.utterance, why="hung_up")
        commands = self._abandoned()
        self.ends.close()
        return commands, [closed]

    def transcribed(self, job: int, text: str, confidence: float, now: float) -> list[Note]:
        if job == self._partial:
            self._partial = 0
            return [Worded(utterance=self.ends.utterance, text=text)] if self.open and text else []
        draft = self._drafts().get(job)
        if draft is None:
            return []
        draft.text, draft.confidence = text, confidence
        return self._settled(now)

    def judged(self, job: int, finished: float) -> None:
        if self._draft is not None and self._draft.job == job:
            self._draft.finished = finished

    def untranscribed(self, job: int, now: float, *, busy: bool) -> list[Note]:
        if job == self._partial:
            self._partial = 0
            return []
        draft = self._drafts().get(job)
        if draft is None:
            return []
        draft.why = "busy" if busy else "trouble"
        return self._settled(now)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _drafts(self) -> dict[int, Draft]:
        found = [closing.draft for closing in self.closing] + ([self._draft] if self._draft else [])
        return {draft.job: draft for draft in found}

    def _drafted(self) -> list[Command]:
        self._draft = Draft(next(self._jobs))
        ends = self.ends
        names = self.expecting.names
        command = Transcribe(
            job=self._draft.job, first=ends.first, last=ends.last, final=True, expecting=names, language=self.language
        )
        return [*self._no_partial(), command]

    def _abandoned(self) -> list[Command]:
        draft, self._draft = self._draft, None
        gone: list[Command] = [Abandon(job=draft.job)] if draft is not None else []
        return [*gone, *self._no_partial()]

    def _no_partial(self) -> list[Command]:
        job, self._partial = self._partial, 0
        return [Abandon(job=job)] if job else []

    def _in_between(self) -> list[Command]:
        """A partial now and then while they speak, one at a time."""
        due = self.ends.voiced == FIRST_PARTIAL or self.ends.position - self._partial_at >= PARTIAL_FRAMES
        if not self.partials or self._partial or self.ends.voiced < FIRST_PARTIAL or not due:
            return []
        self._partial, self._partial_at = next(self._jobs), self.ends.position
        return [
            Transcribe(
                job=self._partial, first=self.ends.first, last=self.ends.last, final=False, language=self.language
            )
        ]

    def _settled(self, now: float) -> list[Note]:
        """What is known well enough to end: the open utterance when its silence says so, closed ones in their order."""
        notes: list[Note] = []
        if self.ends.phase == "pausing" and self._draft is not None and not self.closing:
            silence = self.ends.silent * FRAME
            if self._draft.why or (self._draft.text == ""):
                notes += self._close(now, forced=False)
            elif self._draft.text is not None:
                needed = self._patience(self._draft.text, self._draft.finished)
                if silence >= needed - FRAME / 2:
                    notes += self._close(now, forced=False, ended_at=min(now, self._spoke_at + needed))
        return [*notes, *self._flushed()]

    def _patience(self, text: str, finished: float) -> float:
        if self.over_reply and nods(text):
            return SHORT
        needed = patience(text, self.expecting, self.language)
        doubted = finished < WHOLE and not answers(text, self.expecting)
        return max(needed, UNSURE) if doubted else needed

    def _close(self, now: float, *, forced: bool, ended_at: float | None = None) -> list[Note]:
        assert self._draft is not None
        ended = now if ended_at is None else ended_at
        self.closing.append(Closing(self.ends.utterance, self._draft, self._spoke_at, ended, forced))
        self._draft = None
        self.ends.close()
        return self._flushed()

    def _flushed(self) -> list[Note]:
        notes: list[Note] = []
        while self.closing and (self.closing[0].draft.text is not None or self.closing[0].draft.why):
            gone = self.closing.pop(0)
            notes.append(
                Closed(
                    utterance=gone.utterance,
                    text=gone.draft.text or "",
                    confidence=gone.draft.confidence,
                    why=gone.draft.why,
                    spoke_at=gone.spoke_at,
                    ended_at=gone.ended_at,
                    forced=gone.forced,
                )
            )
        return notes
