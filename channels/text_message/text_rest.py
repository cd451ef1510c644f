"""Webhooks of text messages: Twilio's and Meta's, each signed by its sender and durable before it is answered.

Closed (404) until set up. Above: `app`. Below: the wires, `inbox`.
"""

from __future__ import annotations

import hmac
import logging
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import StoreUnavailable
from channels.acts import brought_by
from channels.call_center.addresses import web_address
from channels.call_center.twilio_rest import Locale
from channels.call_center.twilio_signature import HEADER, SETTINGS_HEADER, algorithm_of, verified
from channels.errors import NotFound
from channels.problems import problem
from channels.rest import problems_of
from channels.text_message import meta_wire, twilio_wire
from channels.text_message.messages import Inbound, Status
from channels.text_message.text_office import TextOffice, text_office_of

log = logging.getLogger(__name__)
texts = APIRouter(prefix="/v1/text", tags=["text messages"])

OPTED_OUT = "21610"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_FORM = {
    "requestBody": {
        "required": True,
        "description": "As Twilio posts it, signed in X-Twilio-Signature.",
        "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
    }
}
_DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "As Meta posts it, signed in X-Hub-Signature-256.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}
_TAKEN = {
    200: {"description": "Durable; the reply comes as a message of its own."},
    **problems_of(400, 403, 404, 413, 503),
}
Form = dict[str, list[str]]


@texts.post("/twilio", responses=_TAKEN, openapi_extra=_FORM, response_class=Response)
async def take_twilio(request: Request, locale: Locale = "") -> Response:
    """An SMS, or a WhatsApp message by Twilio. The same MessageSid again changes nothing."""
    office = text_office_of(request)
    form = await _signed_form(request, office)
    if form is None:
        return _refused("Twilio's signature does not fit this address and form")
    await _put(office, twilio_wire.parse_message(form, locale))
    return Response(EMPTY_TWIML, media_type="text/xml")


@texts.post("/twilio/status", responses=_TAKEN, openapi_extra=_FORM, response_class=Response)
async def take_twilio_status(request: Request, reference: Annotated[str, Query(max_length=128)] = "") -> Response:
    """What has become of a message of ours."""
    office = text_office_of(request)
    form = await _signed_form(request, office)
    if form is None:
        return _refused("Twilio's signature does not fit this address and form")
    status = twilio_wire.parse_status(form, reference)
    if status is not None:
        await _told(office, status)
    return Response(EMPTY_TWIML, media_type="text/xml")


@texts.get("/meta", responses={200: {"content": {"text/plain": {}}}, **problems_of(403, 404)})
async def verify_meta(
    request: Request,
    mode: Annotated[str, Query(alias="hub.mode", max_length=32)] = "",
    token: Annotated[str, Query(alias="hub.verify_token", max_length=256)] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=256)] = "",
) -> Response:
    """Meta asks whether this address is ours: it is, where it shows the word that we gave it."""
    office = text_office_of(request)
    if not office.app_secret or office.settings.meta_verify_token is None:
        raise NotFound
    known = office.settings.meta_verify_token.get_secret_value()
    fits = mode == "subscribe" and hmac.compare_digest(known.encode(), token.encode("utf-8", "replace"))
    if not brought_by(request, verified=fits):
        return _refused("this is not the verify token that was set")
    return PlainTextResponse(challenge)


@texts.post("/meta", responses=_TAKEN, openapi_extra=_DOCUMENT, response_class=Response)
async def take_meta(request: Request) -> Response:
    """WhatsApp messages, and what has become of ours. The same wamid again changes nothing."""
    office = text_office_of(request)
    if not office.app_secret:
        raise NotFound
    body = await request.body()
    fits = meta_wire.verified(office.app_secret, body, request.headers.get(meta_wire.SIGNATURE_HEADER, ""))
    if not brought_by(request, verified=fits):
        return _refused("Meta's signature does not fit this body")
    messages, statuses = meta_wire.parse_delivery(body)
    for message in messages:
        await _put(office, message)
    for status in statuses:
        await _told(office, status)
    return Response(status_code=200)


async def _signed_form(request: Request, office: TextOffice) -> Form | None:
    """None where it is not Twilio's. Raises NotFound."""
    if not office.twilio_token:
        raise NotFound
    form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    address = web_address(request, office.door.settings.public_url)
    algorithm = algorithm_of(request.headers.get(SETTINGS_HEADER, ""))
    signature = request.headers.get(HEADER, "")
    fits = verified(office.twilio_token, address, signature, form, algorithm=algorithm)
    return form if brought_by(request, verified=fits) else None


def _refused(detail: str) -> Response:
    log.warning("a text's webhook was refused: %s; see docs/channels.md", detail)
    return problem(403, "signature_mismatch", detail)


async def _put(office: TextOffice, inbound: Inbound) -> None:
    """Durable when it returns. Raises StoreUnavailable: then the carrier brings it again."""
    try:
        known = await office.door.product.in_thread(office.lines.of, inbound.line)
        new = await office.door.product.in_thread(office.inbox.put, inbound, known.key)
    except SQLAlchemyError as error:
        raise StoreUnavailable("a text cannot be kept now") from error
    if new:
        office.taking.wake()


async def _told(office: TextOffice, status: Status) -> None:
    line = await office.door.product.in_thread(office.outgoing.told, status)
    if line and status.state == "failed":
        log.warning("a text was not delivered: the carrier's error %s", status.error or "is not told")
    if line and status.error == OPTED_OUT:
        await office.door.product.in_thread(office.lines.stop, line)
    office.sending.wake()
