"""Barge-in: whether a sound over the reply means "stop" (pure).

"Mm-hm" and "yeah" do not, "yeah, but stop" does; neither does a cough, which has no words, nor the reply's own voice that
comes back from a loudspeaker. Above: `session`.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from channels.voice.endpointing import frames

HUSH_FRAMES = 5
"""Frames of speech after which the reply stands still until it is clear what they were: with the onset's delay about 250 ms."""
COMMIT_FRAMES = frames(0.3)
"""Of speech, and words that are no backchannel: the customer has the floor."""
WORDLESS_FRAMES = frames(1.2)
"""Of speech that nobody could transcribe in time: somebody speaks, whatever they say."""

Verdict = Literal["interrupts", "backchannel", "echo", "nothing"]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HUMS = _words("mm mhm mm-hm mm-hmm mmhmm mhmm hmm hm uh-huh uhuh uh huh aha ah oh ajá hum ach")
_YESES = _words(
    """yes yeah yep yup ok okay right sure alright good great fine nice cool exactly thanks thank you i see got it
    all so really wow sí si vale claro bueno bien ya entiendo gracias de acuerdo oui ouais d'accord bien sûr voilà merci très
    ja jaja jep genau gut klar richtig stimmt danke aha verstehe super alles"""
)
_STOPS = _words(
    """stop wait no but hold hang hey quiet enough para espera pare pero basta non arrête attendez attends mais stopp warte
    halt nein aber moment"""
)
_INVENTED = frozenset({"you", "thank you", "thanks for watching", "bye", "the", "so"})
"""What small Whisper models write for noise."""
ECHO_SHARE = 0.75
"""Of the words that were just spoken by us: then it was us."""
ECHO_OF_QUESTION = 4
"""Words of ours that an answer does not repeat."""


def verdict(text: str, *, speaking: str, question: bool, final: bool) -> Verdict:
    """speaking: what we were saying lately. question: whether we were asking, so that "yes" is an answer. final: whether
    these are all their words."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    plain = " ".join(words)
    if not words or (not final and plain in _INVENTED):
        return "nothing"
    if _echoes(words, speaking, question=question):
        return "echo"
    if question and not all(word in _HUMS for word in words):
        return "interrupts"
    if nods(text):
        return "backchannel"
    if final and plain in _INVENTED:
        return "nothing"
    return "interrupts"


def nods(text: str) -> bool:
    """Whether it says no more than that somebody listens."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    return 0 < len(words) <= 4 and all(word in _HUMS or word in _YESES for word in words)


def only_hums(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    return bool(words) and all(word in _HUMS for word in words)


def _echoes(words: list[str], speaking: str, *, question: bool) -> bool:
    """Our own words come back in our own order. "Stop" is theirs even where we said it, and so is "the second one" where we
    ask which."""
    ours = [word.lower().replace("’", "'") for word in _WORD.findall(speaking)]
    if words[0] in _STOPS or words[0] in _YESES or (question and len(words) < ECHO_OF_QUESTION):
        return False
    at, found = 0, 0
    for word in words:
        if word in ours[at:]:
            at += ours[at:].index(word) + 1
            found += 1
    return found >= ECHO_SHARE * len(words)


CEILING = 0.16
"""-16 dB: an echo louder than that is told from the customer by its words."""
MEMORY_FRAMES = frames(3.0)
"""Of our speech that an echo is remembered: longer than our pauses are."""
TRUSTED_FRAMES = frames(0.6)
MARGIN = 1.6


@dataclass(slots=True)
class EchoGate:
    """How loud a sound must be to count while we speak, learnt from what comes back of our own. Levels: RMS of a frame,
    ours at its loudest."""

    _back: deque[float] = field(default_factory=lambda: deque(maxlen=MEMORY_FRAMES))
    """What did not count, as a share of ours."""

    @property
    def threshold(self) -> float:
        if len(self._back) < TRUSTED_FRAMES:
            return CEILING
        return min(CEILING, max(self._back) * MARGIN)

    def passes(self, level: float, ours: float) -> bool:
        if ours <= 0:
            return True
        passed = level / ours >= self.threshold
        if not passed:
            self._back.append(level / ours)
        return passed

    def was_echo(self) -> None:
        self._back.append(CEILING)
