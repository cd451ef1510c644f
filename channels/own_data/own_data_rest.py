"""One's own data over HTTP: choices by purpose, what is kept, a copy of it, its deletion (docs/privacy.md).

Each call takes the conversation's token. What is of all conversations needs a customer who has proven who they are. Above: `app`.
Below: the privacy office.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from assistant.conversation import Conversation
from assistant.errors import AccessDenied
from assistant.identity import access_customer
from assistant.privacy.exporting.gathering import Wanted
from assistant.privacy.exporting.packing import PAGE_FILE, data_bytes, zipped
from assistant.privacy.exporting.readable import language_for
from assistant.privacy.holds import ErasureHeld
from assistant.privacy.office import PrivacyOffice, counts_of
from assistant.privacy.purposes import Permits
from channels.front_door import Door, FrontDoor, Granted
from channels.own_data.own_data_documents import (
    ChooseConsents,
    ConsentsTold,
    ConsentTold,
    EraseOwnData,
    ErasureAccepted,
    OwnDataTold,
)
from channels.own_data.own_data_errors import ErasureRefused, NotProven, PrivacyUnavailable
from channels.rest import problems_of
from channels.routes import add_routes

own_data = APIRouter(prefix="/v1/conversations/{conversation_id}", tags=["own data"])
_PROBLEMS = problems_of(401, 404, 409, 422, 429, 501, 503)
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/zip": {}, "application/json": {}, "text/html": {}},
    }
}


def add_own_data(app: FastAPI) -> None:
    add_routes(app, own_data)


async def _office(connection: HTTPConnection) -> PrivacyOffice:
    door: FrontDoor = connection.app.state.front_door
    office = door.product.privacy
    if office is None:
        raise PrivacyUnavailable
    return office


Office = Annotated[PrivacyOffice, Depends(_office)]


@own_data.get("/consents", responses=_PROBLEMS)
async def read_consents(grant: Granted, door: Door, office: Office) -> ConsentsTold:
    """What this customer's data may be used for, by purpose, and who decided it."""
    state = await door.assistant.state(grant.conversation)
    return _told(office, state, await office.permits(state))


@own_data.put("/consents", responses=_PROBLEMS)
async def choose_consents(body: ChooseConsents, grant: Granted, door: Door, office: Office) -> ConsentsTold:
    """Off holds at once, in every conversation of a known customer; on, for whoever has proven who they are."""
    door.count_message(grant)
    state = await door.assistant.state(grant.conversation)
    changes = office.changes(state, await office.permits(state), body.consents, body.client_id)
    await door.assistant.moves.choose(grant.conversation, changes, channel=grant.channel)
    await office.consents.keep(state.customer_id, changes, conversation=state.id, proven=state.proven)
    if state.customer_id and any(one.purpose == "memory" and not one.given for one in changes):
        await office.forget(state.customer_id)
    state = await door.assistant.state(grant.conversation)
    return _told(office, state, await office.permits(state))


def _told(office: PrivacyOffice, state: Conversation, permits: Permits) -> ConsentsTold:
    return ConsentsTold(
        notice=office.rules.consent.notice,
        consents=[
            ConsentTold(purpose=name, given=given, decided_by=by, changeable=permits.changeable(name))
            for name, (given, by) in permits.decided.items()
        ],
        lasting=bool(state.customer_id and state.proven),
    )


@own_data.get("/own_data", responses=_PROBLEMS)
async def read_own_data(grant: Granted, door: Door, office: Office) -> OwnDataTold:
    """How much is kept and how long. 409 on a public screen."""
    state = await door.assistant.state(grant.conversation)
    who: Literal["nobody", "named", "proven"] = (
        "nobody" if not state.customer_id else "proven" if state.proven else "named"
    )
    counts = counts_of(await office.export(_wanted(state))) if who != "named" else {"conversations": 1}
    asked = await door.product.in_thread(lambda: office.erasures.of(conversation_id=state.id))
    kinds = office.rules.retention.kinds
    return OwnDataTold(
        who=who,
        counts=counts,
        kept_for={kind: dict(periods) for kind, periods in kinds.items()},
        erasure=asked[-1].state if asked else "none",
    )


@own_data.get("/own_data/export", responses={**_FILES, **_PROBLEMS}, response_class=Response)
async def export_own_data(
    grant: Granted,
    door: Door,
    office: Office,
    kind: Annotated[Literal["zip", "json", "html"], Query(alias="format")] = "zip",
) -> Response:
    """All that is kept: signed data and a page to read, in the customer's language. 403 for whoever has only said who they are."""
    door.count_message(grant)
    state = await door.assistant.state(grant.conversation)
    if state.customer_id and not state.proven:
        raise NotProven
    wanted = _wanted(state, await _language(door, state))
    day = datetime.now(UTC).date().isoformat()
    if kind == "json":
        return _file(data_bytes(await office.export(wanted)), "application/json", f"my-data-{day}.json")
    files = await office.files(wanted)
    if kind == "html":
        return _file(files[PAGE_FILE], "text/html; charset=utf-8", f"my-data-{day}.html")
    packed = await door.product.in_thread(lambda: zipped(files))
    return _file(packed, "application/zip", f"my-data-{day}.zip")


def _file(content: bytes, media_type: str, name: str) -> Response:
    """Downloaded, never shown: a page of somebody's data is no page of ours."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def _wanted(state: Conversation, language: str = "en") -> Wanted:
    if state.customer_id:
        return Wanted(customer_id=state.customer_id, language=language)
    return Wanted(conversation_id=state.id, language=language)


async def _language(door: FrontDoor, state: Conversation) -> str:
    if state.language:
        return language_for(state.language)
    try:
        customer = await access_customer(door.product.shop, state.customer_id)
    except AccessDenied:
        return language_for(state.locale)
    return language_for(customer.locale or state.locale)


@own_data.post("/own_data/erase", status_code=202, responses=problems_of(401, 403, 404, 409, 422, 429, 501, 503))
async def erase_own_data(body: EraseOwnData, grant: Granted, door: Door, office: Office) -> ErasureAccepted:
    """Noted, and done within a minute: the conversation then ends. `customer`: all that is theirs, for whoever is proven."""
    door.count_message(grant)
    state = await door.assistant.state(grant.conversation)
    whole = body.scope == "customer"
    if whole and not (state.customer_id and state.proven):
        raise NotProven
    try:
        asked = await office.ask_to_erase(state, customer=whole, said=body.client_id)
    except ErasureHeld as error:
        raise ErasureRefused from error
    return ErasureAccepted(request_id=asked.request_id, scope=body.scope)
