"""Outlook: what somebody who asks for a person can be told now. Pure. Above: the office, flows. Below: nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from assistant.signals import QueuePlace

FEWEST_MEASURED = 5
"""Times that an expected wait rests on; with fewer it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    position: int = 0
    """From 1; 0: does not wait."""
    expected_wait_seconds: int | None = None
    open: bool = True
    opens_at: datetime | None = None
    """In the desk's time zone."""
    staffed: bool = True
    """Somebody is there and available."""
    now: datetime

    @property
    def place(self) -> QueuePlace:
        return QueuePlace(
            position=self.position,
            ahead=max(0, self.position - 1),
            expected_wait_seconds=self.expected_wait_seconds,
            open=self.open,
            opens_at=self.opens_at.isoformat() if self.opens_at is not None else "",
        )


def expected_wait(
    position: int, *, free: int, places: int, handled: Sequence[float], waited: Sequence[float]
) -> int | None:
    """Seconds, from measured times alone; None where there are too few, or nobody is there.

    While agents have room, what those before had to wait; else how long `places` conversations at once take until as many
    as are ahead have ended, each as long as the middle one of those that were handled.
    """
    if places <= 0 or position <= 0:
        return None
    if position <= free:
        return _middle(waited)
    handle = _middle(handled)
    return None if handle is None else ceil((position - free) / places * handle)


def _middle(values: Sequence[float]) -> int | None:
    if len(values) < FEWEST_MEASURED:
        return None
    return ceil(sorted(values)[len(values) // 2])
