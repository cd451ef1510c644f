"""Endpointing: where an utterance begins, pauses, goes on and ends, frame by frame (pure).

Time is the line's own, in frames of 32 ms, so a recording that arrives all at once is divided like a live one. What the
words say about it is `floor`'s; `session` joins the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FRAME = 0.032
"""Seconds."""
SPEECH, SILENCE = 0.5, 0.35
"""Probabilities above which somebody speaks, below which nobody does; between them, what was goes on."""
ONSET_FRAMES = 3
"""In a row before it counts: a click is shorter."""
RESUME_FRAMES = 2
PREROLL_FRAMES = 12
"""Before the onset, where soft consonants lie."""
PAUSE_FRAMES = 3
"""About 100 ms of silence: the final transcript is begun, on the chance that this is the end."""
LONGEST_FRAMES = 875
"""28 s, what the ears take at once: the utterance is taken as it is."""

Step = Literal["", "began", "paused", "resumed", "full"]


def frames(seconds: float) -> int:
    return round(seconds / FRAME)


@dataclass(slots=True)
class Endpointing:
    """One line's utterances. `close` when the utterance has ended, by whatever reason."""

    position: int = 0
    """Frames so far."""
    utterance: int = 0
    """Of the last that began; from 1."""
    phase: Literal["quiet", "speaking", "pausing"] = "quiet"
    first: int = 0
    """Its first frame, the preroll with it."""
    voiced: int = 0
    """Its frames of speech."""
    silent: int = 0
    """Frames since its last speech."""
    _run: int = 0
    _floor: int = 0
    """No utterance reaches back before it: those frames were another's."""

    @property
    def open(self) -> bool:
        return self.phase != "quiet"

    @property
    def needed(self) -> int:
        """Frames before this one will not be asked for any more."""
        return self.first if self.open else max(self._floor, self.position - PREROLL_FRAMES - ONSET_FRAMES)

    @property
    def last(self) -> int:
        """Where the utterance ends as far as is known: its silence is not heard again and again."""
        return self.position

    def frame(self, speech: float) -> Step:
        self.position += 1
        match self.phase:
            case "quiet":
                return self._quiet(speech)
            case "speaking":
                return self._speaking(speech)
            case "pausing":
                return self._pausing(speech)

    def close(self) -> None:
        self.phase, self._run = "quiet", 0
        self._floor = self.position

    def _quiet(self, speech: float) -> Step:
        self._run = self._run + 1 if speech >= SPEECH else 0
        if self._run < ONSET_FRAMES:
            return ""
        self.utterance += 1
        self.phase, self.voiced, self.silent = "speaking", self._run, 0
        self.first = max(self._floor, self.position - self._run - PREROLL_FRAMES)
        self._run = 0
        return "began"

    def _speaking(self, speech: float) -> Step:
        if speech >= SPEECH:
            self.voiced += 1
        self.silent = self.silent + 1 if speech < SILENCE else 0
        if self.position - self.first >= LONGEST_FRAMES:
            return "full"
        if self.silent < PAUSE_FRAMES:
            return ""
        self.phase, self._run = "pausing", 0
        return "paused"

    def _pausing(self, speech: float) -> Step:
        self.silent += 1
        self._run = self._run + 1 if speech >= SPEECH else 0
        if self._run < RESUME_FRAMES:
            return ""
        self.phase, self.silent = "speaking", 0
        self.voiced += self._run
        self._run = 0
        return "resumed"
