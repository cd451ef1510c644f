"""A page asks for a code with which its customer goes on by phone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from channels.call_center.calls import call_center_of
from channels.call_center.keyed_codes import PREFIX
from channels.errors import NotFound
from channels.front_door import Door, Granted
from channels.moving.moving import check_may_hand_on
from channels.moving.transfer import qr_svg
from channels.rest import problems_of

keyed_codes = APIRouter(prefix="/v1", tags=["phone"])


class PhoneCodeIssued(BaseModel):
    number: str = Field(description="The shop's, E.164.")
    keys: str = Field(description="What the caller keys in during the call: ** and eight digits.")
    url: str = Field(description="tel: a telephone dials and keys in by itself.")
    qr_svg: str
    expires_at: str


@keyed_codes.post(
    "/conversations/{conversation_id}/phone_codes", status_code=201, responses=problems_of(401, 404, 409, 429, 503)
)
async def issue_phone_code(request: Request, grant: Granted, door: Door) -> PhoneCodeIssued:
    """A code for one call, good for minutes. 404 where the shop has no telephone number (AISLE_PHONE_NUMBER)."""
    number = call_center_of(request).settings.number
    if not number:
        raise NotFound
    door.count_message(grant)
    await door.assistant.state(grant.conversation)
    await check_may_hand_on(door, grant)
    issued = await door.product.in_thread(door.transfer_codes.issue_keys, grant.conversation)
    url = f"tel:{number},,{PREFIX}{issued.code}"
    return PhoneCodeIssued(
        number=number,
        keys=PREFIX + issued.code,
        url=url,
        qr_svg=qr_svg(url),
        expires_at=issued.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
