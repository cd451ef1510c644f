"""Timing: where the time between the customer's last sound and our first one went, stage by stage (pure).

Each stage begins where the one before ended, so their sum is the whole. Above: `session`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.voice.news import StageTimes

KEPT = 8


@dataclass(slots=True)
class Stages:
    """Of one spoken turn; times of a monotonic clock, in seconds."""

    spoke: float
    ended: float
    decoded: float
    word: float | None = None
    clause: float | None = None
    sound: float | None = None
    elsewhere: float = 0.0
    """Seconds that engines and the line took, of those after the decoding."""


@dataclass(slots=True)
class Timing:
    """The turns of a line that have not sounded yet."""

    _waiting: Stages | None = None
    """Of the utterance that was taken last, until its turn is known."""
    _turns: dict[str, Stages] = field(default_factory=dict)

    def taken(self, *, spoke: float, ended: float, now: float) -> None:
        self._waiting = Stages(spoke=spoke, ended=max(spoke, ended), decoded=now)

    def word(self, turn_id: str, now: float) -> None:
        """The turn's first word."""
        if turn_id not in self._turns and self._waiting is not None:
            self._waiting.word, self._turns[turn_id] = now, self._waiting
            self._waiting = None
            while len(self._turns) > KEPT:
                self._turns.pop(next(iter(self._turns)))

    def clause(self, turn_id: str, now: float) -> None:
        stages = self._turns.get(turn_id)
        if stages is not None and stages.clause is None:
            stages.clause = now

    def sound(self, turn_id: str, now: float, *, took: float) -> None:
        """The first clause's sound is there. took: the synthesizer's own seconds."""
        stages = self._turns.get(turn_id)
        if stages is not None and stages.sound is None:
            stages.sound = now
            stages.elsewhere += took

    def handed(self, turn_id: str, now: float, *, took: float) -> StageTimes | None:
        """The line has taken it: the turn's times, once."""
        stages = self._turns.pop(turn_id, None)
        if stages is None or stages.word is None or stages.clause is None or stages.sound is None:
            return None
        after = now - stages.clause
        return StageTimes(
            turn_id=turn_id,
            endpoint=stages.ended - stages.spoke,
            decode=max(0.0, stages.decoded - stages.ended),
            understanding=stages.word - stages.decoded,
            writing=stages.clause - stages.word,
            synthesis=stages.sound - stages.clause,
            transport=now - stages.sound,
            own=max(0.0, after - stages.elsewhere - took),
        )

    def forget(self) -> None:
        """Nothing of what waits will be an answer."""
        self._waiting = None
        self._turns.clear()
