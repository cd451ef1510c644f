"""How Whisper is asked, whatever runs it: windows of sound, hints, doubts, and tokens as words (pure).

Whisper hears thirty seconds whatever was said. Encoding ten, where that is enough, costs a quarter; tighter windows make it
invent words (measured: docs/speech-engines.md). Above: `faster_whisper`, `openai_whisper`. Below: nothing.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model_serving.audio import Samples
from model_serving.ports import HeardWord, Transcript

RATE = 16_000
WINDOWS = (10, 20, 30)
"""Seconds that are encoded: the shortest that holds the speech and its PADDING."""
PADDING = 2.0
"""Seconds of quiet after the speech; with one second base Whisper began to invent words (measured)."""
QUIETEST = 10.0
"""Speech of more than a window is cut at its quietest place in the last seconds of that window."""
BEAM = 5
NO_SPEECH = 0.6
LEAST_LOGPROB = -1.0
MOST_REPETITION = 2.4
"""Compression ratio: text that repeats itself compresses better than speech does."""
TOKENS_A_SECOND, LEAST_TOKENS = 8, 16
"""Nobody speaks faster: what is longer was invented. A digit is a token."""
LONGEST_HINT = 96
"""Tokens of a hint: each costs a step of the decoder, and long ones are heard where nobody said them."""
REPEATED = 4
"""Words that come twice, one right after the other, at the end: a window that was not full is read out again."""
FRAMES_A_SECOND = 100
STYLE: Mapping[str, str] = {
    "en": "Hello, it's about my order W 1 0 0 2 3 4 5. The zip code is 98109, size 10.5, $49.95.",
}
"""What a shop hears, as it should be written: a tenth fewer word errors in English, and digits apart, so that a zero more or
less is a token more or less (of 24 order numbers by phone 22 were right, 19 with "W1002345" or without a hint; `transcripts`
joins them again). In Spanish, French and German it brought nothing with the voices that we have, so there is none."""
ECHOED = 4
"""Digits of a number in the hint that make it one when it comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the decoder made of one window."""

    text: str
    logprob: float
    """Mean of its tokens."""
    no_speech: float
    words: Sequence[HeardWord] = ()


def window_for(samples: Samples) -> int:
    """Seconds to encode."""
    needed = len(samples) / RATE + PADDING
    return next((size for size in WINDOWS if size >= needed), WINDOWS[-1])


def most_tokens(samples: Samples) -> int:
    return LEAST_TOKENS + round(TOKENS_A_SECOND * len(samples) / RATE)


def hint(language: str, expecting: str) -> str:
    """Names first: what stands nearest to the speech weighs most, and that shall be how numbers are written."""
    return " ".join(part for part in (expecting.strip(), STYLE.get(language, "")) if part)


def echoes(text: str, given: str) -> bool:
    """Whether a number of the hint was "heard": unclear speech makes Whisper repeat what it was given, and a made-up order
    number is worse than none. Then the same sound is asked again without the hint."""
    numbers = (re.sub(r"\D", "", token) for token in re.findall(r"\d[\d.,]*", _closed(given)))
    heard = re.sub(r"[.,\-]", "", _closed(text))
    return any(len(number) >= ECHOED and number in heard for number in numbers)


def _closed(text: str) -> str:
    """Digits that were set apart in one number."""
    return re.sub(r"(?<=\d)[ \-](?=\d)", "", text)


def pieces(samples: Samples) -> list[Samples]:
    """Whole, or in pieces that fit a window, cut where it is quietest."""
    longest = round((WINDOWS[-1] - PADDING) * RATE)
    found = []
    while len(samples) > longest:
        cut = _quietest(samples, longest - round(QUIETEST * RATE), longest)
        found.append(samples[:cut])
        samples = samples[cut:]
    return [*found, samples] if len(samples) else found


def _quietest(samples: Samples, start: int, end: int, *, width: int = RATE // 5) -> int:
    energy = np.cumsum(samples[start:end].astype(np.float64) ** 2)
    return start + int(np.argmin(energy[width:] - energy[:-width])) + width // 2


def doubtful(window: Window) -> bool:
    """Whether it is no speech, or not what was said."""
    raw = window.text.encode()
    repeats = len(raw) / len(zlib.compress(raw)) > MOST_REPETITION if raw else True
    return repeats or window.no_speech > NO_SPEECH or window.logprob < LEAST_LOGPROB


def said_once(tokens: Sequence[int], decode: Callable[[Sequence[int]], str]) -> list[int]:
    """Without an end that is read out a second time ("… coffee maker? Do you sell the coffee maker?" of one question)."""
    for length in range(len(tokens) // 2, REPEATED - 1, -1):
        last = _bare(decode(tokens[-length:]))
        if len(last.split()) >= REPEATED and last == _bare(decode(tokens[-2 * length : -length])):
            return list(tokens[:-length])
    return list(tokens)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def words_of(
    tokens: Sequence[int], probabilities: Sequence[float], decode: Callable[[Sequence[int]], str]
) -> tuple[HeardWord, ...]:
    """Tokens as words: a new one begins with a space, and a token that is half a letter waits for the other half."""
    found: list[tuple[str, float]] = []
    waiting: list[int] = []
    least = 1.0
    for token, probability in zip(tokens, probabilities, strict=False):
        waiting.append(token)
        least = min(least, probability)
        text = decode(waiting)
        if "\ufffd" in text:
            continue
        if text.startswith(" ") or not found:
            found.append((text.strip(), least))
        else:
            found[-1] = (found[-1][0] + text, min(found[-1][1], least))
        waiting, least = [], 1.0
    return tuple(HeardWord(text=text, probability=round(chance, 3)) for text, chance in found if text)


def transcript_of(windows: Sequence[Window], language: str) -> Transcript:
    """All windows as one; doubtful ones left out."""
    kept = [window for window in windows if not doubtful(window)]
    confidence = math.exp(sum(window.logprob for window in kept) / len(kept)) if kept else 0.0
    return Transcript(
        text=" ".join(window.text for window in kept),
        language=language,
        confidence=round(confidence, 3),
        words=tuple(word for window in kept for word in window.words),
    )
