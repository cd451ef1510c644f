"""Admission: what is more than can be answered soon is refused at once, with a time to wait, before it costs anything.

Two bounds, both on what this process answers at the moment. From half of the way on, who talks much waits first: a visitor who
writes all the time cannot take the turns of those who write now and then, and nobody cuts off their own turn, whose work would be
done again. At the end of the way nothing new is taken; what
was taken is answered. Above: `front_door`. Below: `limits`.
"""

from __future__ import annotations

from channels.edge.limits import RateLimit
from channels.errors import TooMany

RETRY_SECONDS = 3.0
EASY_PER_MINUTE, EASY_AT_ONCE = 12, 2
"""What one conversation may say while many wait: a person who reads the replies says no more."""


class Overloaded(TooMany):
    """Taken a little later, over the same connection: a client sends it again by itself."""

    def __init__(self, *, retry_after: float = RETRY_SECONDS) -> None:
        super().__init__("messages", retry_after=retry_after)
        self.args = (f"many are writing just now: try again in {max(1, round(retry_after))} s",)
        self.code = "overloaded"


class Admission:
    """`most`: conversations that are answered at the same time."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self.refused = 0
        self._easy = RateLimit("messages", per_minute=EASY_PER_MINUTE, at_once=EASY_AT_ONCE)

    def take(self, conversation: str, *, answering: int, waits: bool, now: float) -> None:
        """Counts one message. `waits`: that conversation is being answered already. Raises Overloaded."""
        wait = 0.0
        try:
            self._easy.take(conversation, now)
        except TooMany as error:
            wait = error.retry_after
        if answering >= self._most:
            self.refused += 1
            raise Overloaded
        if (wait or waits) and answering * 2 >= self._most:
            self.refused += 1
            raise Overloaded(retry_after=max(wait, RETRY_SECONDS))
