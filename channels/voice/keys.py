"""The keys of a phone: digits as an answer to the open question, 0 for a person (pure).

A number ends by `#`, by as many digits as were asked for, or by a pause; `*` begins it anew. Above: `session`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channels.voice.expecting import Expecting

PAUSE = 3.0
"""Seconds without a key after which a number is whole."""
MOST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    text: str


Result = Entered | Literal["person", "nothing"]


@dataclass(slots=True)
class Keys:
    digits: str = ""
    _at: float = 0.0

    def press(self, key: str, expecting: Expecting, now: float) -> Result:
        self._at = now
        if key == "#":
            return self._whole()
        if key == "*":
            self.digits = ""
            return "nothing"
        if not key.isdigit():
            return "nothing"
        self.digits = (self.digits + key)[-MOST:]
        if self.digits == "0" and not expecting.digits:
            self.digits = ""
            return "person"
        return self._whole() if expecting.most and len(self.digits) >= expecting.most else "nothing"

    def tick(self, now: float) -> Result:
        return self._whole() if self.digits and now - self._at >= PAUSE else "nothing"

    def _whole(self) -> Result:
        digits, self.digits = self.digits, ""
        if digits == "0":
            return "person"
        return Entered(text=digits) if digits else "nothing"
