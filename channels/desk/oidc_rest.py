"""Agents' sign-in by the shop's identity provider, over HTTP: authorization code with PKCE, state and nonce (docs/sign-in.md).

Whatever goes wrong on the way through the browser ends at the desk's page with a code that it has words for; why stands in
the log. Above: `desk_app`. Below: provider, claims, attempts, accounts.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from channels.desk.accounts import Account
from channels.desk.accounts_rest import signed_in_answer
from channels.desk.documents import OidcWay, RedeemTicket, SignedIn, SignInWaysOfDesk
from channels.desk.door import AtDesk, DeskDoor
from channels.desk.oidc_claims import provided
from channels.desk.oidc_errors import (
    LogoutRefused,
    OidcCancelled,
    OidcExpired,
    OidcFailed,
    OidcRefused,
    ProviderUnavailable,
    TicketRefused,
)
from channels.desk.oidc_once import ATTEMPT_SECONDS, Attempt, Attempts
from channels.desk.oidc_provider import Provider
from channels.desk.oidc_settings import OidcSettings
from channels.edge.limits import RateLimit
from channels.edge.network import network_of
from channels.edge.origins import origin_allowed
from channels.errors import NotFound, OriginRefused
from channels.front_door import front_door_of
from channels.rest import problems_of
from channels.routes import add_routes

log = logging.getLogger(__name__)

PATH = "/v1/desk/sign_in/oidc"
COOKIE = "aisle_desk_sign_in"
oidc = APIRouter(prefix="/v1/desk/sign_in", tags=["desk"])


@dataclass(slots=True, kw_only=True)
class OidcDoor:
    settings: OidcSettings
    provider: Provider
    attempts: Attempts
    limit: RateLimit = field(default_factory=lambda: RateLimit("sign_ins", per_minute=60, at_once=60))
    """By network address: an office's agents may all come at nine."""


def add_oidc(app: FastAPI, settings: OidcSettings, secret: bytes, tables: Engine) -> None:
    app.state.oidc_door = None
    if settings.issuer:
        app.state.oidc_door = OidcDoor(
            settings=settings, provider=Provider(settings), attempts=Attempts(secret, tables)
        )
    add_routes(app, oidc)


async def _door(connection: HTTPConnection) -> OidcDoor:
    """Raises NotFound where the settings name no provider."""
    door = connection.app.state.oidc_door
    if door is None:
        raise NotFound("agents sign in with a password here")
    assert isinstance(door, OidcDoor)
    return door


AtProvider = Annotated[OidcDoor, Depends(_door)]


@oidc.get("/ways")
async def sign_in_ways(request: Request, desk: AtDesk) -> SignInWaysOfDesk:
    """How agents sign in here. No token."""
    door: OidcDoor | None = request.app.state.oidc_door
    way = None
    if door is not None:
        ends = await door.provider.end_session_url(then=f"{_base(request)}/desk")
        way = OidcWay(name=door.settings.name, url=PATH, end_session_url=ends)
    return SignInWaysOfDesk(password=desk.accounts.passwords, oidc=way)


@oidc.get("/oidc", status_code=302, response_class=RedirectResponse, responses=problems_of(404, 429))
async def begin(request: Request, door: AtProvider) -> Response:
    """Sends the browser to the provider."""
    door.limit.take(network_of(request), time.monotonic())
    attempt = Attempts.begin()
    try:
        url = await door.provider.authorization_url(attempt.request, redirect_uri=_redirect_uri(request))
    except ProviderUnavailable as error:
        return _failed(error)
    response = RedirectResponse(url, 302)
    response.set_cookie(
        COOKIE,
        door.attempts.cookie(attempt),
        max_age=ATTEMPT_SECONDS,
        path="/v1/desk/sign_in",
        secure=_base(request).startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return response


@oidc.get("/oidc/callback", status_code=302, response_class=RedirectResponse, responses=problems_of(404, 429))
async def callback(
    request: Request,
    door: AtProvider,
    desk: AtDesk,
    code: str = "",
    state: str = "",
    error: str = "",
    iss: str | None = None,
) -> Response:
    """Where the provider sends the browser back to; it goes on to the desk's page."""
    door.limit.take(network_of(request), time.monotonic())
    try:
        attempt = door.attempts.read(request.cookies.get(COOKIE, ""))
        await asyncio.to_thread(door.attempts.finish, attempt, state)
        await _check_answer(door, code, error, iss)
        account = await _account(request, door, desk, attempt, code)
    except OidcFailed as failure:
        return _failed(failure)
    return RedirectResponse(f"/desk#ticket={quote(door.attempts.ticket(account, attempt))}", 302)


async def _check_answer(door: OidcDoor, code: str, error: str, iss: str | None) -> None:
    """iss: RFC 9207. Raises OidcFailed."""
    if error:
        raise OidcCancelled("it was given up") if error == "access_denied" else OidcRefused(f"it said {error[:40]!r}")
    if iss is not None and iss != (await door.provider.metadata())["issuer"]:
        raise OidcRefused("the answer is another issuer's")
    if not code:
        raise OidcExpired("there was no code")


async def _account(request: Request, door: OidcDoor, desk: DeskDoor, attempt: Attempt, code: str) -> Account:
    claims = await door.provider.claims_for(code, attempt.request, redirect_uri=_redirect_uri(request))
    try:
        who = provided(claims, door.settings)
    except OidcFailed:
        await _shut_out(desk, str(claims["iss"]), str(claims.get("sub", "")))
        raise
    account = await asyncio.to_thread(desk.accounts.sign_in_provided, who)
    desk.tokens.forget(account.agent.id)
    return account


async def _shut_out(desk: DeskDoor, issuer: str, subject: str) -> None:
    """Who may not work here any more is signed out where they still were."""
    agent = await asyncio.to_thread(desk.accounts.sign_out_provided, issuer, subject)
    desk.tokens.forget(agent)


@oidc.post("/oidc/redeem", responses=problems_of(401, 404, 422, 429, 503))
async def redeem(request: Request, response: Response, body: RedeemTicket, door: AtProvider, desk: AtDesk) -> SignedIn:
    """The page's ticket for a token: once, within a minute, in the browser that signed in."""
    door.limit.take(network_of(request), time.monotonic())
    if not origin_allowed(request, front_door_of(request).settings):
        raise OriginRefused(request.headers.get("origin", ""))
    cookie = request.cookies.get(COOKIE, "")
    agent, epoch = await asyncio.to_thread(door.attempts.redeem, body.ticket, cookie)
    account = await asyncio.to_thread(desk.accounts.find, agent)
    if account is None or account.epoch != epoch:
        raise TicketRefused
    response.delete_cookie(COOKIE, path="/v1/desk/sign_in")
    return signed_in_answer(desk, account)


_FORM = {
    "application/x-www-form-urlencoded": {
        "schema": {"type": "object", "properties": {"logout_token": {"type": "string"}}}
    }
}


@oidc.post(
    "/oidc/backchannel_logout",
    responses=problems_of(400, 404, 429, 503),
    openapi_extra={"requestBody": {"required": True, "content": _FORM}},
)
async def backchannel_logout(request: Request, door: AtProvider, desk: AtDesk) -> Response:
    """The provider tells that somebody signed out there: their sockets close here within seconds."""
    door.limit.take(network_of(request), time.monotonic())
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    claims = await door.provider.logout_claims(form.get("logout_token", [""])[0])
    if not await asyncio.to_thread(lambda: door.attempts.spend(f"logout {claims['jti']}", seconds=3_600)):
        raise LogoutRefused
    await _shut_out(desk, str(claims["iss"]), str(claims["sub"]))
    return Response(status_code=200, headers={"cache-control": "no-store"})


def _failed(error: OidcFailed) -> Response:
    log.warning("an agent could not sign in by the identity provider (%s): %s", error.code, error)
    response = RedirectResponse(f"/desk#sign_in_failed={error.code}", 302)
    response.delete_cookie(COOKIE, path="/v1/desk/sign_in")
    return response


def _redirect_uri(request: Request) -> str:
    return f"{_base(request)}{PATH}/callback"


def _base(request: Request) -> str:
    return (front_door_of(request).settings.public_url or str(request.base_url)).rstrip("/")
