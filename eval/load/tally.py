"""What one worker saw, with every time from the intended moment of sending. Pure. Above: `device`, `worker`. Below: nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

REFUSED = ("overloaded", "too_many", "busy")


@dataclass(slots=True, kw_only=True)
class Sent:
    """One message, from when it was intended to its reply. Times are the machine's monotonic clock."""

    user: int
    client_id: str
    text: str
    intended: float
    measured: bool
    sent: float = 0.0
    refused: float = 0.0
    code: str = ""
    told_to_wait: bool = False
    """The refusal says when to come again."""
    acked: float = 0.0
    seq: int = 0
    watched: float = 0.0
    first_word: float = 0.0
    replied: float = 0.0
    failed: bool = False


@dataclass(slots=True, kw_only=True)
class Tally:
    """Of one worker. `by_seq` and `turns` find the message that a turn answers."""

    sent: dict[str, Sent] = field(default_factory=dict)
    closes: dict[int, int] = field(default_factory=dict)
    redials: int = 0
    by_seq: dict[tuple[int, int], Sent] = field(default_factory=dict)
    turns: dict[str, list[Sent]] = field(default_factory=dict)

    def acked(self, user: int, client_id: str, seq: int, now: float) -> None:
        one = self.sent.get(client_id)
        if one is None:
            return
        if not one.acked:
            one.acked, one.seq = now, seq
        self.by_seq[user, seq] = one

    def refused(self, client_id: str, code: str, *, told_to_wait: bool, now: float) -> None:
        one = self.sent.get(client_id)
        if one is not None and not one.acked and not one.refused:
            one.refused, one.code, one.told_to_wait = now, code, told_to_wait

    def turn_began(self, user: int, turn_id: str, answers: list[int]) -> None:
        self.turns[turn_id] = [self.by_seq[user, seq] for seq in answers if (user, seq) in self.by_seq]

    def words(self, turn_id: str, now: float) -> None:
        for one in self.turns.get(turn_id, ()):
            one.first_word = one.first_word or now

    def turn_ended(self, turn_id: str, now: float, *, failed: bool) -> None:
        for one in self.turns.pop(turn_id, ()):
            one.first_word = one.first_word or now
            if not one.replied:
                one.replied, one.failed = now, failed

    def seen_by_watcher(self, client_id: str, now: float) -> None:
        one = self.sent.get(client_id)
        if one is not None:
            one.watched = one.watched or now

    def closed(self, code: int) -> None:
        self.closes[code] = self.closes.get(code, 0) + 1

    def waits_for(self) -> int:
        """Accepted messages without a reply yet, and sent ones that nobody answered at all."""
        return sum(not one.replied and not one.refused for one in self.sent.values() if one.sent)
