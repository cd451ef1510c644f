"""Which entry of the audit log each call of the desk and of the operator leaves: the whole surface on one page.

What leaves none says why. A test holds this table against what is served; a call that stands nowhere leaves an entry of its
address alone. Above: `audited`. Below: the acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.audit.acts import Act

Whose = Literal["", "conversation", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    act: Act
    what: str = ""
    """With the path's own names: "conversation:{conversation_id}"."""
    refused: Act | None = None
    """The act instead, where the answer is 401: nobody is known yet."""
    body: tuple[str, ...] = ()
    """Fields of the question that are kept as they are: ids and closed words, dots for those within."""
    asked: tuple[str, ...] = ()
    """Parameters of the address that are kept as they are."""
    digested: tuple[str, ...] = ()
    """… that are words: kept as a digest."""
    answer: tuple[str, ...] = ()
    """Ids out of the answer: "past[].customer_id"."""
    why: str = ""
    needs_agent: bool = True
    """False: it is called by whoever is nobody yet, and the entry says who they claim to be."""


_IN = "conversation:{conversation_id}"
_HERE = "/v1/desk/conversations/{conversation_id}"
_CALLBACK = "callback:{callback_id}"
_SPAN = ("from", "to")
_SWITCH = ("version", "share", "by")

RULES: Mapping[str, Rule] = {
    # doors
    "POST /v1/desk/sign_in": Rule(
        act="signed_in", refused="sign_in_refused", answer=("agent_id",), why="password", needs_agent=False
    ),
    "POST /v1/desk/sign_in/oidc/redeem": Rule(
        act="signed_in", refused="sign_in_refused", answer=("agent_id",), why="identity_provider", needs_agent=False
    ),
    "POST /v1/desk/sign_in/oidc/backchannel_logout": Rule(act="signed_out", why="identity_provider", needs_agent=False),
    "POST /v1/desk/sign_out": Rule(act="signed_out", why="asked"),
    "POST /v1/desk/password": Rule(act="password_changed", refused="password_refused"),
    # accounts
    "GET /v1/desk/agents": Rule(act="accounts_read"),
    "POST /v1/desk/agents": Rule(act="account_added", body=("id", "role"), what="account"),
    "POST /v1/desk/agents/{agent_id}/role": Rule(act="role_changed", what="account:{agent_id}", body=("role",)),
    "DELETE /v1/desk/agents/{agent_id}": Rule(act="account_removed", what="account:{agent_id}"),
    # looking
    "GET /v1/desk/queue": Rule(
        act="queue_read", answer=("conversations[].conversation_id", "conversations[].customer_id")
    ),
    f"GET {_HERE}": Rule(act="conversation_read", what=_IN),
    "GET /v1/desk/search": Rule(
        act="archive_searched",
        asked=("customer", "order", "agent", "from", "to", "state"),
        digested=("q",),
        answer=("past[].conversation_id", "past[].customer_id", "conversations[].conversation_id"),
    ),
    "GET /v1/desk/callbacks": Rule(
        act="callbacks_read", asked=("state",), answer=("callbacks[].id", "callbacks[].customer_id")
    ),
    "GET /v1/desk/export": Rule(act="data_exported", what="handoffs", asked=("format", *_SPAN)),
    f"GET {_HERE}/replies/{{seq}}/lineage": Rule(act="lineage_read", what=f"{_IN}:{{seq}}"),
    "GET /v1/desk/analytics/export": Rule(act="data_exported", what="analytics", asked=_SPAN),
    "GET /v1/desk/feedback": Rule(
        act="feedback_read", asked=("state", "kind", "language"), answer=("candidates[].conversation_id",)
    ),
    "POST /v1/desk/feedback/sets": Rule(act="feedback_decided", what="feedback:set", answer=("number",)),
    "POST /v1/desk/feedback/{candidate_id}": Rule(
        act="feedback_decided", what="feedback:{candidate_id}", body=("state", "becomes"), answer=("conversation_id",)
    ),
    "GET /v1/desk/audit": Rule(act="audit_read", asked=("who", "act", "what", "whose", *_SPAN)),
    "GET /v1/desk/audit/export": Rule(act="data_exported", what="audit", asked=("who", "act", "what", "whose", *_SPAN)),
    # working
    f"POST {_HERE}/claim": Rule(act="conversation_claimed", what=_IN, body=("take_over", "ignore_capacity")),
    f"POST {_HERE}/release": Rule(act="conversation_released", what=_IN, body=("to",)),
    f"POST {_HERE}/transfer": Rule(act="conversation_transferred", what=_IN, body=("to.agent_id", "to.queue")),
    f"POST {_HERE}/snooze": Rule(act="conversation_snoozed", what=_IN, body=("until",)),
    f"DELETE {_HERE}/snooze": Rule(act="conversation_woken", what=_IN),
    f"POST {_HERE}/close": Rule(act="conversation_closed", what=_IN, body=("outcome",)),
    f"POST {_HERE}/join": Rule(act="conversation_joined", what=_IN, answer=("seq",)),
    f"POST {_HERE}/messages": Rule(act="message_sent", what=_IN, body=("suggestion_id",), answer=("seq",)),
    f"POST {_HERE}/notes": Rule(act="note_written", what=_IN, answer=("seq",)),
    f"POST {_HERE}/whispers": Rule(act="whispered", what=_IN, answer=("seq",)),
    f"POST {_HERE}/suggestions": Rule(act="draft_made", what=_IN, answer=("suggestions[].suggestion_id",)),
    f"POST {_HERE}/summary": Rule(act="summary_made", what=_IN),
    f"POST {_HERE}/translations": Rule(act="translated", what=_IN, body=("to", "from")),
    f"POST {_HERE}/actions": Rule(
        act="change_asked", what=_IN, body=("action", "sealed.tool", "sealed.confirmation.id"), answer=("done",)
    ),
    f"POST {_HERE}/call/transfer": Rule(act="call_given_on", what=_IN, answer=("summary_seq",)),
    f"POST {_HERE}/replies/{{reply_id}}": Rule(act="reply_filled", what=_IN, why="reply:{reply_id}"),
    "POST /v1/desk/callbacks/{callback_id}/take": Rule(act="callback_taken", what=_CALLBACK, answer=("customer_id",)),
    "POST /v1/desk/callbacks/{callback_id}/release": Rule(
        act="callback_released", what=_CALLBACK, answer=("customer_id",)
    ),
    "POST /v1/desk/callbacks/{callback_id}/done": Rule(
        act="callback_done", what=_CALLBACK, body=("outcome",), answer=("customer_id",)
    ),
    "POST /v1/desk/replies": Rule(act="canned_reply_changed", what="reply", body=("shared",), answer=("reply_id",)),
    "PUT /v1/desk/replies/{reply_id}": Rule(act="canned_reply_changed", what="reply:{reply_id}", body=("shared",)),
    "DELETE /v1/desk/replies/{reply_id}": Rule(act="canned_reply_changed", what="reply:{reply_id}", why="removed"),
    # the operator
    "POST /v1/admin/models/canary/start": Rule(act="model_changed", what="canary", body=_SWITCH, why="canary_started"),
    "POST /v1/admin/models/canary/stop": Rule(act="model_changed", what="canary", body=("by",), why="canary_stopped"),
    "POST /v1/admin/models/{kind}/promote": Rule(
        act="model_changed", what="model:{kind}", body=(*_SWITCH, "force"), why="promoted"
    ),
    "POST /v1/admin/models/{kind}/rollback": Rule(
        act="model_changed", what="model:{kind}", body=("by",), why="rolled_back"
    ),
    "POST /v1/admin/models/{kind}/pin": Rule(act="model_changed", what="model:{kind}", body=("by",), why="pinned"),
    "POST /v1/admin/models/{kind}/unpin": Rule(act="model_changed", what="model:{kind}", body=("by",), why="unpinned"),
}

NEEDS_NONE: Mapping[str, str] = {
    "GET /desk": "a page without data",
    "GET /desk/assets": "a page without data",
    "GET /v1/desk/sign_in/ways": "says how to sign in, to anybody",
    "GET /v1/desk/sign_in/oidc": "sends the browser on; who comes back is written down",
    "GET /v1/desk/sign_in/oidc/callback": "brings a ticket; redeeming it is the sign-in",
    "POST /v1/desk/tickets": "a ticket for the socket, which leaves its own entry when it is opened",
    "GET /v1/desk/me": "oneself",
    "PUT /v1/desk/me": "one's own status, told to all screens",
    "GET /v1/desk/colleagues": "names of colleagues, on every screen",
    "GET /v1/desk/hours": "opening hours",
    "GET /v1/desk/figures": "counts of the desk, nobody's data",
    "GET /v1/desk/analytics/drift": "shares of all conversations, nobody's data",
    "GET /v1/desk/analytics": "counts of conversations, nobody's data",
    "GET /v1/desk/replies": "canned replies, before they are filled",
    "GET /v1/admin/sight": "figures of the server, nobody's data",
    "GET /v1/admin/models": "versions of models, nobody's data",
    "GET /v1/admin/models/history": "the history of models, kept by itself",
    "WS /v1/desk/socket": "its frames leave theirs: FRAMES",
}

FRAMES: Mapping[str, Act | None] = {
    "hello": "screen_opened",
    "watch": "conversation_read",
    "unwatch": None,
    "typing": None,
    "status": None,
    "ping": None,
}
"""Of the desk's socket; None: nothing is seen or changed that another entry does not tell."""
