"""A Piper voice (VITS, ONNX) through onnxruntime, with the espeak-ng program as its phonemiser: the default mouth.

piper-tts is GPL-licensed and not used; the voice is its own work with its own licence (see docs/dependencies.md).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model_serving.audio import Audio, joined, silence
from model_serving.errors import ModelUnavailable
from model_serving.synthesizers.phonemes import PAUSES, phonemes_of

START, END, BETWEEN = "^", "$", "_"
_PIECES = re.compile(r"[^.!?:;,\n]+(?:[.!?:;,]+(?=\s|$))?|[^\s]", re.UNICODE)
_SAYABLE = re.compile(r"[^\W_]", re.UNICODE)


class PiperVoice:
    """Synthesizer of one voice and language. Safe for threads."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        """model: the .onnx file, its .onnx.json beside it. Raises ModelUnavailable."""
        self._config, self._session = _loaded(model, threads)
        self.name, self.weights = model.stem, model
        espeak = str(self._config["espeak"]["voice"])
        self._espeak = espeak
        self.languages: Sequence[str] = (espeak.split("-")[0],)
        self._rate = int(self._config["audio"]["sample_rate"])

    def speak(self, text: str, *, language: str = "en", pace: float = 1.0) -> Audio:
        pieces: list[Audio] = [silence(0.01, self._rate)]
        for piece in _pieces_of(text):
            lines = phonemes_of(piece, voice=self._espeak)
            for line in lines:
                # espeak-ng leaves the mark out, and the voice needs it for its melody.
                pieces.append(self._said(line + (piece[-1] if line is lines[-1] and piece[-1] in PAUSES else ""), pace))
            pieces.append(silence(PAUSES.get(piece[-1], 0.05) / pace, self._rate))
        return joined(pieces)

    def _said(self, phonemes: str, pace: float) -> Audio:
        ids = self._ids(phonemes)
        inference = self._config.get("inference") or {}
        scales = [
            float(inference.get("noise_scale", 0.667)),
            float(inference.get("length_scale", 1.0)) / pace,
            float(inference.get("noise_w", 0.8)),
        ]
        (sound, *_) = self._session.run(
            None,
            {
                "input": np.array([ids], dtype=np.int64),
                "input_lengths": np.array([len(ids)], dtype=np.int64),
                "scales": np.array(scales, dtype=np.float32),
            },
        )
        return Audio(samples=np.clip(np.squeeze(sound).astype(np.float32).reshape(-1), -1, 1), rate=self._rate)

    def _ids(self, phonemes: str) -> list[int]:
        known: Mapping[str, Sequence[int]] = self._config["phoneme_id_map"]
        ids = [*known[START], *known[BETWEEN]]
        for phoneme in unicodedata.normalize("NFD", phonemes):
            if phoneme in known:
                ids += [*known[phoneme], *known[BETWEEN]]
        return [*ids, *known[END]]


def _pieces_of(text: str) -> list[str]:
    """Clauses, without those that have nothing to say."""
    return [piece.strip() for piece in _PIECES.findall(text) if _SAYABLE.search(piece)]


def _loaded(model: Path, threads: int) -> tuple[dict[str, Any], Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        config = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
        if not {"espeak", "audio", "phoneme_id_map"} <= set(config):
            raise ValueError("keys")
        return config, onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as broken:  # onnxruntime raises its own errors, which share no base but Exception
        raise ModelUnavailable(
            f"no Piper voice lies at {str(model)!r}", way_out="it needs NAME.onnx and NAME.onnx.json"
        ) from broken
