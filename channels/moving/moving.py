"""Moving: what channels do when a conversation goes to another device, and when it leaves one.

Above: `moving_rest`, `rest`, `socket`, `call_center`, `text_message`. Below: the front door and the assistant's moves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from assistant.conversation import Conversation
from assistant.errors import ConversationNotFound, MessageRefused
from assistant.events import ChannelName, ConversationId
from channels.call_center.caller import Attestation
from channels.edge.auth import Grant
from channels.errors import CodesUnavailable, OwnDeviceNeeded
from channels.frames import EventFrame, ServerFrame
from channels.front_door import FrontDoor
from channels.privacy import PUBLIC, ScreenedAssistant

log = logging.getLogger(__name__)

SHOW, LEAVE = "show_on_kiosk", "leave"


async def moved_by(
    door: FrontDoor, grant: Grant, action: str, arguments: Mapping[str, Any], client_id: str
) -> int | None:
    """The seq of an action that is about devices; None for all others, which the assistant takes.

    Raises MessageRefused, ConversationNotFound, StoreUnavailable, CodesUnavailable.
    """
    if action == LEAVE:
        return await leave(door, grant)
    if action == SHOW:
        return await _show(door, grant, arguments, client_id)
    return None


async def _show(door: FrontDoor, grant: Grant, arguments: Mapping[str, Any], client_id: str) -> int:
    allow = arguments.get("allow")
    if not isinstance(allow, bool):
        raise MessageRefused("bad_arguments", f"{SHOW} needs allow: true or false")
    if grant.channel in PUBLIC:
        raise MessageRefused("own_device_needed", "only a device of the customer's own may say so")
    before = await door.assistant.events(grant.conversation)
    return await door.assistant.moves.allow_display(
        grant.conversation, allow=allow, client_id=client_id, channel=grant.channel, before=before
    )


async def leave(door: FrontDoor, grant: Grant) -> int:
    """This device is done with the conversation; a public screen's token opens it no more. Returns the last seq.

    Raises ConversationNotFound, StoreUnavailable, CodesUnavailable.
    """
    if grant.channel not in PUBLIC:
        await door.assistant.leave(grant.conversation, grant.channel)
        return (await door.assistant.state(grant.conversation)).last_seq
    await door.product.in_thread(door.departures.leave, grant.device)
    keep = await door.product.in_thread(door.transfer_codes.outstanding, grant.conversation)
    return await door.assistant.moves.leave(grant.conversation, grant.channel, device=grant.device, keep=keep)


def is_farewell(frame: ServerFrame, grant: Grant) -> bool:
    """Whether it tells this very device that it has left, or all of them that there is nothing any more."""
    if not isinstance(frame, EventFrame):
        return False
    if frame.event["type"] == "data_erased":
        return True
    if not grant.device or frame.event["type"] != "channel_left":
        return False
    return bool(frame.event["data"].get("device") == grant.device)


async def check_may_hand_on(door: FrontDoor, grant: Grant) -> None:
    """A public screen hands on what is shopping alone: who finds it left open gets nothing of whom it belonged to.

    Raises OwnDeviceNeeded, ConversationNotFound.
    """
    seen = door.seen_by(grant).assistant
    if isinstance(seen, ScreenedAssistant):
        screen = await seen.view_of(grant.conversation)
        if screen.own and not screen.allowed:
            raise OwnDeviceNeeded


async def note_customer(door: FrontDoor, conversation: ConversationId, customer_id: str) -> None:
    """They were proven there. What cannot be noted costs them `continue`, and no more."""
    if customer_id:
        try:
            await door.product.in_thread(door.whereabouts.customer_at, customer_id, conversation)
        except CodesUnavailable:
            log.warning("where a customer is cannot be noted now")


async def newest_of(door: FrontDoor, customer_id: str) -> Conversation | None:
    """The customer's newest conversation that is open and theirs by proof. Raises CodesUnavailable, StoreUnavailable."""
    for conversation in await door.product.in_thread(door.whereabouts.of_customer, customer_id):
        state = await _state(door, conversation)
        if state is not None and state.status != "closed" and state.proven and state.customer_id == customer_id:
            return state
    return None


async def _state(door: FrontDoor, conversation: ConversationId) -> Conversation | None:
    try:
        return await door.assistant.state(conversation)
    except ConversationNotFound:
        return None


async def joined_by_number(
    door: FrontDoor, number: str, *, channel: ChannelName, attestation: Attestation
) -> ConversationId | None:
    """The conversation in which this number was proven by a code a short while ago; None: begin another.

    A number alone proves nothing. A call counts when its carrier vouches for the number, or says nothing and the shop trusts
    that (AISLE_TRUST_UNATTESTED_CALLS); a text counts unless its carrier denies it, for what answers it goes to that number.
    Raises CodesUnavailable, StoreUnavailable.
    """
    silent = attestation == "none" and (channel != "call" or door.settings.trust_unattested_calls)
    if not number or not (attestation == "passed" or silent):
        return None
    found = await door.product.in_thread(door.proven_numbers, number)
    state = await _state(door, found[0]) if found else None
    if state is None or state.status == "closed" or not state.proven:
        return None
    await door.assistant.join(state.id, channel)
    return state.id
