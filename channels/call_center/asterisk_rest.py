"""An Asterisk announces a call that will come by AudioSocket, which itself carries nothing but a UUID."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from channels.call_center.caller import Caller, locale_of, number_of
from channels.call_center.calls import call_center_of
from channels.call_center.chan_websocket import check_asterisk
from channels.rest import problems_of

asterisk_calls = APIRouter(prefix="/v1", tags=["phone"])
_FORM = {
    "requestBody": {
        "description": "caller: the number, if it is shown; locale: the language that the call begins in.",
        "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}},
    }
}


@asterisk_calls.post(
    "/asterisk/calls",
    response_class=PlainTextResponse,
    responses={200: {"description": "The UUID for AudioSocket()."}, **problems_of(401, 404, 413, 429, 501, 503)},
    openapi_extra=_FORM,
)
async def announce_call(request: Request) -> PlainTextResponse:
    """A UUID, good for one call within the ticket's time. Closed (404) until the shared secret is set."""
    center = call_center_of(request)
    check_asterisk(request, center)
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    caller = Caller(number=number_of(form.get("caller", [""])[0]), locale=locale_of(form.get("locale", [""])[0]))
    await center.check_speech()
    center.count(caller)
    return PlainTextResponse(center.tickets.issue(caller))
