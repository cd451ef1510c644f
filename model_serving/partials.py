"""What may be shown while somebody still speaks: words on which two transcripts in a row agree (pure).

LocalAgreement-2 (Macháček, Dabre, Bojar, "Turning Whisper into Real-Time Transcription System", 2023): each transcript is of
the whole utterance so far; what two of them begin with alike is committed and never taken back, the rest may change.
Above: the voice channel. Below: nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

STEP = 0.5
"""Seconds of speech from one partial to the next: at 0.07 CPU seconds each this costs a seventh of a core (measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """committed stays as it is to the end of the utterance; tentative is the rest of the newest transcript."""

    committed: str
    tentative: str

    @property
    def text(self) -> str:
        return " ".join(part for part in (self.committed, self.tentative) if part)


@dataclass(slots=True)
class Agreement:
    """Of one utterance."""

    _committed: list[str] = field(default_factory=list)
    _before: list[str] = field(default_factory=list)

    def told(self, transcript: str) -> Partial:
        """The newest transcript of the utterance so far. An empty one changes nothing."""
        words = transcript.split()
        if words:
            self._commit(words)
            self._before = words
        tentative = self._before[len(self._committed) :]
        return Partial(committed=" ".join(self._committed), tentative=" ".join(tentative))

    def _commit(self, words: list[str]) -> None:
        """The last word of a transcript is never sure: it may be half of a longer one."""
        agreed = 0
        for one, other in zip(words[:-1], self._before, strict=False):
            if bare(one) != bare(other):
                break
            agreed += 1
        self._committed += words[len(self._committed) : agreed]


def bare(word: str) -> str:
    """Without its marks and capitals: "Yes," and "yes" agree."""
    return re.sub(r"\W", "", word).casefold()
