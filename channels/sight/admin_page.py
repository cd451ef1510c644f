"""The operator's page and its files, at /admin. Above: `sight_app`. Below: the folder `page`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response

from channels.page import REVALIDATE, Pages
from channels.routes import add_routes
from channels.sight.heartbeat import Heartbeat
from channels.sight.sight_rest import sight_routes

FOLDER = Path(__file__).parent / "page"


def add_sight(app: FastAPI) -> None:
    """After the admin token and the desk's door are there."""

    async def index() -> Response:
        return FileResponse(
            FOLDER / "index.html", media_type="text/html; charset=utf-8", headers={"cache-control": REVALIDATE}
        )

    app.state.heartbeat = Heartbeat(app.state.front_door)
    add_routes(app, sight_routes)
    app.add_api_route("/admin", index, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/admin/assets", Pages(directory=FOLDER / "assets"))
