"""Conversations over HTTP, as protocol.md's table has them. Each route checks its token first, then asks the assistant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.assistant import Received
from assistant.conversation import Conversation
from assistant.events import Event
from assistant.state_hash import state_hash
from channels.edge import bodies
from channels.edge.auth import Grant
from channels.edge.browser_signal import take_browsers_word
from channels.edge.network import network_of
from channels.errors import CustomerTokenRefused, UnknownStore
from channels.front_door import Door, FrontDoor, Granted, Seen
from channels.moving.moving import moved_by, newest_of, note_customer
from channels.page_channel import page_channel
from channels.privacy import ScreenedAssistant, hash_seen, masked_state
from channels.problems import MEDIA_TYPE
from channels.shopfront.product_documents import shown_cart
from channels.voice.recorded import hear, speech_for

MOST_EVENTS = 500
Seq = Annotated[int, Query(ge=0, le=2**53)]
SpokenId = Annotated[
    str, Query(max_length=128, description="As a message's client_id; without one a retry is a new message.")
]
Wait = Annotated[str | None, Query(description='"reply": answer once the turn has ended.')]


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": "problem+json", "content": content} for status in statuses}


conversations = APIRouter(prefix="/v1", tags=["conversations"])


@conversations.post("/conversations", status_code=201, responses=problems_of(400, 401, 413, 422, 429, 503))
async def start_conversation(request: Request, body: bodies.StartConversation, door: Door) -> bodies.ConversationOpened:
    """A new conversation, or with `continue` a signed-in customer's own; the token that comes back opens it and no other."""
    door.conversations.take(network_of(request), time.monotonic())
    customer = await _customer(door, body.customer_token)
    if body.continue_ and customer and (found := await newest_of(door, customer)) is not None:
        await door.assistant.join(found.id, body.channel)
        await take_browsers_word(request, door, found.id, body.channel)
        last_seq = (await door.assistant.state(found.id)).last_seq
        token = door.tokens.issue(found.id, body.channel)
        return bodies.ConversationOpened(conversation_id=found.id, token=token, last_seq=last_seq, continued=True)
    store = await store_of(door, body.store_id)
    conversation, last_seq = await door.assistant.start(
        channel=body.channel, locale=body.locale or "en", customer_id=customer, store=store
    )
    door.product.expect(body.locale or "")
    await note_customer(door, conversation, customer)
    last_seq = await take_browsers_word(request, door, conversation, body.channel) or last_seq
    token = door.tokens.issue(conversation, body.channel)
    return bodies.ConversationOpened(conversation_id=conversation, token=token, last_seq=last_seq)


async def store_of(door: FrontDoor, store_id: str) -> str:
    """The store's id, checked; "" for none. Raises UnknownStore."""
    if store_id and all(store.id != store_id for store in await door.product.shop.stores()):
        raise UnknownStore(store_id)
    return store_id


async def _customer(door: FrontDoor, token: str | None) -> str:
    if token is None:
        return ""
    if not token:
        raise CustomerTokenRefused("it is empty")
    return await door.product.in_thread(door.customer_tokens.read, token)


@conversations.get("/conversations/{conversation_id}", responses=problems_of(401, 404, 503))
async def conversation_status(grant: Granted, door: Seen) -> bodies.ConversationStatus:
    state = await door.assistant.state(grant.conversation)
    screen = await door.screened.view_of(grant.conversation) if isinstance(door.screened, ScreenedAssistant) else None
    status = _status(state if screen is None else masked_state(state, screen), door.settings.image_origins)
    return status.model_copy(update={"state_hash": await hash_seen(door.assistant, state)})


def _status(state: Conversation, image_origins: Sequence[str]) -> bodies.ConversationStatus:
    customer = None
    if state.customer_id:
        customer = bodies.Customer(customer_id=state.customer_id, method=state.identified_by)
    return bodies.ConversationStatus(
        conversation_id=state.id,
        status=state.status,
        last_seq=state.last_seq,
        state_hash=state_hash(state),
        customer=customer,
        cart=shown_cart(msgspec.to_builtins(state.cart), image_origins),
        pending_confirmation=msgspec.to_builtins(state.confirmation) if state.confirmation else None,
        locale=state.locale,
        store_id=state.store,
        channels=list(state.channels),
        turn_id=state.turn,
    )


@conversations.get(
    "/conversations/{conversation_id}/events", response_model=bodies.Events, responses=problems_of(401, 404, 422, 503)
)
async def list_events(
    grant: Granted,
    door: Seen,
    after: Seq = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = 200,
) -> Response:
    """Events with seq > after, in order."""
    events = await door.assistant.events(grant.conversation, after=after, limit=limit)
    last_seq = (await door.assistant.state(grant.conversation)).last_seq
    newest = max(last_seq, events[-1].seq if events else 0)
    return JSONResponse({"events": _shown(door, grant, events), "last_seq": newest})


def _shown(door: FrontDoor, grant: Grant, events: tuple[Event, ...]) -> list[dict[str, Any]]:
    channel = page_channel(grant.channel, door.settings.image_origins)
    return [channel.render(event).event for event in events]


_SAID: dict[int | str, dict[str, Any]] = {
    200: {"model": bodies.Replied, "description": "With wait=reply: the turn has ended."},
    202: {"model": bodies.Accepted, "description": "Durable; the reply follows as events."},
    **problems_of(400, 401, 404, 409, 413, 422, 429, 503),
}


@conversations.post("/conversations/{conversation_id}/messages", status_code=202, responses=_SAID)
async def send_message(body: bodies.SendMessage, grant: Granted, door: Seen, wait: Wait = None) -> Response:
    """Idempotent by client_id: again with the same body gives the same seq and starts nothing."""
    door.count_message(grant)
    received = await door.assistant.receive(
        grant.conversation, body.text, client_id=body.client_id, channel=grant.channel
    )
    return await _received(door, grant, received, wait)


@conversations.post("/conversations/{conversation_id}/actions", status_code=202, responses=_SAID)
async def send_action(body: bodies.SendAction, grant: Granted, door: Seen, wait: Wait = None) -> Response:
    """A card's button, with the guarantees of a message. show_on_kiosk {allow} and leave are about devices: no turn answers."""
    door.count_message(grant)
    moved = await moved_by(door, grant, body.action, body.arguments, body.client_id)
    if moved is not None:
        return JSONResponse({"seq": moved}, 202)
    received = await door.assistant.act(
        grant.conversation, body.action, body.arguments, client_id=body.client_id, channel=grant.channel
    )
    return await _received(door, grant, received, wait)


async def _received(door: FrontDoor, grant: Grant, received: Received, wait: str | None) -> Response:
    if wait == "reply" and (events := await _reply(door, grant, received.seq)) is not None:
        return JSONResponse({"seq": received.seq, "events": _shown(door, grant, events)}, 200)
    return JSONResponse({"seq": received.seq}, 202)


async def _reply(door: FrontDoor, grant: Grant, seq: int) -> tuple[Event, ...] | None:
    """None: it takes longer than is waited for, or the server goes. Accepted all the same: the reply comes as events."""
    timeout = door.settings.reply_seconds
    waiting = asyncio.ensure_future(door.assistant.wait_for_reply(grant.conversation, seq, timeout=timeout))
    going = asyncio.ensure_future(door.stopping.wait())
    try:
        await asyncio.wait((waiting, going), return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    except TimeoutError:
        return None
    finally:
        going.cancel()
        waiting.cancel()


_SPOKEN: dict[int | str, dict[str, Any]] = {**_SAID, **problems_of(415, 501)}
_RECORDINGS = {
    kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("audio/wav", "audio/ogg", "audio/webm")
}


@conversations.post(
    "/conversations/{conversation_id}/audio",
    status_code=202,
    responses=_SPOKEN,
    openapi_extra={"requestBody": {"required": True, "content": _RECORDINGS}},
)
async def send_audio(
    request: Request, grant: Granted, door: Seen, wait: Wait = None, client_id: SpokenId = ""
) -> Response:
    """A spoken message, at most two minutes. With wait=reply and `Accept: audio/wav` the reply comes as speech."""
    door.count_message(grant)
    received = await hear(request, door, grant, client_id)
    if wait != "reply" or "audio/wav" not in request.headers.get("accept", ""):
        return await _received(door, grant, received, wait)
    if (events := await _reply(door, grant, received.seq)) is None:
        return JSONResponse({"seq": received.seq}, 202)
    return Response(await speech_for(door, events, grant.channel), media_type="audio/wav")


@conversations.post(
    "/conversations/{conversation_id}/feedback", status_code=202, responses=problems_of(401, 404, 422, 429, 503)
)
async def give_feedback(body: bodies.Feedback, grant: Granted, door: Door) -> bodies.Accepted:
    """Thumbs and a comment about a reply."""
    door.count_message(grant)
    seq = await door.assistant.feedback(
        grant.conversation,
        about_seq=body.about_seq,
        rating=body.rating,
        comment=body.comment or "",
        channel=grant.channel,
    )
    return bodies.Accepted(seq=seq)


@conversations.post("/conversations/{conversation_id}/interrupt", status_code=202, responses=problems_of(401, 404, 422))
async def interrupt(body: bodies.Interrupt, grant: Granted, door: Door) -> bodies.Interrupted:
    """Stops the running turn; what was said so far stays, marked interrupted."""
    stopped = await door.assistant.interrupt(grant.conversation, body.turn_id, heard=body.heard)
    return bodies.Interrupted(interrupted=stopped)
