"""Silero's speech detector on its ONNX file: one probability for every 32 ms, a hundredth of a core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from model_serving.audio import Audio, Samples
from model_serving.errors import ModelUnavailable
from model_serving.weight_packages import INSTALL

RATE = 16_000
FRAME = 512
BEFORE = 64
"""Samples of the frame before that the network wants to see again."""


class SileroNetwork:
    """The network, shared by all streams. Safe for threads."""

    def __init__(self, model: Path) -> None:
        """Raises ModelUnavailable."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as broken:  # onnxruntime's errors share no base but Exception
            raise ModelUnavailable(f"no speech detector lies at {str(model)!r}", way_out=INSTALL) from broken

    def run(self, window: Samples, state: Samples) -> tuple[float, Samples]:
        given = {"input": window[None], "state": state, "sr": np.array(RATE, dtype=np.int64)}
        probability, state = self._session.run(None, given)
        return float(probability[0, 0]), state


class SileroDetector:
    """SpeechDetector of one stream."""

    frame = FRAME

    def __init__(self, network: SileroNetwork) -> None:
        self._network = network
        self.reset()

    def reset(self) -> None:
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._before = np.zeros(BEFORE, dtype=np.float32)

    def heard(self, frame: Audio) -> float:
        """Raises ValueError unless the frame has `frame` samples at 16,000 a second."""
        if frame.rate != RATE or len(frame.samples) != FRAME:
            raise ValueError(
                f"a frame has {FRAME} samples at {RATE} a second, not {len(frame.samples)} at {frame.rate}"
            )
        window = np.concatenate([self._before, frame.samples])
        self._before = frame.samples[-BEFORE:]
        probability, self._state = self._network.run(window, self._state)
        return probability


def speech_in(detector: SileroDetector, audio: Audio, *, threshold: float = 0.5, least: int = 4) -> bool:
    """Whether somebody speaks in a recording: at least so many frames in a row above the threshold."""
    samples = audio.at(RATE).samples
    detector.reset()
    run = 0
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        run = run + 1 if detector.heard(Audio(samples=samples[start : start + FRAME], rate=RATE)) >= threshold else 0
        if run >= least:
            return True
    return False
