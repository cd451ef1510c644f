"""Turn model: whether somebody sounds as if they had ended, by melody and pace rather than by words. Optional, behind a port.

Smart Turn v3.2 (Daily; BSD-2, 8.7 MB of ONNX) lies in the wheel of pipecat-ai. Measured on a synthetic voice it cost more than it
brought (docs/voice-session.md), so a shop that has it sets AISLE_VOICE_TURN_MODEL. Above: `talking`, which asks it beside each
final transcript. Below: onnxruntime, faster-whisper's features.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from model_serving.audio import Audio

log = logging.getLogger(__name__)

RATE = 16_000
SECONDS = 8
"""What it hears: the last of the utterance, with silence before it where it is shorter."""


class TurnModel(Protocol):
    """Blocking; safe for threads."""

    def finished(self, audio: Audio) -> float:
        """Of an utterance up to its pause: the probability that it is whole, 0 to 1."""
        ...


class SmartTurn:
    """TurnModel. 33 ms of CPU for each pause (measured, one thread)."""

    def __init__(self, model: Path) -> None:
        """Raises ValueError where no such model lies."""
        import onnxruntime
        from faster_whisper.feature_extractor import FeatureExtractor

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as broken:  # onnxruntime's errors share no base but Exception
            raise ValueError(f"no turn model lies at {str(model)!r}: see AISLE_VOICE_TURN_MODEL") from broken
        self._features = FeatureExtractor()

    def finished(self, audio: Audio) -> float:
        heard = audio.at(RATE).samples[-SECONDS * RATE :]
        padded = np.pad(heard, (SECONDS * RATE - len(heard), 0))
        even = (padded - padded.mean()) / np.sqrt(padded.var() + 1e-7)
        features = self._features(even.astype(np.float32), padding=0)
        (found, *_) = self._session.run(None, {"input_features": features[None].astype(np.float32)})
        return float(np.reshape(found, -1)[0])


@dataclass(slots=True)
class TurnModels:
    """The app's turn model, loaded at the first call. Without one, words alone decide."""

    path: Path | None = None
    _loaded: TurnModel | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self) -> TurnModel | None:
        """Blocking the first time. None where none is set, or where it cannot be loaded: that is logged once."""
        with self._lock:
            if self._loaded is None and self.path is not None:
                try:
                    self._loaded = SmartTurn(self.path)
                except ValueError as missing:
                    self.path = None
                    log.warning("%s", missing)
            return self._loaded
