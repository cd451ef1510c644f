"""The desk's search: products, policies, open conversations, and all that were ever had. Above: `desk_app`.

Below: retrieval, the desk's archive.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from assistant.desk.archive import PastConversation, Sought
from assistant.desk.people import InvalidWish
from assistant.desk.running import keep_archive
from assistant.shops.records import CustomerId
from channels.desk.documents import QueueLine
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.desk.rest import queue_line
from channels.edge.bodies import Document
from channels.rest import problems_of
from channels.shopfront.product_documents import brief
from retrieval.catalogue import ProductId
from retrieval.constraints import parse_need

desk_search = APIRouter(prefix="/v1/desk", tags=["desk"])
MOST_FOUND = 8
Name = Annotated[str, Query(max_length=128)]
Moment = Annotated[datetime | None, Query()]


class Past(Document):
    conversation_id: str
    status: str
    started_at: str
    last_at: str
    customer_id: str
    customer_name: str
    agents: list[str]
    orders: list[str]
    channels: list[str]
    language: str
    outcome: str
    words: str = Field(description="The passage that was found, else how it began.")


class Found(Document):
    products: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    conversations: list[QueueLine]
    past: list[Past]


@desk_search.get("/search", responses=problems_of(401, 403, 422, 503))
async def search(
    agent: AsAgent,
    door: AtDesk,
    q: Annotated[str, Query(max_length=200)] = "",
    customer: Name = "",
    order: Name = "",
    by: Annotated[str, Query(max_length=64, alias="agent")] = "",
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    state: Literal["open", "closed", "all"] = "all",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Found:
    """Products, policies and open conversations that answer `q`; conversations of all times, by any of these."""
    closed = None if state == "all" else state == "closed"
    sought = Sought(
        words=q, customer=customer, order=order, agent=by, since=_utc(since), until=_utc(until), closed=closed
    )
    if sought.nothing:
        raise InvalidWish("nothing_asked", "say what is searched for: q, customer, order, agent, from or to")
    await keep_archive(door.office)
    past = await door.product.in_thread(lambda: door.office.archive.find(sought, limit=limit))
    return Found(
        products=await _products(door, q),
        policies=await _policies(door, q),
        conversations=await _open(door, q),
        past=[await _past(door, one) for one in past],
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


async def _products(door: DeskDoor, q: str) -> list[dict[str, Any]]:
    retriever, shop = door.product.retriever, door.product.shop
    if not q.strip() or retriever is None:
        return []
    need = await door.product.in_thread(parse_need, q, retriever.vocabulary)
    found = await door.product.in_thread(lambda: retriever.find(need, k=MOST_FOUND))
    return [brief(product) for product in await shop.products([ProductId(one.id) for one in found.products])]


async def _policies(door: DeskDoor, q: str) -> list[dict[str, Any]]:
    retriever = door.product.retriever
    if not q.strip() or retriever is None:
        return []
    passages = await door.product.in_thread(lambda: retriever.find_policies(q, k=3))
    return [{"id": one.id, "title": one.title, "quote": one.text} for one in passages]


async def _open(door: DeskDoor, q: str) -> list[QueueLine]:
    if not q.strip():
        return []
    now = datetime.now(UTC)
    lines = [line for line in await door.desk.queue() if q.lower() in f"{line.last_words} {line.summary}".lower()]
    return [queue_line(line, now, door.office.places) for line in lines[:MOST_FOUND]]


async def _past(door: DeskDoor, one: PastConversation) -> Past:
    shop = door.product.shop
    known = await shop.customer(CustomerId(one.customer_id)) if one.customer_id and shop is not None else None
    return Past(
        conversation_id=one.conversation_id,
        status=one.status,
        started_at=one.started_at,
        last_at=one.last_at,
        customer_id=one.customer_id,
        customer_name=f"{known.first_name} {known.last_name}".strip() if known is not None else "",
        agents=list(one.agents),
        orders=list(one.orders),
        channels=list(one.channels),
        language=one.language,
        outcome=one.outcome,
        words=one.words,
    )
