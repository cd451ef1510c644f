"""Utterances of shoppers, spoken by synthetic voices: what is said, by whom, through which line.

Above: `voice_quality`. Below: model_serving's synthesizers. Half of the utterances is kept back (`heldout`): rates only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from eval.voice.sounds import RATE, babble, by_phone, in_noise, loudly, white
from model_serving.audio import Audio, Samples, joined, silence
from model_serving.ports import Synthesizer

SCRIPTS = Path(__file__).parent / "scripts"
Split = Literal["practice", "heldout"]
Condition = Literal["clean", "phone", "phone_white", "phone_babble"]
CONDITIONS: Sequence[Condition] = ("clean", "phone", "phone_white", "phone_babble")
BEFORE, AFTER = 0.4, 0.6
"""Seconds of quiet around an utterance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    said: str
    split: Split
    values: Sequence[tuple[str, str]]
    """(kind, value): what must be understood of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a voice speaks. pitch: 1.06 is a higher voice with a shorter throat (the sound played faster), at the same pace."""

    name: str
    pace: float = 1.0
    pitch: float = 1.0


MANNERS: Sequence[Manner] = (
    Manner(name="plain"),
    Manner(name="brisk and high", pace=1.15, pitch=1.08),
    Manner(name="slow and low", pace=0.88, pitch=0.94),
)


def utterances(split: Split, *, folder: Path = SCRIPTS) -> Sequence[Utterance]:
    read: Sequence[Mapping[str, Any]] = yaml.safe_load((folder / f"{split}.yaml").read_text(encoding="utf-8"))
    return tuple(
        Utterance(
            said=line["say"],
            split=split,
            values=tuple((kind, str(value)) for kind, values in line.items() if kind != "say" for value in values),
        )
        for line in read
    )


def other_languages(*, folder: Path = SCRIPTS) -> Mapping[str, Sequence[str]]:
    read: Mapping[str, Sequence[str]] = yaml.safe_load((folder / "other_languages.yaml").read_text(encoding="utf-8"))
    return read


def spoken(voice: Synthesizer, text: str, manner: Manner, *, language: str = "en") -> Audio:
    """At 16 kHz and a microphone's level, with quiet around it."""
    said = voice.speak(text, language=language, pace=manner.pace / manner.pitch)
    higher = Audio(samples=said.samples, rate=round(said.rate * manner.pitch)).at(RATE)
    return joined([silence(BEFORE, RATE), loudly(higher), silence(AFTER, RATE)])


def heard_as(speech: Audio, condition: Condition, voices: Sequence[Audio], seed: int) -> Audio:
    """The speech as it arrives. voices: other people, for babble."""
    draw = np.random.default_rng(seed)
    count = len(speech.samples)
    noise: Samples | None = None
    if condition == "phone_white":
        noise = white(count, draw)
    elif condition == "phone_babble":
        noise = babble(voices, count, draw)
    if noise is not None:
        speech = in_noise(speech, noise)
    return speech if condition == "clean" else by_phone(speech)
