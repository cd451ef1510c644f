"""What analytics' calls answer, as published. Above: `analytics_rest`. Below: bodies."""

from __future__ import annotations

from pydantic import Field

from channels.edge.bodies import Document


class ShareDocument(Document):
    share: float | None = Field(description="null: there was nothing to count.")
    low: float | None = Field(description="The 95 % interval, by Wilson.")
    high: float | None
    count: int
    n: int


class CountedDocument(Document):
    name: str
    count: int


class StepDocument(Document):
    name: str
    of_all: ShareDocument
    of_before: ShareDocument


class GroupDocument(Document):
    name: str
    conversations: int
    contained: ShareDocument
    resolved: ShareDocument = Field(description="Of those that are decided; silence counts for neither side.")
    silent: ShareDocument
    not_understood: ShareDocument
    searched_in_vain: ShareDocument
    to_cart: ShareDocument
    thumbs_up: ShareDocument
    turns_p50: float | None
    latency_p50: float | None


class DayDocument(Document):
    day: str
    conversations: int
    contained: ShareDocument
    resolved: ShareDocument


class AnalyticsDocument(Document):
    since: str = Field(serialization_alias="from")
    until: str = Field(serialization_alias="to")
    read_at: str = Field(description="When the log was read last; empty: never yet.")
    all: GroupDocument
    by_channel: list[GroupDocument]
    by_language: list[GroupDocument]
    by_store: list[GroupDocument]
    by_day: list[DayDocument]
    why_resolved: list[CountedDocument]
    handoffs: list[CountedDocument]
    intents: list[CountedDocument]
    funnel: list[StepDocument]
    not_found: list[CountedDocument]
    opened_only: int
    left_out: int
