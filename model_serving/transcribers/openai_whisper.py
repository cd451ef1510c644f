"""Whisper as OpenAI published it, on torch: the reference to compare with, and ears for a graphics card.

Needs the extra `gpu`; nothing of it is imported before a model is loaded. It reads the same packaged weights as
`faster_whisper`, converted by `whisper_weights`, and asks in the same way (`whisper_recipe`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model_serving.audio import Audio, Samples, checked
from model_serving.errors import ModelUnavailable
from model_serving.ports import Transcript
from model_serving.transcribers import whisper_recipe as recipe
from model_serving.transcribers.whisper_weights import dimensions, openai_state, read_variables

POSITIONS_A_SECOND = 50
"""Of the encoder's output."""


class OpenAIWhisper:
    """Transcriber. Loads its weights when made: some 2 s and 0.5 GB for base. One transcription at a time."""

    def __init__(self, folder: Path, *, name: str, threads: int = 2, device: str = "") -> None:
        """device: as torch names it; "" takes a graphics card where there is one. Raises ModelUnavailable."""
        self._torch, self._whisper = _imported()
        self._device = device or ("cuda" if self._torch.cuda.is_available() else "cpu")
        if self._device == "cpu":
            self._torch.set_num_threads(threads)
        self._models = self._loaded(folder)
        self.name, self.weights = f"openai-{name}", folder
        several = self._models[recipe.WINDOWS[-1]].is_multilingual
        codes = self._whisper.tokenizer.LANGUAGES
        self.languages: Sequence[str] = ("en", *(code for code in codes if code != "en")) if several else ("en",)
        self._several = several
        self._turn = threading.Lock()

    def transcribe(self, audio: Audio, *, language: str = "", quick: bool = False, expecting: str = "") -> Transcript:
        heard = checked(audio).at(recipe.RATE).samples
        spoken = language if language in self.languages else self.languages[0]
        hint = "" if quick else recipe.hint(spoken, expecting)
        with self._turn:  # its decoder keeps its cache in hooks on the network itself
            windows = [self._asked(piece, spoken, quick, hint) for piece in recipe.pieces(heard)]
        return recipe.transcript_of(windows, spoken)

    def _asked(self, samples: Samples, language: str, quick: bool, hint: str) -> recipe.Window:
        window = self._window(samples, language, quick, hint)
        return self._window(samples, language, quick, "") if recipe.echoes(window.text, hint) else window

    def _window(self, samples: Samples, language: str, quick: bool, hint: str) -> recipe.Window:
        model = self._models[recipe.window_for(samples)]
        tokenizer = self._tokenizer(language)
        options = self._whisper.DecodingOptions(
            language=language,
            temperature=0.0,
            beam_size=None if quick else recipe.BEAM,
            sample_len=recipe.most_tokens(samples),
            prompt=tokenizer.encode(" " + hint)[-recipe.LONGEST_HINT :] if hint else None,
            without_timestamps=True,
            fp16=self._device != "cpu",
        )
        result = self._whisper.decode(model, self._features(samples), options)
        tokens = recipe.said_once([token for token in result.tokens if token < tokenizer.eot], tokenizer.decode)
        return recipe.Window(
            text=tokenizer.decode(tokens).strip(),
            logprob=result.avg_logprob,
            no_speech=result.no_speech_prob,
            words=() if quick or not tokens else self._words(model, result.audio_features, tokenizer, tokens),
        )

    def _features(self, samples: Samples) -> Any:
        whole = np.zeros(recipe.window_for(samples) * recipe.RATE, dtype=np.float32)
        whole[: min(len(samples), len(whole))] = samples[: len(whole)]
        return self._whisper.log_mel_spectrogram(whole, n_mels=self._models[recipe.WINDOWS[-1]].dims.n_mels).to(
            self._device
        )

    def _words(self, model: Any, features: Any, tokenizer: Any, tokens: Sequence[int]) -> Any:
        """By reading the tokens once more, as given."""
        torch = self._torch
        given = [*tokenizer.sot_sequence_including_notimestamps, *tokens]
        with torch.no_grad():
            logits = model.decoder(torch.tensor([given], device=self._device), features[None]).float()
        chances = torch.softmax(logits[0, len(given) - len(tokens) - 1 : -1], dim=-1)
        found = chances[range(len(tokens)), list(tokens)].tolist()
        return recipe.words_of(tokens, found, tokenizer.decode)

    def _tokenizer(self, language: str) -> Any:
        count = self._models[recipe.WINDOWS[-1]].num_languages
        return self._whisper.tokenizer.get_tokenizer(
            self._several, num_languages=count, language=language, task="transcribe" if self._several else None
        )

    def _loaded(self, folder: Path) -> Mapping[int, Any]:
        """A model for each window over the same tensors: the network insists on as much sound as it has positions for."""
        variables = read_variables(folder)
        state = openai_state(variables)
        sizes = dimensions(variables, state)
        tensors = {name: self._torch.from_numpy(tensor.astype(np.float32)) for name, tensor in state.items()}
        tensors = {name: tensor.to(self._device) for name, tensor in tensors.items()}
        return {window: self._of_window(window, sizes, tensors) for window in recipe.WINDOWS}

    def _of_window(self, window: int, sizes: Mapping[str, int], tensors: Mapping[str, Any]) -> Any:
        positions = window * POSITIONS_A_SECOND
        shape = self._whisper.model.ModelDimensions(**{**sizes, "n_audio_ctx": positions})
        model = self._whisper.model.Whisper(shape)
        name = "encoder.positional_embedding"
        model.load_state_dict({**tensors, name: tensors[name][:positions]}, assign=True)
        return model.to(self._device).eval()


def _imported() -> tuple[Any, Any]:
    """torch and whisper. Raises ModelUnavailable."""
    try:
        import torch
        import whisper
        import whisper.tokenizer
    except ImportError as missing:
        raise ModelUnavailable(
            f"openai-whisper cannot be imported ({missing.name} is missing)",
            way_out="pip install 'aisle[gpu]', or AISLE_SPEECH_TRANSCRIBER=faster-whisper",
        ) from missing
    return torch, whisper
