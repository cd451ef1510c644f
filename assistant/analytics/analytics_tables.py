"""Analytics' small tables: a row of facts a conversation, marks of failed searches, words that enough people asked for.

Portable SQL. Above: `folding`, `searches`, `reading`. Below: SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, Text

METADATA = MetaData()

FACTS = Table(
    "analytics_conversations",
    METADATA,
    Column("conversation_id", String(128), primary_key=True),
    Column("log_id", Integer, nullable=False, index=True),
    Column("last_seq", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("started_at", String(32), nullable=False, index=True),
    Column("last_at", String(32), nullable=False),
    Column("person_mark", String(32), nullable=False, index=True),
    Column("channels", String(80), nullable=False),
    Column("language", String(16), nullable=False),
    Column("store", String(80), nullable=False),
    Column("customer_turns", Integer, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("latency_p50", Float),
    Column("latency_max", Float),
    Column("not_understood", Integer, nullable=False),
    Column("failed_turns", Integer, nullable=False),
    Column("intents", Text, nullable=False),
    Column("handoff", String(80), nullable=False),
    Column("asked_for_person", Integer, nullable=False),
    Column("agent_joined", Integer, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("thumbs_up", Integer, nullable=False),
    Column("thumbs_down", Integer, nullable=False),
    Column("last_thumb", String(8), nullable=False),
    Column("changes_done", Integer, nullable=False),
    Column("searches", Integer, nullable=False),
    Column("not_found", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("carted", Integer, nullable=False),
    Column("checked_out", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
)
SEARCHES = Table(
    "analytics_searches",
    METADATA,
    Column("conversation_id", String(128), primary_key=True),
    Column("search_mark", String(32), primary_key=True, index=True),
    Column("person_mark", String(32), nullable=False),
    Column("at", String(32), nullable=False, index=True),
)
WORDS = Table(
    "analytics_words",
    METADATA,
    Column("search_mark", String(32), primary_key=True),
    Column("words", String(200), nullable=False),
)
RUNS = Table(
    "analytics_runs",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("after", Integer, nullable=False),
    Column("swept_on", String(10), nullable=False),
    Column("folded_at", String(32), nullable=False),
)


def make_tables(engine: Engine) -> None:
    """Those that are missing. Blocking."""
    METADATA.create_all(engine)
