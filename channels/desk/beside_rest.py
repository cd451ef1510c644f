"""The desk's calls about its people: oneself, colleagues, opening hours. Above: `desk_app`. Below: the office."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from assistant.desk.desk import Agent
from assistant.desk.roster import Colleague
from assistant.desk.tables import stamp
from assistant.signals import DeskChanged
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.edge.bodies import Body, Document
from channels.rest import problems_of

beside = APIRouter(prefix="/v1/desk", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 422, 503)
Name = Annotated[str, Field(min_length=1, max_length=40)]


class ColleagueDocument(Document):
    agent_id: str
    name: str
    role: str
    status: Literal["available", "away", "offline"]
    capacity: int
    has: int = Field(description="Conversations claimed now, without those laid aside.")
    languages: list[str]
    skills: list[str]


class Colleagues(Document):
    agents: list[ColleagueDocument]


class Myself(Body):
    status: Literal["available", "away"] | None = None
    capacity: Annotated[int, Field(ge=1, le=20)] | None = None
    languages: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(max_length=12)] | None = None
    skills: Annotated[list[Name], Field(max_length=8)] | None = None


class Hours(Document):
    open: bool
    opens_at: str | None
    closes_at: str | None
    time_zone: str
    always: bool


@beside.get("/me", responses=_PROBLEMS)
async def me(agent: AsAgent, door: AtDesk) -> ColleagueDocument:
    return colleague_document(await _myself(door, agent))


@beside.put("/me", responses=_PROBLEMS)
async def change_me(body: Myself, agent: AsAgent, door: AtDesk) -> ColleagueDocument:
    """What is left out stays."""
    office = door.office

    def change() -> None:
        office.roster.set(
            agent, status=body.status, capacity=body.capacity, languages=body.languages, skills=body.skills
        )

    await door.product.in_thread(change)
    door.desk.tell(DeskChanged(what="colleagues"))
    return colleague_document(await _myself(door, agent))


async def _myself(door: DeskDoor, agent: Agent) -> Colleague:
    found = await door.office.colleague(agent.id)
    return found or Colleague(agent_id=agent.id, name=agent.name, role=agent.role, status="offline")


@beside.get("/colleagues", responses=_PROBLEMS)
async def colleagues(agent: AsAgent, door: AtDesk) -> Colleagues:
    """Everybody who has ever had a screen open: whom a conversation can be given to."""
    return Colleagues(agents=[colleague_document(one) for one in await door.office.colleagues()])


@beside.get("/hours", responses=_PROBLEMS)
async def hours(agent: AsAgent, door: AtDesk) -> Hours:
    kept, now = door.office.hours, door.office.clock.now()
    return Hours(
        open=kept.is_open(now),
        opens_at=stamp(kept.opens_at(now)) or None,
        closes_at=stamp(kept.closes_at(now)) or None,
        time_zone=kept.zone.key,
        always=kept.always,
    )


def colleague_document(one: Colleague) -> ColleagueDocument:
    return ColleagueDocument(
        agent_id=one.agent_id,
        name=one.name,
        role=one.role,
        status=one.status,
        capacity=one.capacity,
        has=one.has,
        languages=list(one.languages),
        skills=list(one.skills),
    )
