"""Errors as application/problem+json (RFC 9457), each with a stable `code`: validation, routing and the unexpected included."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.audit.audit_errors import AuditUnavailable
from assistant.desk.desk import DeskError
from assistant.desk.people import InvalidWish
from assistant.errors import (
    AccessDenied,
    AssistantError,
    ClientIdReused,
    ConcurrentTurn,
    ConversationNotFound,
    MessageRefused,
    ShopUnavailable,
    StoreUnavailable,
)
from assistant.tools.refusals import Refusal, Unconfirmed
from assistant.translating import NoTranslation
from channels import errors
from channels.call_center import dialing
from channels.customer_sign_in import errors as signing_in
from channels.desk import errors as at_desk
from channels.desk import oidc_errors as oidc
from channels.own_data import own_data_errors as of_own_data
from model_serving.errors import ModelError, ModelUnavailable, Overloaded, UnsupportedAudio
from model_serving.registry import Refused, RegistryError, RegistryUnavailable, UnknownVersion
from retrieval.errors import RetrievalError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LONGEST_PLACE = 100
_CODES_BY_STATUS = {
    400: "malformed",
    401: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_request",
    500: "internal",
    501: "not_implemented",
    503: "unavailable",
}
_STATUS_BY_ERROR: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.OriginRefused, 401, ""),
    (errors.NotAllowed, 401, ""),
    (errors.AdminRefused, 401, ""),
    (errors.UpgradeRequired, 426, ""),
    (errors.CodesUnavailable, 503, ""),
    (errors.CustomerTokenRefused, 401, ""),
    (errors.UnknownStore, 422, ""),
    (errors.MalformedInbound, 400, ""),
    (errors.UnknownFrame, 400, ""),
    (errors.SlowReader, 408, ""),
    (errors.TooLarge, 413, ""),
    (errors.BodyTooSlow, 408, ""),
    (errors.TooMany, 429, ""),
    (errors.TransferCodeInvalid, 404, ""),
    (errors.OwnDeviceNeeded, 409, ""),
    (errors.SpeechNotInstalled, 501, ""),
    (errors.NothingHeard, 422, ""),
    (errors.SoundRefused, 400, ""),
    (UnknownVersion, 404, "version_unknown"),
    (Refused, 409, "switch_refused"),
    (RegistryUnavailable, 503, "registry_unavailable"),
    (RegistryError, 422, "invalid_request"),
    (UnsupportedAudio, 415, "unsupported_audio"),
    (Overloaded, 503, "busy"),
    (ModelUnavailable, 503, "speech_unavailable"),
    (errors.NotFound, 404, ""),
    (errors.InvalidQuery, 422, ""),
    (at_desk.SignInRefused, 401, ""),
    (at_desk.AgentNotAllowed, 401, ""),
    (at_desk.PasswordMustChange, 403, ""),
    (at_desk.RoleTooLow, 403, ""),
    (at_desk.InvalidAccount, 422, ""),
    (at_desk.AccountsUnavailable, 503, ""),
    (oidc.LogoutRefused, 400, ""),
    (oidc.ProviderUnavailable, 503, "provider_unavailable"),
    (InvalidWish, 422, ""),
    (NoTranslation, 501, ""),
    (dialing.NoCall, 409, ""),
    (dialing.NoDialing, 501, ""),
    (dialing.DialingFailed, 502, ""),
    (of_own_data.NotProven, 403, ""),
    (of_own_data.PrivacyUnavailable, 501, ""),
    (of_own_data.ErasureRefused, 409, ""),
    (signing_in.AddressInvalid, 422, ""),
    (signing_in.WayUnavailable, 422, ""),
    (signing_in.CodeRefused, 422, ""),
    (signing_in.SignInUnavailable, 503, ""),
    (DeskError, 409, ""),
    (Refusal, 422, ""),
    (Unconfirmed, 409, ""),
    (ClientIdReused, 409, "client_id_reused"),
    (ConversationNotFound, 404, "not_found"),
    (AccessDenied, 404, "not_found"),
    (ConcurrentTurn, 503, "busy"),
    (StoreUnavailable, 503, "store_unavailable"),
    (AuditUnavailable, 503, "audit_unavailable"),
    (ShopUnavailable, 503, "shop_unavailable"),
    (RetrievalError, 503, "search_unavailable"),
)
_SAY_NOTHING_MORE = {
    "not_found": "there is nothing here",
    "audit_unavailable": "what is done here must be written down, and cannot be now: nothing was shown or done, try again",
    "store_unavailable": "the conversation cannot be saved now, so nothing was accepted: try again",
    "search_unavailable": "the catalogue cannot be searched now: run `aisle doctor` on the server",
}
"""Where the error's own text would tell what a stranger must not know."""


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Mapping[str, Any]] | None = None,
    reference: str = "",
) -> Response:
    """reference: by which the server's log has what is not told here."""
    body: dict[str, Any] = {
        "type": f"urn:aisle:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if faults:
        body["errors"] = list(faults)
    if reference:
        body["reference"] = reference
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def code_of(error: Exception) -> tuple[int, str, str]:
    """Status, code and detail: the same words on HTTP and on the socket."""
    if isinstance(error, MessageRefused):
        return (409 if error.code == "conversation_closed" else 422), error.code, str(error)
    for kind, status, code in _STATUS_BY_ERROR:
        if isinstance(error, kind):
            name = code or getattr(error, "code", "internal")
            return status, name, _SAY_NOTHING_MORE.get(name, str(error))
    return 500, "internal", "something went wrong on our side: it has been written to the server's log"


def answer(error: Exception) -> Response:
    status, code, detail = code_of(error)
    return problem(status, code, detail, headers=_headers(status, error))


def _headers(status: int, error: Exception) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.TooMany | Overloaded):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after)))}
    if status == 426:
        return {"Upgrade": "websocket", "Connection": "Upgrade"}
    return {"Retry-After": "2"} if status == 503 else {}


async def _known(_: Request, error: Exception) -> Response:
    return answer(error)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES_BY_STATUS.get(error.status_code, "http_error")
    if error.status_code == 400 and "parsing the body" in str(error.detail):
        return problem(400, "malformed", "the body is not valid JSON in UTF-8")
    return problem(error.status_code, code, _detail(error), headers=error.headers)


def _detail(error: HTTPException) -> str:
    if error.status_code == 404:
        return "there is nothing here: /openapi.json lists every call"
    if error.status_code == 405:
        return "this path takes another method: see the Allow header"
    return str(error.detail)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"at": _place(fault["loc"]), "reason": fault["msg"]} for fault in error.errors()]
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return problem(400, "malformed", "the body is not valid JSON in UTF-8")
    if any(isinstance(fault.get("input"), bytes) for fault in error.errors()):
        return problem(415, "unsupported_media_type", "send the body as JSON, with Content-Type: application/json")
    said = "; ".join(f"{fault['at']}: {fault['reason']}" for fault in faults[:3])
    return problem(422, "invalid_request", said, faults=faults[:20])


def _place(location: Sequence[object]) -> str:
    """Of arguments nested a thousand deep, where they begin is enough."""
    place = "/".join(map(str, location))
    return place if len(place) <= LONGEST_PLACE else f"{place[:LONGEST_PLACE]}…"


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for kind in (errors.ChannelError, AssistantError, RetrievalError, ModelError):
        app.add_exception_handler(kind, _known)


class LastResort:
    """The ASGI edge: what nobody foresaw is logged and answered, never shown."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            reference = token_hex(6)
            log.exception("%s %s failed, reference %s", scope["method"], _route(scope), reference)
            if started:
                raise
            status, code, detail = code_of(error)
            await problem(status, code, detail, headers=_headers(status, error), reference=reference)(
                scope, receive, send
            )


def _route(scope: Scope) -> str:
    """The template, never the path: ids and names stand in paths."""
    return str(getattr(scope.get("route"), "path", "a path of no route"))
