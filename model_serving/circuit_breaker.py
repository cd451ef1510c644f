"""Stops asking a model that keeps failing, and tries it again with one call after a pause. No I/O; `router` holds it.

The pattern: M. Nygard, Release It!, "Circuit Breaker".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]


class CircuitBreaker:
    """Opens after `failures` in a row; `pause` seconds later lets one trial through, whose outcome decides.

    now: a monotonic clock in seconds.
    """

    def __init__(self, *, failures: int = 5, pause: float = 10.0, now: Callable[[], float]) -> None:
        self._limit, self._pause, self._now = failures, pause, now
        self._failures = 0
        self._opened_at: float | None = None
        self._trial = False

    @property
    def state(self) -> State:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._now() - self._opened_at >= self._pause else "open"

    def admits(self) -> bool:
        """Whether to call now. A yes must be followed by `succeeded`, `failed` or `withdrawn`."""
        state = self.state
        if state == "closed":
            return True
        if state == "open" or self._trial:
            return False
        self._trial = True
        return True

    def succeeded(self) -> None:
        self._failures, self._opened_at, self._trial = 0, None, False

    def failed(self) -> None:
        self._failures += 1
        if self._trial or self._failures >= self._limit:
            self._opened_at = self._now()
        self._trial = False

    def withdrawn(self) -> None:
        """The call ended for a reason that says nothing about the model."""
        self._trial = False
