"""What the calls take and give that move whole conversations, as pydantic models. Above: `moves_rest`, `rest`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from channels.edge.bodies import Body, Document

Words = Annotated[str, Field(max_length=4_000)]


class Claim(Body):
    take_over: bool = Field(default=False, description="Supervisors: whoever has it leaves.")
    ignore_capacity: bool = False


class TransferTo(Body):
    agent_id: Annotated[str, Field(max_length=64)] = ""
    queue: bool = False
    skills: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=8)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one(self) -> TransferTo:
        if bool(self.agent_id) == self.queue:
            raise ValueError('to is {"agent_id": "…"} or {"queue": true}')
        return self


class Transfer(Body):
    to: TransferTo
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    summary: Words = ""


class Snooze(Body):
    until: datetime
    note: Words = ""


class Close(Body):
    outcome: Literal["solved", "not_solved", "call_back", "spam", "other"] = "solved"
    note: Words = ""


class Whisper(Body):
    text: Words


class Translate(Body):
    text: Annotated[str, Field(min_length=1, max_length=4_000)]
    to: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    source: Annotated[str, Field(pattern=r"^([a-z]{2,3})?$", alias="from")] = ""


class Translated(Document):
    text: str
    source: str = Field(serialization_alias="from")
    to: str
    made_by: str


class CallTransfer(Body):
    to: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{5,14}|sips?:[^\s<>\"]{3,120})$")]


class Dialing(Document):
    state: Literal["dialing"]
    to: str
    summary_seq: int
