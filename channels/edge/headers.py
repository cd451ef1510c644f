"""Security headers on every answer: a strict Content-Security-Policy first of all (https://www.w3.org/TR/CSP3/)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PICTURES = "img-src 'self' data:"
TRUSTED_TYPES = "aisle"
"""The one policy that the pages may make (web_chat/page/assets/own_script.js): it vouches for two scripts of ours by their
whole address and for nothing else."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        PICTURES,
        "connect-src 'self'",  # CSP 3: wss: of the same host is 'self', no other socket is
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        f"trusted-types {TRUSTED_TYPES}",
    )
)
ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?")
POWERS_NOT_USED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "magnetometer", "midi", "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": ", ".join((*(f"{power}=()" for power in POWERS_NOT_USED), "microphone=(self)")),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FOR_A_YEAR = "max-age=31536000"


class SecurityHeaders:
    def __init__(self, app: ASGIApp, image_origins: Sequence[str] = ()) -> None:
        self._app = app
        images = " ".join((PICTURES, *(origin for origin in image_origins if ORIGIN.fullmatch(origin))))
        self._headers = {**HEADERS, "content-security-policy": POLICY.replace(PICTURES, images)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("cache-control", "no-store")
                if scope["scheme"] == "https":  # RFC 6797, 7.2: never over plain HTTP
                    headers.setdefault("strict-transport-security", FOR_A_YEAR)
            await send(message)

        await self._app(scope, receive, with_headers)
