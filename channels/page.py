"""The pages: storefront and widget as static files, revalidated by ETag and readable from other sites' pages.

Our own scripts and styles go out without their comments (`lean`). Below: web_chat/page, kiosk/page. Above: `app`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.lean import lean

BUILT_IN = Path(__file__).parent / "web_chat" / "page"
KIOSK = Path(__file__).parent / "kiosk" / "page"
OURS = Path(__file__).parent
REVALIDATE = "no-cache"
LEAN = {".js": "text/javascript", ".css": "text/css"}


class Pages(StaticFiles):
    """Module scripts are fetched with CORS, so a site that embeds the widget must be allowed to read them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._lean: dict[str, tuple[int, bytes]] = {}
        """By file: when it was changed, and what of it is sent. As many as there are files."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = REVALIDATE
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        kind = LEAN.get(Path(full_path).suffix)
        if kind is None or not Path(full_path).resolve().is_relative_to(OURS):
            return super().file_response(full_path, stat_result, scope, status_code)
        name, version = str(full_path), stat_result.st_mtime_ns
        if self._lean.get(name, (0, b""))[0] != version:
            self._lean[name] = (version, lean(Path(full_path).read_text(encoding="utf-8")).encode())
        body = self._lean[name][1]
        response = Response(body, status_code, {"etag": f'"{hashlib.sha256(body).hexdigest()[:24]}"'}, kind)
        headers = Headers(scope=scope)
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, headers) else response


class Elsewhere:
    """What no route takes: a file of the page, or nothing. A method that a route does not take is not elsewhere, but 405."""

    def __init__(self, page: Path, otherwise: ASGIApp) -> None:
        self._pages = Pages(page)
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._otherwise(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD") and not scope["path"].startswith("/v1/"):
            await self._pages(scope, receive, send)
        else:
            raise HTTPException(404)


def storefront(page: Path) -> APIRouter:
    """Addresses that the page itself routes."""
    return _at(("/", "/p/{product_id:path}", "/c/{category:path}", "/search", "/cart"), page / "index.html")


def kiosk() -> APIRouter:
    """The screen in a store; its files lie under /kiosk/assets/."""
    return _at(("/kiosk", "/kiosk/"), KIOSK / "index.html")


def _at(addresses: Sequence[str], path: Path) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def index() -> Response:
        if not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type="text/html; charset=utf-8", headers={"cache-control": REVALIDATE})

    for address in addresses:
        router.add_api_route(address, index, methods=["GET", "HEAD"])
    return router
