"""Due: which conversations have been kept as long as the shop's rules say. Reads the log's own columns; nothing is opened for it.

Only those that may be due are read whole, to see what was said aloud and what was chosen. Above: `retention`. Below:
`stores.inspection`'s engine, the log. The SQL is the same to SQLite and to PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StoreUnavailable
from assistant.events import CHANNELS, ConsentChanged, CustomerSaid, DataErased, Event, NoteAdded
from assistant.privacy.periods import period
from assistant.privacy.privacy_rules import Kind, RetentionRules

PAGE: Final = 500
_ASKED: Final = text(
    "SELECT c.name FROM conversations c JOIN events e ON e.conversation = c.id WHERE c.name > :after "
    "GROUP BY c.id, c.name HAVING max(e.at) < :shortest "
    "AND (max(e.at) < :general OR max(CASE WHEN e.type = 'consent_changed' THEN 1 ELSE 0 END) = 1) "
    "AND max(CASE WHEN e.type = 'data_erased' THEN e.seq ELSE 0 END) < max(e.seq) ORDER BY c.name LIMIT :most"
)


def may_be_due(engine: Engine, rules: RetentionRules, now: datetime) -> Iterator[tuple[str, ...]]:
    """Names, a page at a time; those whose data are erased are left out. Blocking. Raises StoreUnavailable."""
    general, refused = shortest(rules), period(rules.refused)
    ends = [_micros(now - one) for one in (general, refused) if one is not None]
    if not ends:
        return
    asked = {"shortest": max(ends), "general": _micros(now - general) if general else 0, "most": PAGE}
    after = ""
    while True:
        try:
            with engine.connect() as db:
                names = tuple(db.execute(_ASKED, {**asked, "after": after}).scalars())
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the log cannot be looked through: {type(error).__name__}") from error
        if not names:
            return
        yield names
        after = names[-1]


def shortest(rules: RetentionRules) -> timedelta | None:
    """Of all periods that a conversation could have."""
    kinds: Sequence[Kind] = ("messages", "transcripts", "notes", "summaries")
    periods = [rules.keeps(kind, channel) for kind in kinds for channel in CHANNELS]
    return min((one for one in periods if one is not None), default=None)


def due_at(events: Sequence[Event], rules: RetentionRules) -> tuple[datetime, str] | None:
    """When, and by which rule; None: never, or it is erased already. The shortest period of what it holds decides."""
    if not events or isinstance(events[-1].fact, DataErased):
        return None
    last = events[-1].at
    ends = [(last + kept, name) for name, kept in _periods(events, rules) if kept is not None]
    return min(ends, default=None)


def _periods(events: Sequence[Event], rules: RetentionRules) -> Iterator[tuple[str, timedelta | None]]:
    for channel in {event.channel for event in events}:
        yield f"messages on {channel}", rules.keeps("messages", channel)
        spoken = channel == "call" or any(
            isinstance(event.fact, CustomerSaid) and event.fact.audio for event in events if event.channel == channel
        )
        if spoken:
            yield f"transcripts on {channel}", rules.keeps("transcripts", channel)
    if any(isinstance(event.fact, NoteAdded) for event in events):
        yield "notes", rules.keeps("notes")
    yield "summaries", rules.keeps("summaries")
    chosen = [event.fact for event in events if isinstance(event.fact, ConsentChanged)]
    if any(one.purpose == "recording" and not one.given for one in chosen):
        yield "recording was refused", period(rules.refused)


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
