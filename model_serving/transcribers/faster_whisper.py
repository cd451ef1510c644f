"""Whisper on CTranslate2, from a package or a folder: the default ears.

Whisper hears thirty seconds whatever was said. Encoding ten, where that is enough, costs a quarter (measured: voice.md), and
the public API of faster-whisper does not offer it, so its encoder and decoder are called directly. What is not speech is
kept out by the speech detector before, and by the decoder's own doubts after.
"""

from __future__ import annotations

import math
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model_serving.audio import Audio, Samples
from model_serving.errors import ModelUnavailable
from model_serving.ports import Transcript

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
FRAMES_A_SECOND = 100


class FasterWhisper:
    """Transcriber. Loads its weights when made: some 0.3 s and 0.2 GB for tiny.en."""

    def __init__(self, folder: Path, *, name: str, threads: int = 2) -> None:
        """Raises ModelUnavailable."""
        self._model, self._tokenizer = _loaded(folder, threads)
        self.name, self.weights = name, folder
        self.languages: Sequence[str] = _languages(self._model)
        self._turn = threading.Lock()

    def transcribe(self, audio: Audio, *, language: str = "", quick: bool = False, expecting: str = "") -> Transcript:
        heard = audio.at(RATE).samples
        spoken = language if language in self.languages else self.languages[0]
        found = [self._window(piece, spoken) for piece in _pieces(heard)]
        kept = [(text, logprob) for text, logprob in found if text]
        confidence = math.exp(sum(logprob for _, logprob in kept) / len(kept)) if kept else 0.0
        return Transcript(text=" ".join(text for text, _ in kept), language=spoken, confidence=round(confidence, 3))

    def _window(self, samples: Samples, language: str) -> tuple[str, float]:
        """Text and mean log probability of at most thirty seconds; "" for what is no speech."""
        import ctranslate2

        needed = len(samples) / RATE + PADDING
        window = next((size for size in WINDOWS if size >= needed), WINDOWS[-1])
        frames = window * FRAMES_A_SECOND
        features = self._model.feature_extractor(samples, padding=0)[:, :frames]
        padded = np.zeros((features.shape[0], frames), dtype=np.float32)
        padded[:, : features.shape[1]] = features
        padded[:, features.shape[1] :] = features.min() if features.size else 0.0
        tokenizer = self._tokenizer(language)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        with self._turn:
            encoded = self._model.model.encode(ctranslate2.StorageView.from_array(padded[None]))
            (result,) = self._model.model.generate(
                encoded,
                [prompt],
                beam_size=BEAM,
                max_length=224,
                return_scores=True,
                return_no_speech_prob=True,
                suppress_blank=True,
                suppress_tokens=[-1],
            )
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        text = tokenizer.decode(tokens).strip()
        logprob = result.scores[0] * len(result.sequences_ids[0]) / (len(result.sequences_ids[0]) + 1)
        return ("", 0.0) if _doubtful(text, logprob, result.no_speech_prob) else (text, logprob)


def _doubtful(text: str, logprob: float, no_speech: float) -> bool:
    raw = text.encode()
    repeats = len(raw) / len(zlib.compress(raw)) > MOST_REPETITION if raw else True
    return repeats or no_speech > NO_SPEECH or logprob < LEAST_LOGPROB


def _pieces(samples: Samples) -> list[Samples]:
    """Whole, or in pieces that fit a window, cut where it is quietest."""
    longest = round((WINDOWS[-1] - PADDING) * RATE)
    pieces = []
    while len(samples) > longest:
        cut = _quietest(samples, longest - round(QUIETEST * RATE), longest)
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples] if len(samples) else pieces


def _quietest(samples: Samples, start: int, end: int, *, width: int = RATE // 5) -> int:
    energy = np.cumsum(samples[start:end].astype(np.float64) ** 2)
    return start + int(np.argmin(energy[width:] - energy[:-width])) + width // 2


def _loaded(folder: Path, threads: int) -> tuple[Any, Any]:
    try:
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer
    except ImportError as missing:
        raise ModelUnavailable("faster-whisper is not installed", way_out="pip install faster-whisper") from missing
    if not (folder / "model.bin").is_file():
        raise ModelUnavailable(
            f"no Whisper model lies at {str(folder)!r}", way_out="it needs model.bin and config.json"
        )
    try:
        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as broken:
        raise ModelUnavailable(f"the Whisper model at {str(folder)!r} is broken", way_out="install it anew") from broken

    def tokenizer(language: str) -> Any:
        several = model.model.is_multilingual
        return Tokenizer(
            model.hf_tokenizer, several, task="transcribe" if several else None, language=language if several else "en"
        )

    return model, tokenizer


def _languages(model: Any) -> Sequence[str]:
    if not model.model.is_multilingual:
        return ("en",)
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return ("en", *(code for code in _LANGUAGE_CODES if code != "en"))
