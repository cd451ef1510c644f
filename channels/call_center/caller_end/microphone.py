"""The machine's own microphone and loudspeaker as a caller's, through the package sounddevice where it is installed."""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from channels.call_center.caller_end.wire import CannotCall

MOST_FRAMES = 50
"""A second: more was left over by a machine that stood still, and would only be late."""


@dataclass(slots=True)
class Microphone:
    frame_bytes: int
    _said: deque[bytes] = field(default_factory=lambda: deque(maxlen=MOST_FRAMES))
    _to_play: deque[bytes] = field(default_factory=lambda: deque(maxlen=MOST_FRAMES))

    def next_frame(self, *, assistant_speaks: bool) -> bytes | None:
        return self._said.popleft() if self._said else bytes(self.frame_bytes)

    def play(self, pcm: bytes) -> None:
        self._to_play.append(pcm)

    def exchange(self, said: Any, played: Any, *_: Any) -> None:
        """Called by the device every 20 ms, in a thread of its own; both queues are safe there."""
        self._said.append(bytes(said))
        played[:] = self._to_play.popleft() if self._to_play else bytes(len(played))


@contextmanager
def open_microphone(rate: int, frame_bytes: int) -> Iterator[Microphone]:
    """Raises CannotCall."""
    try:
        sounddevice: Any = importlib.import_module("sounddevice")
    except (ImportError, OSError) as error:
        raise CannotCall(
            "--mic needs the package sounddevice and PortAudio: `pip install sounddevice` (Debian: apt-get install"
            " libportaudio2), or play a recording with --wav"
        ) from error
    microphone = Microphone(frame_bytes)
    try:
        stream = sounddevice.RawStream(
            samplerate=rate, blocksize=frame_bytes // 2, dtype="int16", channels=1, callback=microphone.exchange
        )
    except sounddevice.PortAudioError as error:
        raise CannotCall(f"there is no microphone to be used ({error}): play a recording with --wav") from error
    with stream:
        yield microphone
