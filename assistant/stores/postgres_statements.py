"""The log's SQL on PostgreSQL: few statements, each for a whole commit of many conversations.

Above: postgres, postgres_writing. Sets come as arrays, so that a commit of 200 appends takes as many round trips as one of one.
Times are microseconds since 1970; `:now` null means the database's own clock.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from assistant.ports import LONGEST_LEASE_SECONDS

_NOW = "coalesce(CAST(:now AS bigint), CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint))"

LOCK_CLASS: Final = 0x4169736C
"""First half of the advisory locks by which replicas show that they live; the second is a replica's own key."""

_HOLDER_GONE = f"""owner_key <> 0 AND NOT EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = {LOCK_CLASS} AND objsubid = 2
    AND CAST(CAST(objid AS text) AS bigint) = owner_key AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""

CREATE = text(
    "INSERT INTO conversations (name, last_seq) SELECT DISTINCT name, 0 FROM unnest(CAST(:names AS text[])) AS asked (name) "
    "ORDER BY name ON CONFLICT (name) DO NOTHING RETURNING name"
)

# In the order of ids, so that two commits of the same conversations wait for each other instead of deadlocking.
LOCK = text(
    "SELECT id, name, last_seq, epoch, desk, by_people, turn, waiting, serving, "
    f"{_NOW} AS now FROM conversations WHERE name = ANY(CAST(:names AS text[])) ORDER BY id FOR UPDATE"
)

EVENT_COLUMNS: Final = "e.seq, e.id, e.at, e.actor_kind, e.actor_id, e.channel, e.type, e.data"

# After the lock, in a statement of their own: only then do they see what the commit they waited for has written.
# LATERAL … LIMIT keeps each a look-up by key whatever the planner believes: on tables that were never analysed a plain join was
# planned over all events of the conversation, for as long as the connection lived, under the row's lock.
KNOWN = text(
    f"SELECT asked.conversation, asked.client_id, k.digest, {EVENT_COLUMNS} "
    "FROM unnest(CAST(:conversations AS bigint[]), CAST(:client_ids AS text[])) AS asked (conversation, client_id) "
    "CROSS JOIN LATERAL (SELECT seq, digest FROM client_ids WHERE conversation = asked.conversation "
    "AND client_id = asked.client_id LIMIT 1) AS k "
    "CROSS JOIN LATERAL (SELECT * FROM events WHERE conversation = asked.conversation AND seq = k.seq LIMIT 1) AS e"
)
ENDED = text(
    "SELECT asked.conversation, asked.turn_id "
    "FROM unnest(CAST(:conversations AS bigint[]), CAST(:turns AS text[])) AS asked (conversation, turn_id) "
    "CROSS JOIN LATERAL (SELECT 1 FROM ended_turns WHERE conversation = asked.conversation "
    "AND turn_id = asked.turn_id LIMIT 1) AS t"
)
WRITTEN_BEFORE = text(
    "SELECT e.id FROM unnest(CAST(:conversations AS bigint[]), CAST(:seqs AS integer[])) AS asked (conversation, seq) "
    "CROSS JOIN LATERAL (SELECT id FROM events WHERE conversation = asked.conversation AND seq = asked.seq LIMIT 1) AS e"
)

WRITE = text(
    """
WITH new_events AS (
    INSERT INTO events (conversation, seq, id, at, actor_kind, actor_id, channel, type, data, digest)
    SELECT * FROM unnest(
        CAST(:e_conversation AS bigint[]), CAST(:e_seq AS integer[]), CAST(:e_id AS text[]), CAST(:e_at AS bigint[]),
        CAST(:e_actor_kind AS text[]), CAST(:e_actor_id AS text[]), CAST(:e_channel AS text[]), CAST(:e_type AS text[]),
        CAST(:e_data AS text[]), CAST(:e_digest AS bytea[]))
), new_client_ids AS (
    INSERT INTO client_ids (conversation, client_id, seq, digest)
    SELECT * FROM unnest(
        CAST(:k_conversation AS bigint[]), CAST(:k_client_id AS text[]), CAST(:k_seq AS integer[]),
        CAST(:k_digest AS bytea[]))
), new_endings AS (
    INSERT INTO ended_turns (conversation, turn_id)
    SELECT * FROM unnest(CAST(:t_conversation AS bigint[]), CAST(:t_turn AS text[]))
)
UPDATE conversations AS c SET
    last_seq = u.last_seq, desk = u.desk, by_people = u.by_people, turn = u.turn, waiting = u.waiting, serving = u.serving,
    unanswered = u.unanswered
FROM unnest(
    CAST(:c_id AS bigint[]), CAST(:c_last_seq AS integer[]), CAST(:c_desk AS text[]), CAST(:c_by_people AS boolean[]),
    CAST(:c_turn AS text[]), CAST(:c_waiting AS text[]), CAST(:c_serving AS text[]), CAST(:c_unanswered AS boolean[])
) AS u (id, last_seq, desk, by_people, turn, waiting, serving, unanswered)
WHERE c.id = u.id
"""
)

FIND = text("SELECT id, last_seq FROM conversations WHERE name = :name")
EVENTS = text(
    f"SELECT {EVENT_COLUMNS} FROM events e WHERE e.conversation = :id AND e.seq > :after ORDER BY e.seq LIMIT :limit"
)
LAST_SEQS = text("SELECT name, last_seq FROM conversations WHERE name = ANY(CAST(:names AS text[]))")
ALL = text("SELECT name FROM conversations ORDER BY id")
UNANSWERED = text("SELECT name FROM conversations WHERE unanswered ORDER BY id")
WITH_PEOPLE = text("SELECT name FROM conversations WHERE desk <> '' ORDER BY id")

_TAKE = f"""
UPDATE conversations SET epoch = epoch + 1, owner = :owner, owner_key = :owner_key,
    leased_until = {_NOW} + CAST(:microseconds AS bigint)
WHERE name = :name AND ({{free}}) RETURNING epoch, last_seq
"""
_RUN_OUT = f"leased_until NOT BETWEEN {_NOW} + 1 AND {_NOW} + {int(LONGEST_LEASE_SECONDS * 1_000_000)}"
_FREE = f"owner IN ('', :owner) OR {_RUN_OUT}"
TAKE_LEASE = text(_TAKE.format(free=_FREE))
TAKE_FROM_THE_DEAD = text(_TAKE.format(free=f"{_FREE} OR ({_HOLDER_GONE})"))
RELEASE_LEASE = text(
    "UPDATE conversations SET owner = '', owner_key = 0, leased_until = 0 WHERE name = :name AND epoch = :epoch"
)

_ORPHANED = f"""
SELECT c.name FROM conversations c JOIN events e ON e.conversation = c.id AND e.seq = c.last_seq
WHERE c.unanswered AND e.at NOT BETWEEN {_NOW} - CAST(:microseconds AS bigint) + 1 AND {_NOW}
    AND ({{free}}) ORDER BY c.id LIMIT :limit
"""
_LEFT = f"c.owner = '' OR c.{_RUN_OUT}"
ORPHANED = text(_ORPHANED.format(free=_LEFT))
ORPHANED_OR_DEAD = text(_ORPHANED.format(free=f"{_LEFT} OR ({_HOLDER_GONE})"))

SHOW_LIFE = text(f"SELECT pg_try_advisory_lock({LOCK_CLASS}, :key)")
STILL_THERE = text("SELECT 1")
META_ALL = text("SELECT name, value FROM log_meta")
SETTLE_KEYS = text("INSERT INTO log_meta (name, value) VALUES ('keys', :keys) ON CONFLICT DO NOTHING")
