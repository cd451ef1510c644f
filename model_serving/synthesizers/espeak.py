"""espeak-ng alone: a plain voice in a hundred languages that costs nothing, for where no Piper voice speaks the language.

It is brought to the level and the pauses of the Piper voice, so that a conversation that changes language does not shout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from model_serving.audio import Audio, at_level, decoded, joined, silence
from model_serving.synthesizers.phonemes import PAUSES, run

RATE = 22_050
WORDS_A_MINUTE = 150
SLOWEST, FASTEST = 80, 400
"""Words a minute that it can still be followed at."""
LEVEL = -23.5
"""dBFS, as the packaged Piper voice has it (measured over three sentences)."""
QUIET = 0.002
"""Below it at the end is the program's own pause, which is ours to set."""
_SAYABLE = re.compile(r"[^\W_]", re.UNICODE)
_VOICES: Mapping[str, str] = {"zh": "cmn", "pt": "pt-br", "fr": "fr-fr", "en": "en-us"}
"""Its names, where they are not the language's own."""


class EspeakVoice:
    """Synthesizer. Safe for threads: each text is a process of its own."""

    name = "espeak-ng"
    languages: Sequence[str] = tuple("en es fr de it pt nl pl ru tr sv nb fi da cs el ro hu uk ar zh ja ko".split())  # noqa: SIM905

    def __init__(self, *, variants: Mapping[str, str] | None = None) -> None:
        """variants: the program's voices by language, in place of its plain ones ("de+f3")."""
        self._voices = {**_VOICES, **(variants or {})}

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        if not _SAYABLE.search(text):
            return silence(0.01, RATE)
        spoken = language if language in self.languages else "en"
        speed = round(min(max(WORDS_A_MINUTE * pace, SLOWEST), FASTEST))
        written = run(["--stdout", "-v", self._voices.get(spoken, spoken), "-s", str(speed)], text)
        said = _ended(decoded(written, rate=RATE, longest=600))
        pause = PAUSES.get(text.rstrip()[-1], 0.05) / pace
        return joined([at_level(said, LEVEL), silence(pause, RATE)])


def _ended(audio: Audio) -> Audio:
    """Without the quiet after its last sound."""
    loud = np.flatnonzero(np.abs(audio.samples) > QUIET)
    return Audio(samples=audio.samples[: int(loud[-1]) + 1], rate=audio.rate) if len(loud) else audio
