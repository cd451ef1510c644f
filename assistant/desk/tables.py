"""The desk's small tables, for any database that SQLAlchemy knows: agents' states, canned replies, call-backs, what is
derived from the log for search and figures. Above: `roster`, `canned_replies`, `callbacks`, `desk_records`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, Engine, Float, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()

AGENTS = Table(
    "desk_roster",
    METADATA,
    Column("agent_id", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("languages", String(200), nullable=False),
    Column("skills", String(400), nullable=False),
    Column("seen_at", Float, nullable=False),
)
REPLIES = Table(
    "desk_replies",
    METADATA,
    Column("reply_id", String(40), primary_key=True),
    Column("shortcut", String(40), nullable=False),
    Column("title", String(120), nullable=False),
    Column("texts", Text, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("updated_at", String(32), nullable=False),
)
CALLBACKS = Table(
    "desk_callbacks",
    METADATA,
    Column("id", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("customer_id", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("contact", String(200), nullable=False),
    Column("wanted", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("asked_at", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("agent_id", String(64), nullable=False),
    Column("agent_name", String(120), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("done_at", String(32), nullable=False),
)
CONVERSATIONS = Table(
    "desk_conversations",
    METADATA,
    Column("conversation_id", String(128), primary_key=True),
    Column("last_seq", Integer, nullable=False),
    Column("status", String(24), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("last_at", String(32), nullable=False, index=True),
    Column("customer_id", String(128), nullable=False, index=True),
    Column("agents", Text, nullable=False),
    Column("orders", Text, nullable=False),
    Column("channels", String(100), nullable=False),
    Column("language", String(16), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("drafts_made", Integer, nullable=False),
    Column("drafts_used", Integer, nullable=False),
    Column("drafts_unedited", Integer, nullable=False),
    Column("edit_distances", Text, nullable=False),
    Column("words", Text, nullable=False),
)
HANDOFFS = Table(
    "desk_handoffs",
    METADATA,
    Column("conversation_id", String(128), primary_key=True),
    Column("asked_seq", Integer, primary_key=True),
    Column("asked_at", String(32), nullable=False, index=True),
    Column("reason", String(200), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("customer_id", String(128), nullable=False),
    Column("claimed_at", String(32), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("first_reply_at", String(32), nullable=False),
    Column("ended_at", String(32), nullable=False),
    Column("ended_by", String(32), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("callback", Integer, nullable=False),
)
Index("desk_handoffs_agent", HANDOFFS.c.agent_id, HANDOFFS.c.asked_at)


def make_tables(engine: Engine) -> None:
    """Those that are missing. Blocking."""
    METADATA.create_all(engine)


def stamp(at: datetime | None) -> str:
    """RFC 3339 in UTC, to the millisecond: text that sorts as time does, in every database."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at is not None else ""


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
