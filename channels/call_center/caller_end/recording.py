"""A call as a WAV of two channels: the caller on the left, the assistant on the right, each where it was heard."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from channels.call_center.caller_end.handset import Heard


def write_stereo(path: Path, heard: Heard) -> None:
    left, right = (np.frombuffer(bytes(side), dtype="<i2") for side in (heard.caller, heard.assistant))
    length = max(len(left), len(right))
    both = np.zeros((length, 2), dtype="<i2")
    both[: len(left), 0], both[: len(right), 1] = left, right
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(heard.rate)
        file.writeframes(both.tobytes())
