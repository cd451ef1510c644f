"""The desk's page and its files, at /desk. Above: `desk_app`. Below: the folder `page`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response

from channels.page import REVALIDATE, Pages

FOLDER = Path(__file__).parent / "page"


def add_desk_page(app: FastAPI) -> None:
    async def index() -> Response:
        return FileResponse(
            FOLDER / "index.html", media_type="text/html; charset=utf-8", headers={"cache-control": REVALIDATE}
        )

    app.add_api_route("/desk", index, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/desk/assets", Pages(directory=FOLDER / "assets"))
