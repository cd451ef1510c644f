"""Roster: which agents are there, for how many conversations at once, in which languages, with which skills.

One row an agent in the house's small tables, so that every replica knows. An agent whose screens have not been heard of for
`GONE_SECONDS` is offline. Blocking: used in threads. Above: the office, channels/desk. Below: `desk_tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.desk.people import Agent, Role
from assistant.desk.tables import AGENTS
from assistant.ports import Clock

GONE_SECONDS = 60.0
BEAT_SECONDS = 15.0
"""How often an open screen says so."""
CAPACITY = 4
Status = Literal["available", "away", "offline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    agent_id: str
    name: str
    role: str
    status: Status
    capacity: int = CAPACITY
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    has: int = 0
    """Conversations claimed now, without those laid aside."""

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.has) if self.status == "available" else 0

    @property
    def agent(self) -> Agent:
        return Agent(id=self.agent_id, name=self.name, role=cast("Role", self.role))


def gone(one: Colleague | None) -> bool:
    """They had a screen open once, and none for too long now."""
    return one is not None and one.status == "offline"


class Roster:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def beat(self, agent: Agent) -> None:
        """A screen of theirs is open."""
        self._put(agent, {"name": agent.name, "role": agent.role, "seen_at": self._now()})

    def set(
        self,
        agent: Agent,
        *,
        status: Literal["available", "away"] | None = None,
        capacity: int | None = None,
        languages: Sequence[str] | None = None,
        skills: Sequence[str] | None = None,
    ) -> None:
        """What is None stays."""
        wished: dict[str, Any] = {"status": status, "capacity": capacity}
        wished["languages"] = None if languages is None else " ".join(languages)[:200]
        wished["skills"] = None if skills is None else "\n".join(skills)[:400]
        self._put(agent, {name: value for name, value in wished.items() if value is not None})

    def all(self) -> tuple[Colleague, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(AGENTS).order_by(AGENTS.c.agent_id)).mappings().all()
        return tuple(self._colleague(row) for row in rows)

    def find(self, agent_id: str) -> Colleague | None:
        return next((one for one in self.all() if one.agent_id == agent_id), None)

    def seen_since(self, agent_id: str, since: datetime) -> bool:
        query = select(AGENTS.c.seen_at).where(AGENTS.c.agent_id == agent_id)
        with self._engine.connect() as connection:
            seen = connection.execute(query).scalar()
        return seen is not None and float(seen) > _seconds(since)

    def _colleague(self, row: Any) -> Colleague:
        there = self._now() - row["seen_at"] <= GONE_SECONDS
        return Colleague(
            agent_id=row["agent_id"],
            name=row["name"],
            role=row["role"],
            status=row["status"] if there else "offline",
            capacity=row["capacity"],
            languages=tuple(row["languages"].split()),
            skills=tuple(filter(None, row["skills"].split("\n"))),
        )

    def _put(self, agent: Agent, values: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            if not values or connection.execute(_changed(agent.id, values)).rowcount:
                return
        first = {"name": agent.name, "role": agent.role, "status": "available", "capacity": CAPACITY, "seen_at": 0.0}
        row = {"agent_id": agent.id, "languages": "", "skills": "", **first, **values}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(AGENTS).values(row))
        except IntegrityError:  # another replica was first
            with self._engine.begin() as connection:
                connection.execute(_changed(agent.id, values))

    def _now(self) -> float:
        return _seconds(self._clock.now())


def _changed(agent_id: str, values: dict[str, Any]) -> Any:
    return update(AGENTS).where(AGENTS.c.agent_id == agent_id).values(values)


def _seconds(at: datetime) -> float:
    return at.timestamp()
