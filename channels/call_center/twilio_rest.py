"""A call is announced by Twilio: a signed form in, TwiML out, with the ticket that the call's sound will bring."""

from __future__ import annotations

import logging
from typing import Annotated
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from channels.call_center.addresses import as_socket, base_address, web_address
from channels.call_center.caller import Caller, attested_by, number_of
from channels.call_center.calls import CallCenter, call_center_of
from channels.call_center.twilio import signed_by_twilio
from channels.errors import NotFound, SpeechNotInstalled, TooMany
from channels.problems import problem
from channels.rest import problems_of
from model_serving.errors import ModelError

log = logging.getLogger(__name__)
twilio_calls = APIRouter(prefix="/v1", tags=["phone"])

Locale = Annotated[
    str, Query(max_length=16, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="Of this number.")
]
_NO_SPEECH = {
    "en": "Our assistant cannot take calls at the moment. Please write to us on our web site.",
    "es": "Nuestro asistente no puede atender llamadas en este momento. Escríbanos en nuestra página web.",
    "fr": "Notre assistant ne peut pas prendre d’appels pour le moment. Écrivez-nous sur notre site.",
    "de": "Unser Assistent kann gerade keine Anrufe annehmen. Bitte schreiben Sie uns auf unserer Website.",
}
_TWIML: dict[int | str, dict[str, object]] = {
    200: {
        "description": "TwiML: connect the call's sound to /v1/twilio/stream, or a busy line.",
        "content": {"text/xml": {}},
    },
    **problems_of(403, 404, 413),
}
_FORM = {
    "requestBody": {
        "required": True,
        "description": "As Twilio posts it, signed in X-Twilio-Signature.",
        "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
    }
}


@twilio_calls.post("/twilio/voice", responses=_TWIML, openapi_extra=_FORM, response_class=Response)
async def answer_call(request: Request, locale: Locale = "") -> Response:
    """Twilio asks what to do with a call. Closed (404) until the account's auth token is set."""
    center = call_center_of(request)
    if not center.twilio_token:
        raise NotFound
    form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    if not signed_by_twilio(request, center, web_address(request, center.door.settings.public_url), form):
        log.warning("a call's announcement without Twilio's signature was refused; see docs/voice.md, Twilio")
        return problem(403, "not_allowed", "Twilio's signature does not fit this address and form")
    caller = Caller(
        number=number_of(_first(form, "From")),
        call=_first(form, "CallSid"),
        locale=locale,
        attestation=attested_by(_first(form, "StirVerstat")),
    )
    return _twiml(await _told(request, center, caller))


def _first(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


async def _told(request: Request, center: CallCenter, caller: Caller) -> str:
    try:
        await center.check_speech()
    except (SpeechNotInstalled, ModelError) as error:
        log.error("a call could not be answered: %s", error)
        language = (caller.locale or center.settings.locale).split("-")[0].lower()
        said = _NO_SPEECH.get(language, _NO_SPEECH["en"])
        return f"<Say language={quoteattr(language)}>{escape(said)}</Say><Hangup/>"
    try:
        center.count(caller)
    except TooMany as error:
        log.warning("a call found a busy line: %s", error)
        return '<Reject reason="busy"/>'
    address = as_socket(base_address(request, center.door.settings.public_url)) + "/v1/twilio/stream"
    ticket = center.tickets.issue(caller)
    stream = f'<Stream url={quoteattr(address)}><Parameter name="ticket" value={quoteattr(ticket)}/></Stream>'
    return f"<Connect>{stream}</Connect>"


def _twiml(verbs: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>', media_type="text/xml")
