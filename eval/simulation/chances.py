"""What may go wrong, and how often. Above: the simulated parts, which draw from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Of each single operation, unless it says otherwise; seconds are virtual."""

    refused: float = 0.03
    """The store fails before it has written."""
    unsure: float = 0.02
    """The store has written, and its answer is lost on the way."""
    slow: float = 0.02
    """An operation takes `slow_seconds` instead of some milliseconds."""
    slow_seconds: float = 20.0
    """Longer than a lease lasts."""
    dropped: float = 0.1
    """A message between replicas."""
    crash_every: float = 6.0
    """Mean seconds between deaths of a replica."""
    restart_seconds: float = 1.0
    clock_every: float = 20.0
    """Mean seconds between jumps of the wall clock, by up to two hours either way."""
    sent_twice: float = 0.1
    impatient: float = 0.3
    """A customer speaks again before the reply is there."""
    stops: float = 0.05
    """A customer interrupts."""
    model_breaks: float = 0.05
    model_hangs: float = 0.03
    hang_seconds: float = 25.0


CALM = Chances(
    refused=0,
    unsure=0,
    slow=0,
    dropped=0,
    crash_every=1e9,
    clock_every=1e9,
    sent_twice=0,
    model_breaks=0,
    model_hangs=0,
)
"""Nothing goes wrong: what fails here is the simulation's own fault."""
