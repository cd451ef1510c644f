"""Puts routers on the app. Above: `app` and what each part adds. Below: FastAPI.

`app.include_router` makes every route anew for each app, and tries a router's routes twice for each request. Ours carry their
prefixes and tags themselves and need nothing of the app's, so the routes themselves are put there.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    for router in routers:
        app.router.routes.extend(router.routes)
