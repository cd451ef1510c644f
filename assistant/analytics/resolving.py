"""Resolution, by stated rules; the first that fits decides (pure). docs/analytics.md has them in words.

    unresolved   a person was asked for, or came; or the last thumb is down; or the same known customer came back within 24 hours
    resolved     a change they confirmed was carried out, they checked out, or the last thumb is up
    recent       less than 24 hours have passed since the last word: they may yet come back
    silent       none of these. Silence is no consent: it counts for neither side

Above: `measuring`, exports. Below: `fact_rows`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from assistant.analytics.fact_rows import FactRow
from assistant.desk.tables import moment

Resolution = Literal["unresolved", "resolved", "recent", "silent"]
Because = Literal["person", "thumb_down", "came_back", "done", "checked_out", "thumb_up", "recent", "silent"]
BACK_WITHIN: Final = timedelta(hours=24)
MEANS: Final[Mapping[Because, Resolution]] = {
    "person": "unresolved",
    "thumb_down": "unresolved",
    "came_back": "unresolved",
    "done": "resolved",
    "checked_out": "resolved",
    "thumb_up": "resolved",
    "recent": "recent",
    "silent": "silent",
}


def counts(row: FactRow) -> bool:
    """A conversation in which the customer said nothing is a page that was opened."""
    return row.customer_turns > 0


def contained(row: FactRow) -> bool:
    """The assistant served it alone."""
    return not (row.asked_for_person or row.agent_joined)


def because(row: FactRow, *, came_back: bool, now: datetime) -> Because:
    if not contained(row):
        return "person"
    if row.last_thumb == "down":
        return "thumb_down"
    if came_back:
        return "came_back"
    if row.changes_done:
        return "done"
    if row.checked_out:
        return "checked_out"
    if row.last_thumb == "up":
        return "thumb_up"
    last = moment(row.last_at)
    return "recent" if last is not None and now - last < BACK_WITHIN else "silent"


def came_back(rows: Iterable[FactRow], later: Sequence[FactRow] = ()) -> frozenset[str]:
    """Conversations whose known customer began another within 24 hours of its last word. `later`: rows from after the span."""
    starts: dict[str, list[datetime]] = defaultdict(list)
    rows = list(rows)
    for row in (*rows, *later):
        at = moment(row.started_at)
        if row.person_mark and counts(row) and at is not None:
            starts[row.person_mark].append(at)
    for times in starts.values():
        times.sort()
    return frozenset(row.conversation_id for row in rows if _back(row, starts.get(row.person_mark, [])))


def _back(row: FactRow, starts: Sequence[datetime]) -> bool:
    last = moment(row.last_at)
    if not row.person_mark or last is None:
        return False
    following = bisect_right(starts, last)
    return following < len(starts) and starts[following] - last <= BACK_WITHIN
