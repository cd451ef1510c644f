"""Which ways texts can come in, told in a line each: for `aisle doctor`."""

from __future__ import annotations

from channels.call_center.ways_in import WayIn
from channels.text_message.text_settings import TextSettings


def text_ways_in(settings: TextSettings, public_url: str) -> tuple[WayIn, ...]:
    """Raises OSError for a secret's file that cannot be read."""
    public = public_url.rstrip("/") if public_url.startswith("https://") else ""
    return _twilio(settings, public), _meta(settings, public)


def _twilio(settings: TextSettings, public: str) -> WayIn:
    name = "Twilio (SMS, WhatsApp)"
    if not settings.twilio_account_sid or not settings.twilio_token():
        said = "AISLE_TEXT_TWILIO_ACCOUNT_SID and AISLE_TEXT_TWILIO_AUTH_TOKEN open it"
        return WayIn(name=name, open=False, detail="closed", way_out=said)
    if not public:
        said = (
            "AISLE_PUBLIC_URL=https://… is the address that Twilio signs; without it what became of a text is not told"
        )
        return WayIn(name=name, open=True, detail="open at /v1/text/twilio", way_out=said)
    return WayIn(name=name, open=True, detail=f"open: let the number post to {public}/v1/text/twilio")


def _meta(settings: TextSettings, public: str) -> WayIn:
    name = "Meta (WhatsApp)"
    if not settings.access_token():
        return WayIn(name=name, open=False, detail="closed", way_out="AISLE_TEXT_META_ACCESS_TOKEN opens it")
    return WayIn(name=name, open=True, detail=f"open: let the app's webhook be {public or 'https://…'}/v1/text/meta")
