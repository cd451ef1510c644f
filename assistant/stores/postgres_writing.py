"""One commit on PostgreSQL: locks its conversations, reads what judges them, judges each append, writes all that passed.

Above: postgres_lanes, which opens the transaction. Below: postgres_page (pure), postgres_statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.errors import AssistantError, ConcurrentTurn, ConversationNotFound
from assistant.events import Actor, ConversationId, Event
from assistant.ports import Appended
from assistant.stores import postgres_statements as sql
from assistant.stores.entries import client_ids_of, endings_of, row_digest
from assistant.stores.postgres_page import Leaf, Wish, judge
from assistant.stores.sealed_rows import Codec
from assistant.stores.standing import Standing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LONGEST_ID = 2_000
"""Of a name that is looked up: longer ones, and those with a NUL, no index can hold."""


@dataclass(slots=True, eq=False, kw_only=True)
class Job:
    wish: Wish
    creates: bool = False
    done: asyncio.Future[Appended] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    outcome: Appended | None = None
    error: Exception | None = None
    tried: list[tuple[Event, ...]] = field(default_factory=list)
    """What earlier commits of it, whose end is not known, would have written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`now` None: the database's clock."""

    codec: Codec
    now: int | None

    async def write(self, db: AsyncConnection, batch: Sequence[Job]) -> None:
        """Within the caller's transaction. Leaves each job its outcome or its error; writes nothing of those with one."""
        for job in batch:
            job.outcome = job.error = None
        created = await self._create(db, batch)
        leaves, at = await self._leaves(db, batch)
        await _fill(db, leaves, batch, self.codec)
        before = await _written_before(db, leaves, batch)
        for job in batch:
            try:
                job.outcome = self._judged(job, leaves, created, before, at)
            except AssistantError as refused:
                job.error = refused
        if touched := [leaf for leaf in leaves.values() if leaf.touched]:
            await db.execute(sql.WRITE, _rows(touched, self.codec))

    async def _create(self, db: AsyncConnection, batch: Sequence[Job]) -> set[str]:
        names = [job.wish.conversation for job in batch if job.creates]
        return set((await db.execute(sql.CREATE, {"names": names})).scalars()) if names else set()

    async def _leaves(self, db: AsyncConnection, batch: Sequence[Job]) -> tuple[dict[ConversationId, Leaf], datetime]:
        names = list({job.wish.conversation for job in batch})
        found = (await db.execute(sql.LOCK, {"names": names, "now": self.now})).all()
        at = _EPOCH + (found[0].now if found else 0) * _MICROSECOND
        return {ConversationId(row.name): _leaf(row) for row in found}, at

    def _judged(
        self, job: Job, leaves: Mapping[ConversationId, Leaf], created: set[str], before: set[str], at: datetime
    ) -> Appended:
        for events in job.tried:
            if events[0].id in before:
                return Appended(events=events)
        conversation = job.wish.conversation
        leaf = leaves.get(conversation)
        if leaf is None:
            raise ConversationNotFound(conversation)
        if job.creates:
            if conversation not in created:
                raise ConcurrentTurn(f"conversation {conversation!r} exists already")
            created.discard(conversation)
        appended = judge(job.wish, leaf, at=at, codec=self.codec)
        if not appended.duplicate:
            job.tried.append(appended.events)
        return appended


def _leaf(row: Any) -> Leaf:
    standing = Standing(
        desk=row.desk,
        by_people=row.by_people,
        turn=row.turn,
        waiting=_seqs(row.waiting),
        serving=_seqs(row.serving),
    )
    return Leaf(id=row.id, name=ConversationId(row.name), last_seq=row.last_seq, epoch=row.epoch, standing=standing)


async def _fill(db: AsyncConnection, leaves: Mapping[ConversationId, Leaf], batch: Sequence[Job], codec: Codec) -> None:
    by_id = {leaf.id: leaf for leaf in leaves.values()}
    sent: dict[tuple[int, str], str] = {}
    """(conversation, as it may lie there) -> the client_id."""
    ending: list[tuple[int, str]] = []
    for job in batch:
        if (leaf := leaves.get(job.wish.conversation)) is not None and leaf.last_seq:
            for client_id, _, _ in client_ids_of(job.wish.entries):
                sent |= {(leaf.id, mark): client_id for mark in codec.marks(client_id)}
            ending += [(leaf.id, turn_id) for turn_id in endings_of(job.wish.entries)]
    if sent:
        conversations, client_ids = zip(*sent, strict=True)
        asked = {"conversations": conversations, "client_ids": client_ids}
        known = (await db.execute(sql.KNOWN, asked)).all()
        await codec.ready(row.data for row in known)
        for row in known:
            leaf = by_id[row.conversation]
            client_id = sent[row.conversation, row.client_id]
            leaf.known[client_id] = (event_of(leaf.name, row, codec), bytes(row.digest))
    if ending:
        conversations, turns = zip(*set(ending), strict=True)
        for row in await db.execute(sql.ENDED, {"conversations": conversations, "turns": turns}):
            by_id[row.conversation].ended.add(row.turn_id)


async def _written_before(db: AsyncConnection, leaves: Mapping[ConversationId, Leaf], batch: Sequence[Job]) -> set[str]:
    """Ids of events that an earlier try wrote although its connection broke before it could say so."""
    asked = [
        (leaves[events[0].conversation].id, events[0].seq)
        for job in batch
        for events in job.tried
        if events[0].conversation in leaves
    ]
    if not asked:
        return set()
    conversations, seqs = zip(*asked, strict=True)
    return set((await db.execute(sql.WRITTEN_BEFORE, {"conversations": conversations, "seqs": seqs})).scalars())


def _rows(leaves: Sequence[Leaf], codec: Codec) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    for leaf in leaves:
        for written in leaf.new:
            event, draft = written.event, written.entry.draft
            at = (event.at - _EPOCH) // _MICROSECOND
            actor_id, data = codec.lie(leaf.name, event.seq, written.entry, written.key)
            who = (draft.actor.kind, actor_id, draft.channel)
            values = (leaf.id, event.seq, event.id, at, *who, written.entry.type, data)
            _add(rows, "e", *values, row_digest(codec.digest_key, *values))
        for client_id, seq, digest in leaf.new_client_ids:
            _add(rows, "k", leaf.id, client_id, seq, digest)
        for turn_id in leaf.new_endings:
            _add(rows, "t", leaf.id, turn_id)
        now = leaf.standing
        texts = (now.turn, _text(now.waiting), _text(now.serving))
        _add(rows, "c", leaf.id, leaf.last_seq, now.desk, now.by_people, *texts, now.unanswered)
    return rows


_COLUMNS = tuple(
    f"{kind}_{name}"
    for kind, names in {
        "e": "conversation seq id at actor_kind actor_id channel type data digest",
        "k": "conversation client_id seq digest",
        "t": "conversation turn",
        "c": "id last_seq desk by_people turn waiting serving unanswered",
    }.items()
    for name in names.split()
)
_OF_KIND = {kind: tuple(name for name in _COLUMNS if name.startswith(f"{kind}_")) for kind in "ektc"}


def _add(rows: dict[str, list[Any]], kind: str, *values: object) -> None:
    for name, value in zip(_OF_KIND[kind], values, strict=True):
        rows[name].append(value)


def event_of(conversation: ConversationId, row: Any, codec: Codec) -> Event:
    actor_id, fact = codec.read(conversation, row.seq, row.type, row.actor_id, row.data)
    return Event(
        seq=row.seq,
        id=row.id,
        conversation=conversation,
        at=_EPOCH + row.at * _MICROSECOND,
        actor=Actor(kind=row.actor_kind, id=actor_id),
        channel=row.channel,
        fact=fact,
    )


def _seqs(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(","))) if text else ()


def _text(seqs: tuple[int, ...]) -> str:
    return ",".join(map(str, seqs))


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
