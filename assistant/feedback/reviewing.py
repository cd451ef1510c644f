"""Reviewing: candidates kept sealed until a person decides; each decision with who and when, and taken back by another.

Nothing is learnt from a decision alone: `learned_sets` makes numbered sets of what is accepted. Blocking. Above: folding,
the desk's page, `aisle analytics candidates|accept|reject|reopen`. Below: `candidates`, sealing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any, Final, Literal, get_args

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, delete, func, insert, select, update

from assistant.analytics.fact_rows import translated
from assistant.errors import AssistantError
from assistant.feedback.candidates import Candidate
from assistant.feedback.episodes import Line
from assistant.feedback.fitting import check_fit
from assistant.sealing.ports import Sealer

State = Literal["open", "accepted", "rejected"]
STATES: Final[tuple[State, ...]] = get_args(State)
PLACE: Final = "feedback candidate"
METADATA = MetaData()
CANDIDATES = Table(
    "feedback_candidates",
    METADATA,
    Column("candidate_id", String(32), primary_key=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String(16), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("decided_by", String(120), nullable=False),
    Column("decided_at", String(32), nullable=False),
    Column("sealed", Text, nullable=False),
)


class CandidateMissing(AssistantError):
    def __init__(self, candidate_id: str) -> None:
        super().__init__(f"there is no candidate {candidate_id}: `aisle analytics candidates` lists them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    candidate_id: str
    state: State
    decided_by: str
    decided_at: str
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a person made of the proposal; None leaves it."""

    becomes: str | None = None
    text: str | None = None
    better: str | None = None
    label: str | None = None
    conditions: str | None = None

    def of(self, one: Candidate) -> Candidate:
        changed = {name: value for name, value in asdict(self).items() if value is not None}
        return replace(one, **changed)


@dataclass(frozen=True, slots=True)
class Reviewing:
    """`make_table` first, once. Raises StoreUnavailable, SealingError."""

    engine: Engine
    sealer: Sealer

    def make_table(self) -> None:
        with translated():
            METADATA.create_all(self.engine)

    def keep(self, conversation_id: str, found: Sequence[Candidate]) -> int:
        """In place of those of the conversation that nobody has decided on; none: its customer's consent is gone, so all go.
        How many went."""
        mine = CANDIDATES.c.conversation_id == conversation_id
        with translated(), self.engine.begin() as db:
            which = mine if not found else mine & (CANDIDATES.c.state == "open")
            gone = int(db.execute(delete(CANDIDATES).where(which)).rowcount)
            known = set(db.execute(select(CANDIDATES.c.candidate_id).where(mine)).scalars())
            for one in found:
                name = _id_of(one)
                if name not in known:
                    known.add(name)
                    db.execute(insert(CANDIDATES).values(candidate_id=name, **self._row(one)))
        return gone

    def listed(self, state: State, *, kind: str = "", language: str = "", most: int = 200) -> tuple[Reviewed, ...]:
        """The newest decisions first, of the open ones kind by kind. Those whose conversation was erased are left out."""
        asked = select(CANDIDATES).where(CANDIDATES.c.state == state)
        for column, value in ((CANDIDATES.c.kind, kind), (CANDIDATES.c.language, language)):
            asked = asked.where(column == value) if value else asked
        order = (CANDIDATES.c.kind,) if state == "open" else (CANDIDATES.c.decided_at.desc(),)
        with translated(), self.engine.connect() as db:
            rows = db.execute(asked.order_by(*order, CANDIDATES.c.candidate_id).limit(most)).mappings().all()
        self.sealer.look_up([row["sealed"] for row in rows])
        return tuple(one for row in rows if (one := self._opened(dict(row))) is not None)

    def counts(self) -> Mapping[str, int]:
        asked = select(CANDIDATES.c.state, func.count()).group_by(CANDIDATES.c.state)
        with translated(), self.engine.connect() as db:
            found = {str(row[0]): int(row[1]) for row in db.execute(asked)}
        return {state: found.get(state, 0) for state in STATES}

    def kinds(self) -> Mapping[str, int]:
        """Of those that wait."""
        asked = select(CANDIDATES.c.kind, func.count()).where(CANDIDATES.c.state == "open").group_by(CANDIDATES.c.kind)
        with translated(), self.engine.connect() as db:
            return {str(row[0]): int(row[1]) for row in db.execute(asked)}

    def decide(
        self, candidate_id: str, state: State, *, by: str, at: str = "", changes: Changes | None = None
    ) -> Reviewed:
        """`open` takes a decision back, and leaves what was changed. Raises CandidateMissing; Unfit where it is accepted."""
        which = CANDIDATES.c.candidate_id == candidate_id
        with translated(), self.engine.begin() as db:
            row = db.execute(select(CANDIDATES).where(which)).mappings().first()
            kept = None if row is None else self._opened(dict(row))
            if kept is None:
                raise CandidateMissing(candidate_id)
            made = (changes or Changes()).of(kept.candidate)
            if state == "accepted":
                check_fit(made)
            undecided = state == "open"
            told = {"state": state, "decided_by": "" if undecided else by[:120], "decided_at": "" if undecided else at}
            sealed = self._sealed(made)
            db.execute(update(CANDIDATES).where(which).values(**told, sealed=sealed))
        return replace(kept, state=state, decided_by=told["decided_by"], decided_at=told["decided_at"], candidate=made)

    def _row(self, one: Candidate) -> dict[str, Any]:
        named = {name: getattr(one, name) for name in ("conversation_id", "seq", "kind", "channel", "language")}
        return {**named, "state": "open", "decided_by": "", "decided_at": "", "sealed": self._sealed(one)}

    def _sealed(self, one: Candidate) -> str:
        return self.sealer.seal(one.conversation_id, PLACE, json.dumps(asdict(one)).encode())

    def _opened(self, row: dict[str, Any]) -> Reviewed | None:
        clear = self.sealer.open(row["conversation_id"], PLACE, row["sealed"])
        if clear is None:
            return None
        told = {name: row[name] for name in ("candidate_id", "state", "decided_by", "decided_at")}
        return Reviewed(**told, candidate=candidate_read(clear))


def candidate_read(clear: bytes) -> Candidate:
    told = json.loads(clear)
    return Candidate(**{**told, "exchange": tuple(Line(**line) for line in told["exchange"])})


def _id_of(one: Candidate) -> str:
    """By conversation, event and kind, so that reading the log again finds the same; one event may tell several failed words."""
    said = f"{one.conversation_id}:{one.seq}:{one.kind}"
    return f"fc_{sha256(said.encode()).hexdigest()[:20]}"
