"""What the calls on feedback take and answer, as published. Above: `feedback_rest`. Below: bodies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assistant.feedback.candidates import Kind
from assistant.feedback.proposing import Becomes
from assistant.feedback.reviewing import State
from channels.edge.bodies import Body, Document

Words = Annotated[str, Field(max_length=500)]
Lines = Annotated[str, Field(max_length=2000)]


class LineDocument(Document):
    who: Literal["customer", "assistant", "agent", "draft"]
    text: str


class CandidateDocument(Document):
    candidate_id: str
    conversation_id: str
    seq: int = Field(description="Of the event that tells it.")
    kind: Kind
    language: str
    channel: str
    state: State
    decided_by: str
    decided_at: str
    becomes: Becomes = Field(description="What is proposed to be made of it.")
    text: str
    better: str
    label: str
    conditions: str = Field(description="Of an eval case, as YAML.")
    reason: str = Field(description="Of a handoff, its rule.")
    exchange: list[LineDocument] = Field(description="Masked.")


class LearnedSetDocument(Document):
    number: int
    made_at: str
    made_by: str
    items: int


class LearnedActDocument(Document):
    at: str
    act: Literal["made", "promoted", "rolled_back"]
    version: int
    by: str
    reason: str
    forced: bool


class ReviewDocument(Document):
    candidates: list[CandidateDocument]
    counts: dict[str, int] = Field(description="By state.")
    kinds: dict[str, int] = Field(description="Of those that wait.")
    labels: list[str] = Field(description="What a way to say something may mean.")
    sets: list[LearnedSetDocument]
    current: int = Field(description="The learnt set in use; 0: none.")
    previous: int
    acts: list[LearnedActDocument]


class Decision(Body):
    state: State = Field(description="open takes a decision back.")
    becomes: Becomes | None = None
    text: Words | None = None
    better: Words | None = None
    label: Words | None = None
    conditions: Lines | None = None


class MadeDocument(Document):
    number: int
    label: str = Field(description="Number and digest: what a gate report names.")
    counts: dict[str, int]


class DriftRowDocument(Document):
    of: str
    psi: float | None = Field(description="null: too few conversations to say.")
    verdict: Literal["same", "shifted", "drifted", "not_measured"]
    before: int
    now: int
    moved: list[tuple[str, float, float]] = Field(description="Name, share before, share now.")


class DriftDocument(Document):
    at: str = Field(description="When it was compared last; empty: never yet.")
    days: int
    rows: list[DriftRowDocument]
