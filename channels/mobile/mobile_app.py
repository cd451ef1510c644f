"""The mobile app's addresses: the page, its manifest, its service worker. Below: `shell`. Above: `channels.app`.

The page speaks the wire protocol like any client; nothing here knows of conversations but push's subscriptions.
"""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from channels.mobile.mobile_settings import MobileSettings
from channels.mobile.push_rest import add_push
from channels.mobile.shell import PAGE, manifest, shell_files, worker_script
from channels.page import REVALIDATE, Pages
from channels.ports import Product
from channels.routes import add_routes

HTML = "text/html; charset=utf-8"
UNNAMED = "Aisle"

mobile_pages = APIRouter(include_in_schema=False)


def add_mobile(app: FastAPI, product: Product, settings: MobileSettings | None = None) -> None:
    add_routes(app, mobile_pages)
    add_push(app, product, settings or MobileSettings())
    for folder in ("assets", "icons"):
        app.mount(f"/m/{folder}", Pages(PAGE / folder))


@mobile_pages.api_route("/m", methods=["GET", "HEAD"])
def without_slash(request: Request) -> Response:
    """The worker's scope is /m/; a fragment goes along with a redirect by itself (RFC 9110, 10.2.2)."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/m/{query}", 308, {"cache-control": REVALIDATE})


@mobile_pages.api_route("/m/", methods=["GET", "HEAD"])
@mobile_pages.api_route("/m/share", methods=["GET", "HEAD"])
def page() -> Response:
    return FileResponse(PAGE / "index.html", media_type=HTML, headers={"cache-control": REVALIDATE})


@mobile_pages.api_route("/m/worker.js", methods=["GET", "HEAD"])
def worker() -> Response:
    script = worker_script(shell_files()).encode()
    tag = f'"{hashlib.sha256(script).hexdigest()[:24]}"'
    return Response(script, headers={"cache-control": REVALIDATE, "etag": tag}, media_type="text/javascript")


@mobile_pages.api_route("/m/manifest.webmanifest", methods=["GET", "HEAD"])
async def web_manifest(request: Request) -> Response:
    shop = request.app.state.front_door.product.shop
    name = (await shop.info()).name if shop is not None else UNNAMED
    headers = {"cache-control": REVALIDATE}
    return JSONResponse(manifest(name), headers=headers, media_type="application/manifest+json")
