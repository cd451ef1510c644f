"""A microphone that is a recording: what a customer says into the browser is made by the test. Above: test_voice, test_kiosk."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

from tests.ui.fake_call import RATE

QUIET_FOR = 60.0
ALLOWED = "--use-fake-ui-for-media-stream"
"""The permission is given without a question."""


def record(path: Path, parts: Sequence[float | bytes], rate: int = RATE) -> Path:
    """Seconds of silence and sound by turns, and silence until long after the test."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for part in (*parts, QUIET_FOR):
            file.writeframes(part if isinstance(part, bytes) else bytes(2 * round(part * rate)))
    return path


def plays(recording: Path) -> tuple[str, ...]:
    """Chromium's arguments: it begins anew whenever a page opens the microphone."""
    return (ALLOWED, "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={recording}%noloop")
