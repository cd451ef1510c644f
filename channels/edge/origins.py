"""Which other sites may talk to this server from a customer's browser: the allow-list, localhost, and the server itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from channels.settings import ChannelSettings

LOCALHOST = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def origin_allowed(connection: HTTPConnection, settings: ChannelSettings) -> bool:
    """For sockets, which browsers open to anywhere. No Origin: not a browser, and the token decides."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    allowed = settings.origins()
    if "*" in allowed or origin.lower() in allowed or LOCALHOST.fullmatch(origin):
        return True
    return urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()
