"""Playout: what is still to be played, handed out frame by frame; it knows which marks a frame completes (pure).

For lines whose other side plays at once what it is sent, so that the place in the sound is ours to keep. Above: `audio_socket`
and, as a caller's loudspeaker, `command_line.call`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Playout:
    frame_bytes: int
    silence: bytes = b"\x00"
    """One unit of it: a byte of pcm."""
    _sound: bytearray = field(default_factory=bytearray)
    _taken: int = 0
    _added: int = 0
    _marks: deque[tuple[int, str]] = field(default_factory=deque)
    """Behind which byte, in order."""

    @property
    def waiting(self) -> int:
        """Bytes to be played."""
        return len(self._sound)

    @property
    def idle(self) -> bool:
        return not self._sound and not self._marks

    def add(self, sound: bytes) -> None:
        self._sound += sound
        self._added += len(sound)

    def mark(self, name: str) -> None:
        """Behind all that was added."""
        self._marks.append((self._added, name))

    def clear(self) -> list[str]:
        """The marks that were dropped."""
        dropped = [name for _, name in self._marks]
        self._sound.clear()
        self._marks.clear()
        self._taken = self._added
        return dropped

    def take(self) -> tuple[bytes, list[str]]:
        """The next frame, filled up with silence, and the marks that are reached when it has been played."""
        frame = bytes(self._sound[: self.frame_bytes])
        del self._sound[: self.frame_bytes]
        self._taken += len(frame)
        reached: list[str] = []
        while self._marks and self._marks[0][0] <= self._taken:
            reached.append(self._marks.popleft()[1])
        return frame + self.silence * (self.frame_bytes - len(frame)), reached
