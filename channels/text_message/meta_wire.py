"""Meta's WhatsApp documents -> what came by text, and back (pure).

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples and …/cloud-api/reference/messages. Above:
`meta_carrier`, `text_rest`. Below: nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from channels.errors import MalformedInbound
from channels.rendering.rendered import Button
from channels.text_message.messages import Inbound, Line, Media, Outgoing, Status

SIGNATURE_HEADER = "x-hub-signature-256"
_STATES: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
}
_SILENT = frozenset(("reaction", "system", "unknown", "ephemeral"))
"""Nothing that a shop could answer."""
Document = Mapping[str, Any]


def signed(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verified(secret: str, body: bytes, signature: str) -> bool:
    return bool(secret) and hmac.compare_digest(signed(secret, body).encode(), signature.encode("utf-8", "replace"))


def parse_delivery(body: bytes, locale: str = "") -> tuple[tuple[Inbound, ...], tuple[Status, ...]]:
    """One call brings several of each. What this version does not know is skipped. Raises MalformedInbound."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedInbound("a delivery of Meta's is JSON") from error
    messages: list[Inbound] = []
    statuses: list[Status] = []
    for value in _values(document):
        shop = _text(_dict(value.get("metadata")), "phone_number_id")
        messages += [found for each in _list(value.get("messages")) if (found := _message(each, shop, locale))]
        statuses += [told for each in _list(value.get("statuses")) if (told := _status(each))]
    return tuple(messages), tuple(statuses)


def _values(document: Any) -> Iterator[Document]:
    for entry in _list(_dict(document).get("entry")):
        for change in _list(entry.get("changes")):
            if change.get("field") == "messages":
                yield _dict(change.get("value"))


def _message(message: Document, shop: str, locale: str) -> Inbound | None:
    kind, sender, wamid = _text(message, "type"), _text(message, "from"), _text(message, "id")
    if not (sender and wamid and shop) or kind in _SILENT or max(len(sender), len(shop)) > 64 or len(wamid) > 200:
        return None
    text, button, media = _content(message, kind)
    line = Line(carrier="meta", customer=sender, shop=shop)
    return Inbound(id=wamid, line=line, text=text, button=button, media=media, locale=locale)


def _content(message: Document, kind: str) -> tuple[str, str, tuple[Media, ...]]:
    part = _dict(message.get(kind))
    match kind:
        case "text":
            return _text(part, "body"), "", ()
        case "interactive":
            reply = _dict(part.get("button_reply")) or _dict(part.get("list_reply"))
            return _text(reply, "title"), _text(reply, "id"), ()
        case "button":
            return _text(part, "text"), _text(part, "payload"), ()
        case _:
            mime = _text(part, "mime_type").partition(";")[0] or kind
            return _text(part, "caption"), "", (Media(kind=mime, address=_text(part, "id")),)


def _status(status: Document) -> Status | None:
    state, wamid = _STATES.get(_text(status, "status")), _text(status, "id")
    if state is None or not wamid or len(wamid) > 200:
        return None
    errors = _list(status.get("errors"))
    error = str(errors[0].get("code", ""))[:16] if errors else ""
    return Status(id=wamid, reference=_text(status, "biz_opaque_callback_data")[:64], state=state, error=error)


def message_document(message: Outgoing) -> dict[str, Any]:
    part = message.part
    content: dict[str, Any] = {"type": "text", "text": {"body": part.text, "preview_url": False}}
    if part.buttons:
        buttons = [{"type": "reply", "reply": {"id": each.id, "title": each.label}} for each in part.buttons]
        content = _interactive("button", part.text, {"buttons": buttons})
    elif part.rows:
        section = {"title": part.opens, "rows": [_row(each) for each in part.rows]}
        content = _interactive("list", part.text, {"button": part.opens, "sections": [section]})
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.line.customer,
        "biz_opaque_callback_data": message.reference,
        **content,
    }


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _row(button: Button) -> dict[str, str]:
    row = {"id": button.id, "title": button.label}
    return {**row, "description": button.note} if button.note else row


def _dict(value: Any) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Document]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
