"""Reviewing: candidates kept sealed until a person decides; what is accepted stands in one file, made anew from the table.

So a decision taken back takes its line out again, and an erased conversation its own. Blocking. Above: folding,
`aisle analytics candidates|accept|reject|reopen`. Below: `candidates`, sealing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, delete, insert, select, update

from assistant.analytics.candidates import Candidate
from assistant.analytics.fact_rows import translated
from assistant.errors import AssistantError
from assistant.sealing.ports import Sealer

State = Literal["open", "accepted", "rejected"]
PLACE: Final = "feedback candidate"
FILE: Final = "feedback/accepted.jsonl"
METADATA = MetaData()
CANDIDATES = Table(
    "analytics_candidates",
    METADATA,
    Column("candidate_id", String(32), primary_key=True),
    Column("conversation_id", String(128), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String(16), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("decided_by", String(120), nullable=False),
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
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Reviewing:
    """`make_table` first, once. Raises StoreUnavailable, SealingError."""

    engine: Engine
    sealer: Sealer
    home: Path

    def make_table(self) -> None:
        with translated():
            METADATA.create_all(self.engine)

    def keep(self, conversation_id: str, found: Sequence[Candidate]) -> None:
        """In place of those of the conversation that nobody has decided on; none: its customer's consent is gone, so all go."""
        mine = CANDIDATES.c.conversation_id == conversation_id
        with translated(), self.engine.begin() as db:
            which = mine if not found else mine & (CANDIDATES.c.state == "open")
            gone = db.execute(delete(CANDIDATES).where(which)).rowcount
            known = set(db.execute(select(CANDIDATES.c.candidate_id).where(mine)).scalars())
            for one in found:
                name = _id_of(one)
                if name in known:
                    continue
                known.add(name)
                sealed = self.sealer.seal(conversation_id, PLACE, json.dumps(asdict(one)).encode())
                row = {"candidate_id": name, "conversation_id": conversation_id, "seq": one.seq, "kind": one.kind}
                db.execute(insert(CANDIDATES).values(**row, state="open", decided_by="", sealed=sealed))
        if gone and not found:
            self.refresh()

    def listed(self, state: State, *, kind: str = "", most: int = 200) -> tuple[Reviewed, ...]:
        """Those whose conversation was erased are left out."""
        asked = (
            select(CANDIDATES).where(CANDIDATES.c.state == state).order_by(CANDIDATES.c.kind, CANDIDATES.c.candidate_id)
        )
        if kind:
            asked = asked.where(CANDIDATES.c.kind == kind)
        with translated(), self.engine.connect() as db:
            rows = db.execute(asked.limit(most)).all()
        self.sealer.look_up([row.sealed for row in rows])
        return tuple(one for row in rows if (one := self._opened(row)) is not None)

    def decide(self, candidate_id: str, state: State, *, by: str, label: str = "") -> None:
        """`open` takes a decision back. Raises CandidateMissing, OSError."""
        which = CANDIDATES.c.candidate_id == candidate_id
        with translated(), self.engine.begin() as db:
            row = db.execute(select(CANDIDATES).where(which)).first()
            kept = None if row is None else self._opened(row)
            if row is None or kept is None:
                raise CandidateMissing(candidate_id)
            told = asdict(kept.candidate) | ({"label": label} if label else {})
            sealed = self.sealer.seal(row.conversation_id, PLACE, json.dumps(told).encode())
            db.execute(update(CANDIDATES).where(which).values(state=state, decided_by=by[:120], sealed=sealed))
        self.write()

    def refresh(self) -> None:
        """After something went: the file, where there is one."""
        if (self.home / FILE).exists():
            self.write()

    def write(self) -> int:
        """The file of what is accepted, whole or not at all. How many lines."""
        path = self.home / FILE
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = [
            {"kind": one.candidate.kind, "language": one.candidate.language, "text": one.candidate.text}
            | {"better": one.candidate.better, "label": one.candidate.label, "id": one.candidate_id}
            for one in self.listed("accepted", most=100_000)
        ]
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(path)
        return len(told)

    def _opened(self, row: object) -> Reviewed | None:
        conversation, sealed = row.conversation_id, row.sealed  # type: ignore[attr-defined]
        clear = self.sealer.open(conversation, PLACE, sealed)
        if clear is None:
            return None
        candidate = Candidate(**json.loads(clear))
        return Reviewed(
            candidate_id=row.candidate_id,  # type: ignore[attr-defined]
            state=row.state,  # type: ignore[attr-defined]
            decided_by=row.decided_by,  # type: ignore[attr-defined]
            candidate=candidate,
        )


def _id_of(one: Candidate) -> str:
    said = f"{one.conversation_id}:{one.kind}:{one.text}:{one.better}"
    return f"fc_{sha256(said.encode()).hexdigest()[:20]}"
