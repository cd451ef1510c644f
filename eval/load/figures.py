"""From what the workers saw to figures. Pure. Above: `bench`, `burst`. Below: `eval.kill.figures` (the judge's verdict)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.load.processes import Used
from eval.metrics import percentile

Row = Mapping[str, Any]
Results = Sequence[Mapping[str, Any]]
STEP = 0.25


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds, with how many there were."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = {name: round(percentile(seconds, share) * 1e3, 1) for name, share in shares.items()}
    return {"count": len(seconds), **found, "max": round(max(seconds, default=0.0) * 1e3, 1)}


def rows_of(results: Results) -> list[Row]:
    return [row for one in results for row in one["sent"]]


def latencies(rows: Iterable[Row], what: str) -> list[float]:
    """From the intended moment, of those that reached that stage."""
    return [row[what] - row["intended"] for row in rows if row[what]]


def stages(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "ack_ms": quantiles(latencies(rows, "acked")),
        "delivery_to_second_device_ms": quantiles(latencies(rows, "watched")),
        "first_word_ms": quantiles(latencies(rows, "first_word")),
        "reply_ms": quantiles(latencies(rows, "replied")),
        "sent_after_intended_ms": quantiles(latencies(rows, "sent")),
    }


def outcome(results: Results) -> dict[str, Any]:
    """Over all messages, measured or not: what a customer was promised must be there."""
    rows = rows_of(results)
    verdict: Counter[str] = Counter()
    closes: Counter[str] = Counter()
    for one in results:
        verdict.update(one["verdict"])
        closes.update({str(code): count for code, count in one["closes"].items()})
    refused = [row for row in rows if row["refused"]]
    return {
        "messages": len(rows),
        "accepted": sum(1 for row in rows if row["acked"]),
        "refused": len(refused),
        "refused_by_code": dict(Counter(row["code"] for row in refused)),
        "refused_with_time_to_wait": sum(1 for row in refused if row["told_to_wait"]),
        "refusal_ms": quantiles(latencies(refused, "refused")),
        "never_answered": sum(1 for row in rows if not row["acked"] and not row["refused"]),
        "turns_failed": sum(1 for row in rows if row["failed"]),
        **{name: verdict[name] for name in ("lost", "duplicated", "gaps", "unanswered", "double_replies")},
        "not_delivered": _not_delivered(results),
        "closed_sockets": dict(closes),
        "open_sockets_at_the_end": sum(one["open_sockets"] for one in results),
        "settle_seconds": max((one["settle_seconds"] for one in results), default=0.0),
    }


def cost(before: Mapping[str, Used], after: Mapping[str, Used], *, acked: int, seconds: float) -> dict[str, Any]:
    """CPU of each process in the measured window, and a message."""
    spent = {name: after[name].cpu_seconds - used.cpu_seconds for name, used in before.items()}
    return {
        "cpu_ms_a_message": round(sum(spent.values()) / max(1, acked) * 1e3, 3),
        "cpu_ms_a_message_by_process": {name: round(used / max(1, acked) * 1e3, 3) for name, used in spent.items()},
        "cores_busy": {name: round(used / seconds, 2) for name, used in spent.items()},
        "memory_mib": {name: round(used.memory_kib / 1024, 1) for name, used in after.items()},
    }


def accepted_between(rows: Iterable[Row], begin: float, end: float) -> int:
    return sum(1 for row in rows if begin <= row["acked"] < end)


def back_to_normal(rows: Sequence[Row], after: float, usual: float, *, window: float = 1.0) -> float | None:
    """Seconds after that moment until what was intended in the `window` from then on was all answered, p95 in `usual`
    seconds; None: never."""
    end = max((row["intended"] for row in rows), default=after)
    steps = range(max(0, int((end - after) / STEP)))
    return next((n * STEP for n in steps if _well(rows, after + n * STEP, window, usual)), None)


def _well(rows: Sequence[Row], begin: float, window: float, usual: float) -> bool:
    within = [row for row in rows if begin <= row["intended"] < begin + window]
    answered = [row["replied"] - row["intended"] for row in within if row["replied"]]
    return bool(within) and len(answered) == len(within) and percentile(answered, 0.95) <= usual


def _not_delivered(results: Results) -> int:
    """Accepted messages of a conversation with a second device that never saw them."""
    missing = 0
    for one in results:
        watched = set(one["watched_users"])
        missing += sum(1 for row in one["sent"] if row["acked"] and row["user"] in watched and not row["watched"])
    return missing
