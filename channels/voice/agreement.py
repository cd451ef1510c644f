"""Agreement: which words of a growing transcript stand firm (pure).

LocalAgreement-2 (Liu et al. 2020; Macháček et al. 2023, "Turning Whisper into a Real-Time Transcription System"): what two
transcripts in a row begin with alike is kept, and is not taken back while the utterance lasts. Above: `session`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MARKS = re.compile(r"[^\w]+")


@dataclass(slots=True)
class Agreement:
    """Of one utterance."""

    firm: list[str] = field(default_factory=list)
    _before: list[str] = field(default_factory=list)

    def heard(self, text: str) -> str:
        """The firm words, after one more transcript of the whole utterance so far."""
        words = text.split()
        alike = 0
        for one, other in zip(self._before, words, strict=False):
            if _plain(one) != _plain(other):
                break
            alike += 1
        if alike > len(self.firm):
            self.firm += words[len(self.firm) : alike]
        self._before = words
        return " ".join(self.firm)


def _plain(word: str) -> str:
    return _MARKS.sub("", word).lower() or word
