"""Which act each route and each frame is: the whole surface on one page. What is served and stands in no table stops the start.

`assistant.authority` says who may; doors ask it by `act_of(connection)`. A new route or frame is one line here; a new act is one
line in `assistant/acts.py` and a rule in `assistant/authority.py`. Above: `app`, the doors, the sockets. Below: `authority`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIWebSocketRoute, iter_route_contexts
from starlette.requests import HTTPConnection
from starlette.routing import Mount

from assistant.acts import Act
from assistant.authority import Decision, Role, Thing, permit
from channels import frames
from channels.voice.line import CutIn, Digit, HungUp, LineEvent, Played, Sound, TurnEnded

_CONVERSATION = "/v1/conversations/{conversation_id}"
_AT_DESK = "/v1/desk/conversations/{conversation_id}"

ACTS: Mapping[str, Act] = {
    # pages and documents
    "GET /": Act.READ_PAGE,
    "GET /p/{product_id:path}": Act.READ_PAGE,
    "GET /c/{category:path}": Act.READ_PAGE,
    "GET /search": Act.READ_PAGE,
    "GET /cart": Act.READ_PAGE,
    "GET /kiosk": Act.READ_PAGE,
    "GET /kiosk/": Act.READ_PAGE,
    "GET /kiosk/assets": Act.READ_PAGE,
    "GET /desk": Act.READ_PAGE,
    "GET /desk/assets": Act.READ_PAGE,
    "GET /admin": Act.READ_PAGE,
    "GET /admin/assets": Act.READ_PAGE,
    "GET /m": Act.READ_PAGE,
    "GET /m/": Act.READ_PAGE,
    "GET /m/share": Act.READ_PAGE,
    "GET /m/worker.js": Act.READ_PAGE,
    "GET /m/manifest.webmanifest": Act.READ_PAGE,
    "GET /m/assets": Act.READ_PAGE,
    "GET /m/icons": Act.READ_PAGE,
    "GET /openapi.json": Act.READ_INTERFACE,
    "GET /v1/asyncapi.json": Act.READ_INTERFACE,
    "GET /v1/socket": Act.READ_INTERFACE,
    "GET /v1/realtime": Act.READ_INTERFACE,
    "GET /v1/twilio/stream": Act.READ_INTERFACE,
    "GET /v1/asterisk/media": Act.READ_INTERFACE,
    # the shop
    "GET /v1/products": Act.READ_SHOP,
    "GET /v1/products/{product_id:path}": Act.READ_SHOP,
    "GET /v1/products/{product_id:path}/image.svg": Act.READ_SHOP,
    "GET /v1/stores": Act.READ_SHOP,
    "GET /v1/stores/{store_id}/floor_plan": Act.READ_SHOP,
    "GET /v1/stores/{store_id}/floor_plan.svg": Act.READ_SHOP,
    "GET /v1/stores/{store_id}/bestsellers": Act.READ_SHOP,
    "GET /v1/categories": Act.READ_SHOP,
    "GET /v1/shop": Act.READ_SHOP,
    "GET /v1/push": Act.READ_SHOP,
    # the server
    "GET /healthz": Act.CHECK_HEALTH,
    "GET /readyz": Act.CHECK_HEALTH,
    "GET /metrics": Act.READ_METRICS,
    "POST /v1/kiosks/{name}/heartbeat": Act.BEAT_AS_KIOSK,
    # a conversation
    "POST /v1/conversations": Act.START_CONVERSATION,
    "POST /v1/transfer_codes/{code}/redeem": Act.REDEEM_CODE,
    f"GET {_CONVERSATION}": Act.READ_CONVERSATION,
    f"GET {_CONVERSATION}/events": Act.READ_CONVERSATION,
    f"GET {_CONVERSATION}/stream": Act.FOLLOW_CONVERSATION,
    f"POST {_CONVERSATION}/messages": Act.SAY,
    f"POST {_CONVERSATION}/actions": Act.PRESS,
    f"POST {_CONVERSATION}/audio": Act.SPEAK,
    f"POST {_CONVERSATION}/feedback": Act.GIVE_FEEDBACK,
    f"POST {_CONVERSATION}/interrupt": Act.INTERRUPT,
    f"POST {_CONVERSATION}/transfer_codes": Act.HAND_ON,
    f"POST {_CONVERSATION}/phone_codes": Act.HAND_ON,
    f"POST {_CONVERSATION}/leave": Act.LEAVE,
    f"POST {_CONVERSATION}/tickets": Act.TAKE_TICKET,
    f"POST {_CONVERSATION}/tokens": Act.END_OTHER_DEVICES,
    f"GET {_CONVERSATION}/sign_in": Act.READ_SIGN_IN,
    f"POST {_CONVERSATION}/sign_in": Act.SIGN_IN,
    f"POST {_CONVERSATION}/sign_in/confirm": Act.SIGN_IN,
    f"POST {_CONVERSATION}/sign_out": Act.SIGN_OUT,
    f"POST {_CONVERSATION}/push_subscriptions": Act.SUBSCRIBE,
    f"POST {_CONVERSATION}/push_subscriptions/forget": Act.UNSUBSCRIBE,
    f"GET {_CONVERSATION}/consents": Act.READ_CONSENTS,
    f"PUT {_CONVERSATION}/consents": Act.CHOOSE_CONSENTS,
    f"GET {_CONVERSATION}/own_data": Act.READ_OWN_DATA,
    f"GET {_CONVERSATION}/own_data/export": Act.TAKE_OWN_DATA,
    f"POST {_CONVERSATION}/own_data/erase": Act.ERASE_OWN_DATA,
    # the desk
    "POST /v1/desk/sign_in": Act.SIGN_IN_AS_AGENT,
    "GET /v1/desk/sign_in/ways": Act.SIGN_IN_AS_AGENT,
    "GET /v1/desk/sign_in/oidc": Act.SIGN_IN_AS_AGENT,
    "GET /v1/desk/sign_in/oidc/callback": Act.SIGN_IN_AS_AGENT,
    "POST /v1/desk/sign_in/oidc/redeem": Act.SIGN_IN_AS_AGENT,
    "POST /v1/desk/sign_in/oidc/backchannel_logout": Act.BRING_LOGOUT,
    "POST /v1/desk/password": Act.CHANGE_PASSWORD,
    "POST /v1/desk/sign_out": Act.SIGN_OUT_AS_AGENT,
    "POST /v1/desk/tickets": Act.TAKE_DESK_TICKET,
    "GET /v1/desk/agents": Act.READ_ACCOUNTS,
    "POST /v1/desk/agents": Act.KEEP_ACCOUNTS,
    "POST /v1/desk/agents/{agent_id}/role": Act.KEEP_ACCOUNTS,
    "DELETE /v1/desk/agents/{agent_id}": Act.KEEP_ACCOUNTS,
    "GET /v1/desk/me": Act.READ_DESK,
    "PUT /v1/desk/me": Act.SET_MYSELF,
    "GET /v1/desk/colleagues": Act.READ_DESK,
    "GET /v1/desk/hours": Act.READ_DESK,
    "GET /v1/desk/queue": Act.READ_QUEUE,
    "GET /v1/desk/search": Act.SEARCH,
    "GET /v1/desk/figures": Act.READ_FIGURES,
    "GET /v1/desk/export": Act.READ_FIGURES,
    "GET /v1/desk/analytics": Act.READ_FIGURES,
    "GET /v1/desk/analytics/export": Act.READ_FIGURES,
    "GET /v1/desk/analytics/drift": Act.READ_FIGURES,
    "GET /v1/desk/feedback": Act.REVIEW_FEEDBACK,
    "POST /v1/desk/feedback/sets": Act.REVIEW_FEEDBACK,
    "POST /v1/desk/feedback/{candidate_id}": Act.REVIEW_FEEDBACK,
    "GET /v1/desk/audit": Act.READ_AUDIT,
    "GET /v1/desk/audit/export": Act.READ_AUDIT,
    "GET /v1/desk/replies": Act.READ_REPLIES,
    "POST /v1/desk/replies": Act.KEEP_OWN_REPLY,
    "PUT /v1/desk/replies/{reply_id}": Act.KEEP_OWN_REPLY,
    "DELETE /v1/desk/replies/{reply_id}": Act.KEEP_OWN_REPLY,
    "GET /v1/desk/callbacks": Act.READ_CALLBACKS,
    "POST /v1/desk/callbacks/{callback_id}/take": Act.TAKE_CALLBACK,
    "POST /v1/desk/callbacks/{callback_id}/release": Act.GIVE_CALLBACK_BACK,
    "POST /v1/desk/callbacks/{callback_id}/done": Act.FINISH_CALLBACK,
    f"GET {_AT_DESK}": Act.READ_TRANSCRIPT,
    f"GET {_AT_DESK}/replies/{{seq}}/lineage": Act.READ_TRANSCRIPT,
    f"POST {_AT_DESK}/claim": Act.CLAIM,
    f"POST {_AT_DESK}/release": Act.RELEASE,
    f"POST {_AT_DESK}/transfer": Act.GIVE_ON,
    f"POST {_AT_DESK}/snooze": Act.SNOOZE,
    f"DELETE {_AT_DESK}/snooze": Act.WAKE,
    f"POST {_AT_DESK}/close": Act.CLOSE,
    f"POST {_AT_DESK}/messages": Act.SAY_AS_AGENT,
    f"POST {_AT_DESK}/notes": Act.NOTE,
    f"POST {_AT_DESK}/suggestions": Act.DRAFT,
    f"POST {_AT_DESK}/summary": Act.SUMMARISE,
    f"POST {_AT_DESK}/actions": Act.CHANGE_FOR_CUSTOMER,
    f"POST {_AT_DESK}/join": Act.READ_ALONG,
    f"POST {_AT_DESK}/whispers": Act.WHISPER,
    f"POST {_AT_DESK}/translations": Act.TRANSLATE,
    f"POST {_AT_DESK}/call/transfer": Act.GIVE_CALL_ON,
    f"POST {_AT_DESK}/replies/{{reply_id}}": Act.READ_REPLIES,
    # the operator
    "GET /v1/admin/sight": Act.READ_SIGHT,
    "GET /v1/admin/models": Act.READ_MODELS,
    "GET /v1/admin/models/history": Act.READ_MODELS,
    "POST /v1/admin/models/canary/start": Act.SWITCH_MODELS,
    "POST /v1/admin/models/canary/stop": Act.SWITCH_MODELS,
    "POST /v1/admin/models/{kind}/promote": Act.SWITCH_MODELS,
    "POST /v1/admin/models/{kind}/rollback": Act.SWITCH_MODELS,
    "POST /v1/admin/models/{kind}/pin": Act.SWITCH_MODELS,
    "POST /v1/admin/models/{kind}/unpin": Act.SWITCH_MODELS,
    # carriers
    "POST /v1/text/twilio": Act.BRING_TEXT,
    "POST /v1/text/twilio/status": Act.BRING_TEXT,
    "GET /v1/text/meta": Act.BRING_TEXT,
    "POST /v1/text/meta": Act.BRING_TEXT,
    "POST /v1/twilio/voice": Act.BRING_CALL,
    "POST /v1/asterisk/calls": Act.BRING_CALL,
    # sockets
    "WS /v1/socket": Act.FOLLOW_CONVERSATION,
    "WS /v1/desk/socket": Act.OPEN_DESK,
    "WS /v1/realtime": Act.TALK_REALTIME,
    "WS /v1/twilio/stream": Act.BRING_CALL,
    "WS /v1/asterisk/media": Act.BRING_CALL,
}

FRAME_ACTS: Mapping[type[frames.ClientFrame], Act] = {
    frames.Hello: Act.FOLLOW_CONVERSATION,
    frames.SendMessage: Act.SAY,
    frames.SendAction: Act.PRESS,
    frames.TypingChanged: Act.TYPE,
    frames.Interrupt: Act.INTERRUPT,
    frames.Ack: Act.ACKNOWLEDGE,
    frames.Ping: Act.PING,
    frames.AudioStart: Act.SPEAK,
    frames.AudioEnd: Act.SPEAK,
    frames.PlayedSpeech: Act.HEAR,
}
"""Of the customer's socket; its binary frames are speech (SPEAK)."""

DESK_FRAME_ACTS: Mapping[str, Act] = {
    "hello": Act.OPEN_DESK,
    "ping": Act.PING,
    "status": Act.SET_MYSELF,
    "watch": Act.WATCH,
    "unwatch": Act.WATCH,
    "typing": Act.TYPE_AS_AGENT,
}

REALTIME_ACTS: Mapping[str, Act] = {
    "session.update": Act.HEAR,
    "input_audio_buffer.append": Act.SPEAK,
    "input_audio_buffer.commit": Act.SPEAK,
    "input_audio_buffer.clear": Act.SPEAK,
    "conversation.item.create": Act.SAY,
    "conversation.item.retrieve": Act.READ_CONVERSATION,
    "conversation.item.delete": Act.HEAR,
    "conversation.item.truncate": Act.INTERRUPT,
    "response.create": Act.SAY,
    "response.cancel": Act.INTERRUPT,
}

LINE_ACTS: Mapping[type[LineEvent], Act] = {
    Sound: Act.SPEAK,
    Digit: Act.KEY_IN,
    Played: Act.HEAR,
    TurnEnded: Act.SPEAK,
    CutIn: Act.INTERRUPT,
    HungUp: Act.LEAVE,
}
"""Of a call, whatever carries it: Twilio's stream, AudioSocket, chan_websocket."""


class ActMissing(Exception):
    """A route that declares no act: it would be open to whoever its code happens to let in."""

    def __init__(self, routes: list[str]) -> None:
        super().__init__(f"channels/acts.py has no line for {', '.join(routes)}: say which act each of them is")


def declare_acts(app: FastAPI) -> None:
    """At the end of making the app: what is served, and is in no table, stops the start. Raises ActMissing."""
    undeclared: list[str] = []
    app.state.acts = acts = {}
    for name, endpoint in routes_of(app):
        if name in ACTS:
            acts[endpoint] = ACTS[name]
        else:
            undeclared.append(name)
    if undeclared:
        raise ActMissing(undeclared)


def routes_of(app: FastAPI) -> Iterator[tuple[str, Callable[..., Any] | None]]:
    """ "GET /v1/shop" and what answers it, of every route, socket and folder; a HEAD is its GET."""
    for context in iter_route_contexts(app.routes):
        route = getattr(context, "starlette_route", None) or context
        original = getattr(context, "original_route", route)
        path, endpoint = str(route.path), getattr(route, "endpoint", None)
        if isinstance(original, Mount):
            yield f"GET {path}", None
        elif isinstance(original, APIWebSocketRoute):
            yield f"WS {path}", endpoint
        else:
            for method in sorted(set(route.methods or ()) - {"HEAD"}):
                yield f"{method} {path}", endpoint


def brought_by(connection: HTTPConnection, *, verified: bool) -> bool:
    """Whether a carrier's call may be taken: its signature or secret says whose it is."""
    role = Role.CARRIER if verified else Role.ANONYMOUS
    return permit(role, act_of(connection), Thing.NOTHING) is Decision.ALLOWED


def act_of(connection: HTTPConnection) -> Act:
    """By the function that answers, never by the path that was asked for. Raises KeyError: nobody may what is not declared."""
    act: Act = connection.app.state.acts[connection.scope["endpoint"]]
    return act
