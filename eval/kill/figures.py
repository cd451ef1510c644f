"""What the kill proof counts, and how it judges a log against what clients were promised. Pure."""

from __future__ import annotations

import hashlib
import json
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Wire = Mapping[str, Any]
"""An event as protocol.md shows it."""


class Failed(Exception):
    """The proof could not be carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A message that the server acknowledged: durable under this seq, for ever."""

    client_id: str
    text: str
    seq: int


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the devices saw while the server came and went."""

    promises: dict[str, list[Promise]] = field(default_factory=dict)
    """By conversation."""
    frames_sent_twice: int = 0
    retries: int = 0
    connections_lost: int = 0
    gaps_seen: int = 0
    seen_twice: int = 0
    changed_promises: int = 0
    """A message that was acknowledged twice with different seqs."""
    resume_seconds: list[float] = field(default_factory=list)
    """From the connection attempt that succeeded to `live`."""
    away_seconds: list[float] = field(default_factory=list)
    """From the loss of a connection to `live` on the next one."""
    promised_at: list[float] = field(default_factory=list)
    """When messages were acknowledged, by a monotonic clock."""
    delivery_seconds: list[float] = field(default_factory=list)
    """From the acknowledgement of a message to its event on each device; 0 where the event came first."""
    _promised: dict[tuple[str, int], float] = field(default_factory=dict)
    _seen: dict[tuple[str, int], list[float]] = field(default_factory=dict)

    def promised(self, conversation: str, seq: int, at: float) -> None:
        self.promised_at.append(at)
        self._promised[conversation, seq] = at
        for seen in self._seen.pop((conversation, seq), []):
            self.delivery_seconds.append(max(0.0, seen - at))

    def seen(self, conversation: str, seq: int, at: float) -> None:
        promised = self._promised.get((conversation, seq))
        if promised is None:
            self._seen.setdefault((conversation, seq), []).append(at)
        else:
            self.delivery_seconds.append(max(0.0, at - promised))


def fingerprint(log: Sequence[Wire]) -> str:
    """SHA-256 over (seq, type, data) of every event, the same on every client that has the same log."""
    digest = hashlib.sha256()
    for event in log:
        digest.update(json.dumps([event["seq"], event["type"], event["data"]], sort_keys=True).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    lost: int = 0
    duplicated: int = 0
    gaps: int = 0
    unanswered: int = 0
    double_replies: int = 0

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            lost=self.lost + other.lost,
            duplicated=self.duplicated + other.duplicated,
            gaps=self.gaps + other.gaps,
            unanswered=self.unanswered + other.unanswered,
            double_replies=self.double_replies + other.double_replies,
        )


def judge(log: Sequence[Wire], promises: Sequence[Promise]) -> Verdict:
    said = {event["seq"]: event["data"] for event in log if event["type"] == "customer_said"}
    kept = [promise for promise in promises if _kept(promise, said.get(promise.seq))]
    client_ids = Counter(data["client_id"] for data in said.values())
    endings = Counter(event["data"]["turn_id"] for event in log if event["type"] in ("assistant_said", "turn_failed"))
    return Verdict(
        lost=len(promises) - len(kept),
        duplicated=sum(count - 1 for count in client_ids.values()),
        gaps=sum(event["seq"] != place for place, event in enumerate(log, 1)),
        unanswered=len(open_seqs(log)),
        double_replies=sum(count - 1 for count in endings.values()),
    )


def _kept(promise: Promise, data: Wire | None) -> bool:
    return data is not None and (data["client_id"], data["text"]) == (promise.client_id, promise.text)


def open_seqs(log: Sequence[Wire]) -> set[int]:
    """What customers said that no ended turn has served. A reply cut off before its first word serves nothing."""
    waiting: set[int] = set()
    taken: dict[str, set[int]] = {}
    for event in log:
        data = event["data"]
        match event["type"]:
            case "customer_said":
                waiting.add(event["seq"])
            case "turn_started":
                taken[data["turn_id"]] = set(data.get("answers", ()))
            case "assistant_said" if data.get("interrupted") and not data["text"]:
                pass
            case "assistant_said" | "turn_failed":
                waiting -= taken.get(data["turn_id"], set())
    return waiting


def quantiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": round(cuts[9] * 1e3, 1), "p95": round(cuts[18] * 1e3, 1), "max": round(max(seconds) * 1e3, 1)}
