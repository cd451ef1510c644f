"""Silence: what is said when nobody says anything: once a question, then an offer, then goodbye (pure). Above: `session`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ASKED = 8.0
"""Seconds after an open question."""
OPEN = 20.0
"""Seconds without one, on a phone, where silence may be a line that broke."""
AGAIN = 10.0
THINKING = 5.0
"""Seconds of work after which a caller is told that it goes on: silence on a phone sounds like a broken line."""

Prompt = Literal["", "still_there", "offer", "goodbye", "moment"]


@dataclass(slots=True)
class Silence:
    phone: bool = False
    """Nothing to look at: silence is worse, and a line costs."""
    _since: float | None = None
    _working_since: float | None = None
    _said: int = 0
    _moment: bool = False

    def heard_from(self) -> None:
        """The customer did something."""
        self._said, self._since = 0, None

    def tick(self, now: float, *, idle: bool, working: bool, asked: bool) -> Prompt:
        """idle: nobody speaks, nothing is being done, and somebody may speak."""
        if (prompt := self._work(now, working)) or not idle:
            self._since = None
            return prompt
        if self._since is None:
            self._since = now
        if self._said >= 3 or not (asked or self.phone) or now - self._since < self._patience(asked):
            return ""
        self._said, self._since = self._said + 1, None
        prompts: tuple[Prompt, ...] = ("still_there", "offer", "goodbye")
        return prompts[self._said - 1] if self.phone or self._said < 3 else ""

    def _patience(self, asked: bool) -> float:
        return AGAIN if self._said else ASKED if asked else OPEN

    def _work(self, now: float, working: bool) -> Prompt:
        if not working:
            self._working_since, self._moment = None, False
            return ""
        if self._working_since is None:
            self._working_since = now
        if not self.phone or self._moment or now - self._working_since < THINKING:
            return ""
        self._moment = True
        return "moment"
