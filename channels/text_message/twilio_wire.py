"""Twilio's forms -> what came by text, and back (pure).

https://www.twilio.com/docs/messaging/guides/webhook-request, …/docs/messaging/api/message-resource. Above: `twilio_carrier`,
`text_rest`. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from channels.errors import MalformedInbound
from channels.text_message.messages import Inbound, Line, Media, Outgoing, Status

Form = Mapping[str, Sequence[str]]
MOST_MEDIA = 10
_STATES: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}


def parse_message(form: Form, locale: str = "") -> Inbound:
    """Raises MalformedInbound."""
    line = Line(carrier="twilio", customer=_first(form, "From"), shop=_first(form, "To"))
    sid = _first(form, "MessageSid") or _first(form, "SmsMessageSid")
    if not (sid and line.customer and line.shop) or max(map(len, (sid, line.customer, line.shop))) > 64:
        raise MalformedInbound("a message of Twilio's has MessageSid, From and To")
    return Inbound(
        id=sid,
        line=line,
        text=_first(form, "Body"),
        button=_first(form, "ButtonPayload") or _first(form, "ListId"),
        media=_media(form),
        locale=locale,
        told=bool(_first(form, "OptOutType")),
    )


def _media(form: Form) -> tuple[Media, ...]:
    count = _first(form, "NumMedia")
    most = min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() else 0
    found = [
        Media(kind=_first(form, f"MediaContentType{n}"), address=_first(form, f"MediaUrl{n}")) for n in range(most)
    ]
    if _first(form, "Latitude"):
        found.append(Media(kind="location", address=""))
    return tuple(found)


def parse_status(form: Form, reference: str) -> Status | None:
    """None for a state that tells nothing."""
    state = _STATES.get((_first(form, "MessageStatus") or _first(form, "SmsStatus")).lower())
    sid = _first(form, "MessageSid") or _first(form, "SmsSid")
    if state is None or not sid or len(sid) > 64:
        return None
    return Status(id=sid, reference=reference, state=state, error=_first(form, "ErrorCode")[:16])


def message_form(message: Outgoing, status_url: str) -> dict[str, str]:
    form = {"To": message.line.customer, "From": message.line.shop, "Body": message.part.text}
    return {**form, "StatusCallback": f"{status_url}?reference={message.reference}"} if status_url else form


def _first(form: Form, name: str) -> str:
    values = form.get(name) or ("",)
    return values[0]
