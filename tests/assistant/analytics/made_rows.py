"""Rows of facts, as a test wants them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.analytics.fact_rows import FactRow
from assistant.desk.tables import stamp

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = START + timedelta(days=9)
NOTHING: dict[str, Any] = {
    **dict.fromkeys(("person_mark", "store", "handoff", "outcome", "last_thumb"), ""),
    **dict.fromkeys(("not_understood", "failed_turns", "thumbs_up", "thumbs_down", "changes_done", "searches"), 0),
    **dict.fromkeys(("asked_for_person", "agent_joined", "opened", "carted", "checked_out", "closed"), False),
    "not_found": 0,
}


def row(name: str, *, at: timedelta = timedelta(0), lasted: timedelta = timedelta(minutes=5), **fields: Any) -> FactRow:
    times = {"started_at": stamp(START + at), "last_at": stamp(START + at + lasted)}
    told = {"channels": ("web",), "language": "en", "customer_turns": 2, "replies": 2, "intents": ("find_products",)}
    measured = {"latency_p50": 0.2, "latency_max": 0.3}
    return FactRow(conversation_id=name, **{**NOTHING, **times, **told, **measured, **fields})
