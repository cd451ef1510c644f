"""The pages: storefront and widget as static files, revalidated by ETag and readable from other sites' pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

BUILT_IN = Path(__file__).parent / "web_chat" / "page"
REVALIDATE = "no-cache"


class Pages(StaticFiles):
    """Module scripts are fetched with CORS, so a site that embeds the widget must be allowed to read them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = REVALIDATE
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response


class Elsewhere:
    """What no route takes: a file of the page, or nothing. A method that a route does not take is not elsewhere, but 405."""

    def __init__(self, page: Path, otherwise: ASGIApp) -> None:
        self._pages = Pages(directory=page, check_dir=False)
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
    router = APIRouter(include_in_schema=False)

    async def index() -> Response:
        path = page / "index.html"
        if not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type="text/html; charset=utf-8", headers={"cache-control": REVALIDATE})

    for address in ("/", "/p/{product_id:path}", "/c/{category:path}", "/search", "/cart"):
        router.add_api_route(address, index, methods=["GET", "HEAD"])
    return router
