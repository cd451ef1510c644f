"""Which ways the phone is open, told in a line each: for `aisle doctor` and the server's first words."""

from __future__ import annotations

from dataclasses import dataclass

from channels.call_center.phone_settings import PhoneSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    name: str
    open: bool
    detail: str
    way_out: str = ""
    """What opens it, or what it still lacks."""


def ways_in(settings: PhoneSettings, public_url: str) -> tuple[WayIn, ...]:
    """Raises OSError for a secret's file that cannot be read."""
    return _twilio(settings, public_url), _audio_socket(settings), _chan_websocket(settings)


def _twilio(settings: PhoneSettings, public_url: str) -> WayIn:
    if not settings.twilio_token():
        return WayIn(name="Twilio", open=False, detail="closed", way_out="AISLE_PHONE_TWILIO_AUTH_TOKEN opens it")
    if not public_url.startswith("https://"):
        said = "AISLE_PUBLIC_URL=https://… is the address that Twilio signs; without it the request's Host must be that"
        return WayIn(name="Twilio", open=True, detail="open at /v1/twilio/voice", way_out=said)
    return WayIn(name="Twilio", open=True, detail=f"open: let the number ask {public_url.rstrip('/')}/v1/twilio/voice")


def _audio_socket(settings: PhoneSettings) -> WayIn:
    if not settings.audiosocket_port:
        return WayIn(name="AudioSocket", open=False, detail="closed", way_out="AISLE_PHONE_AUDIOSOCKET_PORT opens it")
    allowed = ", ".join(map(str, settings.audiosocket_allow))
    detail = f"open on {settings.audiosocket_host}:{settings.audiosocket_port} for {allowed}"
    return WayIn(name="AudioSocket", open=True, detail=detail)


def _chan_websocket(settings: PhoneSettings) -> WayIn:
    if not settings.asterisk_password():
        return WayIn(name="chan_websocket", open=False, detail="closed", way_out="AISLE_PHONE_ASTERISK_SECRET opens it")
    return WayIn(name="chan_websocket", open=True, detail="open at /v1/asterisk/media")
