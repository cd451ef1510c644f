"""Moving over HTTP: codes given and redeemed, a device that leaves. Above: `app`. Below: `moving`, `transfer`."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from fastapi import APIRouter, Request

from channels.edge import bodies
from channels.edge.browser_signal import take_browsers_word
from channels.edge.network import network_of
from channels.front_door import Door, Granted
from channels.moving.moving import check_may_hand_on, leave
from channels.moving.transfer import TransferCode, qr_svg
from channels.rest import problems_of

moving = APIRouter(prefix="/v1", tags=["conversations"])


@moving.post(
    "/conversations/{conversation_id}/transfer_codes", status_code=201, responses=problems_of(401, 404, 409, 429, 503)
)
async def issue_transfer_code(request: Request, grant: Granted, door: Door) -> bodies.TransferCodeIssued:
    """A code, and its QR picture, with which another device takes part in this conversation. The picture opens the mobile
    page, which redeems the code; 409 on a public screen that has somebody's own affairs: give the code on their device."""
    door.count_message(grant)
    await door.assistant.state(grant.conversation)
    await check_may_hand_on(door, grant)
    issued: TransferCode = await door.product.in_thread(door.transfer_codes.issue, grant.conversation)
    base = (door.settings.public_url or str(request.base_url)).rstrip("/")
    url = f"{base}/m#transfer={issued.code}"
    return bodies.TransferCodeIssued(
        code=issued.code,
        url=url,
        qr_svg=qr_svg(url),
        expires_at=issued.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


@moving.post("/transfer_codes/{code}/redeem", responses=problems_of(404, 422, 429, 503))
async def redeem_transfer_code(
    request: Request, code: str, body: bodies.Redeem, door: Door
) -> bodies.ConversationOpened:
    """A token for the same conversation on this channel. The code, shown, typed or told on the phone, is used up by it."""
    door.guesses.take(network_of(request), time.monotonic())
    conversation = await door.product.in_thread(door.transfer_codes.redeem, code)
    await door.assistant.join(conversation, body.channel)
    await take_browsers_word(request, door, conversation, body.channel)
    state = await door.assistant.state(conversation)
    token = door.tokens.issue(conversation, body.channel)
    return bodies.ConversationOpened(conversation_id=conversation, token=token, last_seq=state.last_seq)


@moving.post("/conversations/{conversation_id}/leave", responses=problems_of(401, 404, 503))
async def leave_conversation(grant: Granted, door: Door) -> bodies.Accepted:
    """This device is done: its channel leaves. From a kiosk its token opens nothing any more (its socket closes with 4401),
    and a conversation that nobody else has joined, and nobody was known in, is closed. Other devices keep it."""
    return bodies.Accepted(seq=await leave(door, grant))


@moving.post("/conversations/{conversation_id}/tickets", status_code=201, responses=problems_of(401, 404, 429))
async def issue_ticket(grant: Granted, door: Door) -> bodies.TicketIssued:
    """In the token's place in one socket's hello, or as the key of /v1/realtime: once, within half a minute."""
    door.count_message(grant)
    await door.assistant.state(grant.conversation)
    ticket, expires = door.tickets.issue(door.tokens.claims_of(grant))
    return bodies.TicketIssued(ticket=ticket, expires_at=stamped(expires))


@moving.post("/conversations/{conversation_id}/tokens", status_code=201, responses=problems_of(401, 404, 409, 429, 503))
async def end_other_devices(grant: Granted, door: Door) -> bodies.ConversationOpened:
    """A new token, and every older one of this conversation is void: other devices' sockets close with 4401 within 5 s."""
    door.count_message(grant)
    state = await door.assistant.state(grant.conversation)
    await door.product.in_thread(door.ended.end, grant.conversation)
    token = door.tokens.issue(grant.conversation, grant.channel)
    return bodies.ConversationOpened(conversation_id=grant.conversation, token=token, last_seq=state.last_seq)


def stamped(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
