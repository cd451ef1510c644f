"""The desk's calls about canned replies: keep them, and fill one for a conversation. Above: `desk_app`. Below: the office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from assistant.acts import Act
from assistant.desk.canned_replies import FIELDS, CannedReply, filled
from assistant.desk.desk import Agent
from assistant.events import ConversationId
from assistant.shops.records import CustomerId
from channels.desk.door import AsAgent, AtDesk, DeskDoor, check_act
from channels.desk.rest import At
from channels.edge.bodies import Body, Document
from channels.rest import problems_of

replies = APIRouter(prefix="/v1/desk", tags=["desk"])
_PROBLEMS = problems_of(401, 403, 404, 409, 422, 503)
Id = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


class ReplyBody(Body):
    shortcut: Annotated[str, Field(max_length=40)]
    title: Annotated[str, Field(max_length=120)] = ""
    texts: Annotated[dict[str, str], Field(max_length=20, description="By language; the first stands in for others.")]
    shared: bool = False


class ReplyDocument(Document):
    reply_id: str
    shortcut: str
    title: str
    texts: dict[str, str]
    shared: bool
    owner: str
    updated_at: str


class ReplyList(Document):
    replies: list[ReplyDocument]
    fields: list[str]


class FilledReply(Document):
    text: str
    language: str
    missing: list[str] = Field(description="Fields that are not known here: they stand in the text as they are.")


@replies.get("/replies", responses=_PROBLEMS)
async def list_replies(agent: AsAgent, door: AtDesk, q: Annotated[str, Query(max_length=200)] = "") -> ReplyList:
    """The shared ones and one's own."""
    found = await door.product.in_thread(door.office.replies.all, agent, q)
    return ReplyList(replies=[_document(one) for one in found], fields=list(FIELDS))


@replies.post("/replies", status_code=201, responses=_PROBLEMS)
async def add_reply(body: ReplyBody, agent: AsAgent, door: AtDesk) -> ReplyDocument:
    """A shared one is a supervisor's to make."""
    _check(agent, body.shared)
    kept = door.office.replies

    def add() -> CannedReply:
        return kept.add(agent, shortcut=body.shortcut, title=body.title, texts=body.texts, shared=body.shared)

    return _document(await door.product.in_thread(add))


@replies.put("/replies/{reply_id}", responses=_PROBLEMS)
async def change_reply(reply_id: Id, body: ReplyBody, agent: AsAgent, door: AtDesk) -> ReplyDocument:
    kept = door.office.replies
    before = await door.product.in_thread(kept.find, agent, reply_id)
    _check(agent, before.shared or body.shared)

    def change() -> CannedReply:
        return kept.change(
            agent, reply_id, shortcut=body.shortcut, title=body.title, texts=body.texts, shared=body.shared
        )

    return _document(await door.product.in_thread(change))


@replies.delete("/replies/{reply_id}", status_code=204, responses=_PROBLEMS)
async def remove_reply(reply_id: Id, agent: AsAgent, door: AtDesk) -> None:
    before = await door.product.in_thread(door.office.replies.find, agent, reply_id)
    _check(agent, before.shared)
    await door.product.in_thread(door.office.replies.remove, agent, reply_id)


@replies.post("/conversations/{conversation_id}/replies/{reply_id}", responses=_PROBLEMS)
async def fill_reply(conversation_id: At, reply_id: Id, agent: AsAgent, door: AtDesk) -> FilledReply:
    """Filled for this conversation, in its language; nothing is sent."""
    name = ConversationId(conversation_id)
    state = await door.desk.state(name)
    reply = await door.product.in_thread(door.office.replies.find, agent, reply_id)
    done = filled(reply, state.language or state.locale.split("-")[0], await _known(door, name, agent))
    return FilledReply(text=done.text, language=done.language, missing=list(done.missing))


async def _known(door: DeskDoor, conversation: ConversationId, agent: Agent) -> dict[str, str]:
    state = await door.desk.state(conversation)
    shop = door.product.shop
    known = {"agent.name": agent.name, "conversation.id": conversation}
    if state.cart.items:
        known["cart.total"] = f"{state.cart.total.amount} {state.cart.total.currency}"
    if shop is None:
        return known
    known["shop.name"] = (await shop.info()).name
    if not state.customer_id:
        return known
    customer = await shop.customer(CustomerId(state.customer_id))
    if customer is not None:
        known |= {"customer.first_name": customer.first_name, "customer.last_name": customer.last_name}
        known["customer.email"] = customer.email
    return known | await _order(door, state.customer_id, str(state.context.get("order", "")))


async def _order(door: DeskDoor, customer: str, talked_about: str) -> dict[str, str]:
    """The order that is talked about, else their only one."""
    orders = await door.product.shop.orders_of(CustomerId(customer))
    order = next((one for one in orders if one.id == talked_about), orders[0] if len(orders) == 1 else None)
    if order is None:
        return {}
    return {"order.id": order.id, "order.status": order.status, "order.total": f"{order.total} {order.currency}"}


def _check(agent: Agent, shared: bool) -> None:
    if shared:
        check_act(agent, Act.KEEP_SHARED_REPLY)


def _document(one: CannedReply) -> ReplyDocument:
    return ReplyDocument(
        reply_id=one.reply_id,
        shortcut=one.shortcut,
        title=one.title,
        texts=dict(one.texts),
        shared=one.shared,
        owner=one.owner,
        updated_at=one.updated_at,
    )
