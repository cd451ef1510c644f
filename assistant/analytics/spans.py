"""A span of time, read for figures and exports: its rows, and those after it in which customers may have come back. Blocking.

Above: the desk's page, `aisle analytics`. Below: `fact_rows`, `measuring`, `exporting`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.analytics.exporting import exported
from assistant.analytics.fact_rows import FactRow, FactRows
from assistant.analytics.measuring import AnalyticsFigures, figures_of
from assistant.analytics.resolving import BACK_WITHIN, came_back, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What is empty does not narrow."""

    channel: str = ""
    language: str = ""

    def takes(self, row: FactRow) -> bool:
        return (not self.channel or self.channel in row.channels) and (
            not self.language or self.language == row.language
        )


def figures(
    rows: FactRows, since: datetime, until: datetime, *, now: datetime, narrowed: Narrowed | None = None
) -> AnalyticsFigures:
    """Raises StoreUnavailable."""
    only = narrowed or Narrowed()
    return figures_of(
        [row for row in rows.between(since, until) if only.takes(row)],
        now=now,
        later=_later(rows, until),
        not_found=rows.not_found(since, until),
        left_out=rows.left_out(since, until),
    )


def export(rows: FactRows, since: datetime, until: datetime, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Conversations in which something was said, in the order in which they began. Raises StoreUnavailable."""
    every = [row for row in rows.between(since, until) if counts(row)]
    return exported(every, back=came_back(every, _later(rows, until)), now=now)


def _later(rows: FactRows, until: datetime) -> list[FactRow]:
    return list(rows.between(until, until + BACK_WITHIN))
