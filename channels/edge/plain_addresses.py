"""Addresses as text that can be kept: a path or query with a NUL in it, or that is no UTF-8, names nothing here.

A database's text cannot hold it, so it must not come that far (PostgreSQL answers it with an error). Above: `app`.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from channels.errors import InvalidQuery, NotFound
from channels.problems import answer


class PlainAddresses:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_text(scope.get("raw_path") or scope["path"].encode()):
            await answer(NotFound())(scope, receive, send)
        elif scope["type"] == "http" and not _is_text(scope["query_string"].replace(b"+", b" ")):
            await answer(InvalidQuery("the query is no text in UTF-8"))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_text(encoded: bytes) -> bool:
    try:
        return "\0" not in (unquote_to_bytes(encoded) if b"%" in encoded else encoded).decode()
    except UnicodeDecodeError:
        return False
