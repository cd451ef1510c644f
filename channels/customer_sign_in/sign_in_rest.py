"""Customers' sign-in over HTTP (docs/sign-in.md). Each call takes the conversation's token. Above: `app`. Below: `signing_in`."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.requests import HTTPConnection

from assistant.errors import AccessDenied
from assistant.events import ConversationId
from assistant.identity import access_customer
from channels.channels import CHANNELS
from channels.customer_sign_in.addresses import Address, email_address, phone_number
from channels.customer_sign_in.codes import SignInCodes
from channels.customer_sign_in.errors import SignInUnavailable
from channels.customer_sign_in.proven import ProvenAddresses
from channels.customer_sign_in.sign_in_documents import (
    AskForCode,
    CodeConfirmed,
    CodeSent,
    ConfirmCode,
    SignInWays,
    WhoSignedIn,
)
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.customer_sign_in.sign_in_tables import Hashes, metadata
from channels.customer_sign_in.signing_in import CustomerSignIn
from channels.edge.admin_token import is_local
from channels.edge.auth import Grant, load_secret
from channels.edge.limits import RateLimit
from channels.edge.network import network_of
from channels.errors import CodesUnavailable
from channels.front_door import Door, FrontDoor, Granted
from channels.moving.moving import note_customer
from channels.ports import Product
from channels.rest import problems_of
from channels.routes import add_routes
from channels.sending.messengers import open_messengers
from channels.sending.sending_settings import SendingSettings, with_texting
from channels.text_message.text_settings import TextSettings

customer_sign_in = APIRouter(prefix="/v1/conversations/{conversation_id}", tags=["sign-in"])


def add_customer_sign_in(
    app: FastAPI, product: Product, settings: SignInSettings | None = None, sending: SendingSettings | None = None
) -> None:
    """Makes its tables where they are missing. Blocking. Raises SQLAlchemyError."""
    settings, home = settings or SignInSettings(), product.settings.home
    hashes = Hashes(load_secret(home))
    metadata.create_all(product.tables)
    local = is_local(getattr(product.settings, "host", "127.0.0.1"))
    app.state.customer_sign_in = CustomerSignIn(
        product=product,
        settings=settings,
        codes=SignInCodes(product.tables, hashes, settings),
        proven=ProvenAddresses(product.tables, hashes, hours=settings.proven_hours),
        messengers=open_messengers(sending or with_texting(SendingSettings(), TextSettings()), home, local=local),
    )
    door: FrontDoor = app.state.front_door
    door.proven_numbers = partial(_proven_at, app.state.customer_sign_in.proven, door.settings.proven_number_minutes)
    door.messengers = app.state.customer_sign_in.messengers
    app.state.sign_in_guesses = RateLimit(
        "tries", per_minute=settings.guesses_per_minute, at_once=settings.guesses_per_minute
    )
    add_routes(app, customer_sign_in)


def _proven_at(proven: ProvenAddresses, minutes: float, number: str) -> tuple[ConversationId, ...]:
    """`FrontDoor.proven_numbers`. Blocking. Raises CodesUnavailable."""
    try:
        return proven.conversations_of(Address(way="phone", value=number), within=minutes * 60)
    except SignInUnavailable as error:
        raise CodesUnavailable from error


def customer_sign_in_of(connection: HTTPConnection) -> CustomerSignIn:
    found = connection.app.state.customer_sign_in
    assert isinstance(found, CustomerSignIn)
    return found


async def _sign_in(connection: HTTPConnection) -> CustomerSignIn:
    return customer_sign_in_of(connection)


SigningIn = Annotated[CustomerSignIn, Depends(_sign_in)]


@customer_sign_in.get("/sign_in", responses=problems_of(401, 404, 503))
async def sign_in_ways(grant: Granted, door: Door, signing_in: SigningIn) -> SignInWays:
    """What a page may offer now."""
    state = await door.assistant.state(grant.conversation)
    waiting = await door.product.in_thread(signing_in.codes.waiting, grant.conversation)
    shown = state.customer_id and state.proven and not CHANNELS[grant.channel].public
    return SignInWays(
        ways=list(signing_in.ways),
        signed_in=bool(state.customer_id and state.proven),
        first_name=await _first_name(signing_in, state.customer_id) if shown else None,
        waiting=_sent(waiting.sent_to, waiting.expires_at, waiting.resend_after)
        if waiting and not door.is_public(grant)
        else None,
    )


async def _first_name(signing_in: CustomerSignIn, customer_id: str) -> str | None:
    try:
        return (await access_customer(signing_in.product.shop, customer_id)).first_name
    except AccessDenied:
        return None


@customer_sign_in.post("/sign_in", status_code=202, responses=problems_of(401, 404, 409, 422, 429, 503))
async def ask_for_code(
    request: Request, body: AskForCode, grant: Granted, door: Door, signing_in: SigningIn
) -> CodeSent:
    """A code is sent, if a customer has that address; the answer is the same if none has. 409 on a kiosk."""
    door.count_message(grant)
    address = _address(body, signing_in.settings.region)
    issued = await signing_in.ask(grant.conversation, address, network=network_of(request), locale=body.locale)
    return _sent(address.masked, issued.expires_at, issued.resend_after)


def _address(body: AskForCode, region: str) -> Address:
    return email_address(body.email) if body.email.strip() else phone_number(body.phone, region=region)


@customer_sign_in.post("/sign_in/confirm", responses=problems_of(401, 404, 409, 422, 429, 503))
async def confirm_code(
    request: Request, body: ConfirmCode, grant: Granted, door: Door, signing_in: SigningIn
) -> CodeConfirmed:
    """Who confirms is signed in on every device of this conversation. A wrong code uses up one of its five tries."""
    door.count_message(grant)
    guesses: RateLimit = request.app.state.sign_in_guesses
    guesses.take(network_of(request), time.monotonic())
    signed_in = await signing_in.confirm(grant.conversation, body.code, channel=grant.channel)
    await note_customer(door, grant.conversation, signed_in.customer.id)
    if door.product.privacy is not None:
        await door.product.privacy.carry_over(await door.assistant.state(grant.conversation))
    return CodeConfirmed(customer=_who(grant, signed_in.customer.first_name), seq=signed_in.seq)


def _who(grant: Grant, first_name: str) -> WhoSignedIn:
    return WhoSignedIn(first_name=None if CHANNELS[grant.channel].public else first_name)


@customer_sign_in.post("/sign_out", status_code=204, responses=problems_of(401, 404, 503))
async def sign_out(grant: Granted, signing_in: SigningIn) -> None:
    """On every device of this conversation; also when nobody is signed in."""
    await signing_in.sign_out(grant.conversation, channel=grant.channel)


def _sent(sent_to: str, expires_at: datetime, resend_after: datetime) -> CodeSent:
    return CodeSent(expires_at=_wire(expires_at), resend_after=_wire(resend_after), sent_to=sent_to)


def _wire(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
