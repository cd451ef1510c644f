"""espeak-ng alone: a plain voice in a hundred languages that costs nothing, for where no Piper voice speaks the language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model_serving.audio import Audio, decoded, silence
from model_serving.synthesizers.phonemes import run

RATE = 22_050
WORDS_A_MINUTE = 160
_SAYABLE = re.compile(r"[^\W_]", re.UNICODE)


class EspeakVoice:
    """Synthesizer. Safe for threads: each sentence is a process of its own."""

    name = "espeak-ng"
    languages: Sequence[str] = (
        "en",
        "es",
        "fr",
        "de",
        "it",
        "pt",
        "nl",
        "pl",
        "ru",
        "tr",
        "sv",
        "da",
        "ar",
        "zh",
        "ja",
        "ko",
    )

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        if not _SAYABLE.search(text):
            return silence(0.01, RATE)
        voice = {"zh": "cmn"}.get(language, language if language in self.languages else "en")
        return decoded(
            run(["--stdout", "-v", voice, "-s", str(round(WORDS_A_MINUTE * pace))], text), rate=RATE, longest=600
        )
