"""A call goes on with a conversation that was begun elsewhere: the caller keys in `**` and the code that the page shows.

`**#` asks the other way round for a code with which to go on on a screen. `KeyedLine` is the call's line with those keys taken
out. When a code is right the session's line ends and the call's does not: another session goes on with it. Above: `calls`.
Below: any CallTransport.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np

from channels.edge.auth import Grant
from channels.moving.transfer import KEYS
from channels.voice.line import CallTransport, Digit, HungUp, LineEvent, Played

MOST_TRIES = 3
PREFIX = "**"
NO = "keyed-codes-no"
"""Mark of the tone that says that a code was wrong, and of a code that is told."""


@dataclass(slots=True)
class CodeKeys:
    """Keys -> codes (pure)."""

    wished: bool = False
    """A code for a screen was asked for: `**#`."""
    _stars: int = 0
    _digits: str = ""

    def press(self, key: str) -> tuple[bool, str]:
        """Whether the key belongs to a code, and the code when it is whole, else ""."""
        if self._stars < len(PREFIX):
            self._stars = self._stars + 1 if key == "*" else 0
            return self._stars == len(PREFIX), ""
        if key == "#" and not self._digits:
            self._stars, self.wished = 0, True
            return True, ""
        if not key.isdigit():
            self._stars, self._digits = int(key == "*"), ""
            return False, ""
        self._digits += key
        if len(self._digits) < KEYS:
            return True, ""
        code, self._digits, self._stars = self._digits, "", 0
        return True, code


@dataclass(slots=True)
class KeyedLine:
    """CallTransport. redeem: the grant of the conversation that a code opens, or None."""

    line: CallTransport
    redeem: Callable[[str], Awaitable[Grant | None]]
    code_for_a_screen: Callable[[], Awaitable[bytes]]
    """The sound that tells one."""
    talks: Grant
    """The conversation that is being had."""
    goes_on: Grant | None = None
    """Set when a code has ended this session."""
    _keys: CodeKeys = field(default_factory=CodeKeys)
    _tries: int = 0
    _events: AsyncIterator[LineEvent] = field(init=False)

    def __post_init__(self) -> None:
        self._events = self.line.events()

    @property
    def rate(self) -> int:
        return self.line.rate

    @property
    def screen(self) -> bool:
        return self.line.screen

    async def events(self) -> AsyncIterator[LineEvent]:
        """May be asked for again after a code has ended it: it goes on where it stood."""
        self.goes_on = None
        async for event in self._events:
            if isinstance(event, Played) and event.mark == NO:
                continue
            if isinstance(event, Digit) and await self._taken(event.digit):
                if self.goes_on is None:
                    continue
                yield HungUp()
                return
            yield event

    async def _taken(self, key: str) -> bool:
        if self._tries >= MOST_TRIES:
            return False
        taken, code = self._keys.press(key)
        if self._keys.wished:
            self._keys.wished = False
            await self._tell_a_code()
        if code:
            self._tries += 1
            self.goes_on = await self.redeem(code)
            if self.goes_on is None:
                await self.line.play(_low_tone(self.rate), mark=NO)
        return taken

    async def _tell_a_code(self) -> None:
        """In place of what is being said; each counts as a try, so that nobody empties the shop's messages."""
        self._tries += 1
        sound = await self.code_for_a_screen()
        await self.line.clear("")
        await self.line.play(sound or _low_tone(self.rate), mark=NO)

    async def begin(self, turn_id: str) -> None:
        await self.line.begin(turn_id)

    async def play(self, pcm: bytes, *, mark: str) -> None:
        if self.goes_on is None:
            await self.line.play(pcm, mark=mark)

    async def end(self, turn_id: str) -> None:
        await self.line.end(turn_id)

    async def clear(self, turn_id: str) -> None:
        await self.line.clear(turn_id)

    async def hang_up(self) -> None:
        await self.line.hang_up()


def _low_tone(rate: int) -> bytes:
    """Two short ones."""
    at = np.arange(rate // 6) / rate
    beep = 6_000 * np.sin(2 * np.pi * 240 * at)
    return bytes(np.concatenate([beep, np.zeros(rate // 12), beep]).astype("<i2").tobytes())
