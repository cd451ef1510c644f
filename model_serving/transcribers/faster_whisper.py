"""Whisper on CTranslate2, from a package or a folder: the default ears.

The public API of faster-whisper offers no shorter window than thirty seconds, so its encoder and decoder are called directly;
how is told by `whisper_recipe`. What is not speech is kept out by the speech detector before, and by the decoder's own
doubts after.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model_serving.audio import Audio, Samples, checked
from model_serving.errors import ModelUnavailable
from model_serving.ports import Transcript
from model_serving.transcribers import whisper_recipe as recipe


class FasterWhisper:
    """Transcriber. Loads its weights when made: some 0.3 s and 0.2 GB for tiny.en, 0.6 s and 0.3 GB for base."""

    def __init__(self, folder: Path, *, name: str, threads: int = 2, at_once: int = 1) -> None:
        """threads: of one transcription; at_once: transcriptions side by side over the same weights. Raises ModelUnavailable."""
        self._model, self._tokenizer = _loaded(folder, threads, at_once)
        self.name, self.weights = name, folder
        self.languages: Sequence[str] = _languages(self._model)

    def transcribe(self, audio: Audio, *, language: str = "", quick: bool = False, expecting: str = "") -> Transcript:
        heard = checked(audio).at(recipe.RATE).samples
        spoken = language if language in self.languages else self.languages[0]
        hint = "" if quick else recipe.hint(spoken, expecting)
        windows = [self._asked(piece, spoken, quick, hint) for piece in recipe.pieces(heard)]
        return recipe.transcript_of(windows, spoken)

    def _asked(self, samples: Samples, language: str, quick: bool, hint: str) -> recipe.Window:
        window = self._window(samples, language, quick, hint)
        return self._window(samples, language, quick, "") if recipe.echoes(window.text, hint) else window

    def _window(self, samples: Samples, language: str, quick: bool, hint: str) -> recipe.Window:
        """At most thirty seconds."""
        import ctranslate2

        features, sounding = self._features(samples)
        tokenizer = self._tokenizer(language)
        encoded = self._model.model.encode(ctranslate2.StorageView.from_array(features[None]))
        (result,) = self._model.model.generate(
            encoded,
            [_prompt(tokenizer, hint)],
            beam_size=1 if quick else recipe.BEAM,
            max_length=recipe.LONGEST_HINT + recipe.most_tokens(samples),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=[-1],
        )
        written = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        tokens = recipe.said_once(written, tokenizer.decode)
        count = len(result.sequences_ids[0])
        return recipe.Window(
            text=tokenizer.decode(tokens).strip(),
            logprob=result.scores[0] * count / (count + 1),
            no_speech=result.no_speech_prob,
            words=() if quick or not tokens else self._words(encoded, tokenizer, tokens, sounding),
        )

    def _words(self, encoded: Any, tokenizer: Any, tokens: Sequence[int], sounding: int) -> Any:
        """By reading the tokens once more, as given: a tenth of what finding them takes."""
        (aligned,) = self._model.model.align(encoded, tokenizer.sot_sequence, [list(tokens)], sounding)
        return recipe.words_of(tokens, aligned.text_token_probs, tokenizer.decode)

    def _features(self, samples: Samples) -> tuple[Samples, int]:
        """Mel features of a whole window, quiet after the speech, and how many frames of them are speech."""
        frames = recipe.window_for(samples) * recipe.FRAMES_A_SECOND
        found = self._model.feature_extractor(samples, padding=0)[:, :frames]
        padded = np.full((found.shape[0], frames), found.min() if found.size else 0.0, dtype=np.float32)
        padded[:, : found.shape[1]] = found
        return padded, found.shape[1]


def _prompt(tokenizer: Any, hint: str) -> list[int]:
    start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    if not hint:
        return start
    return [tokenizer.sot_prev, *tokenizer.encode(" " + hint)[-recipe.LONGEST_HINT :], *start]


def _loaded(folder: Path, threads: int, at_once: int = 1) -> tuple[Any, Any]:
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
        model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            num_workers=at_once,
            local_files_only=True,
        )
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
