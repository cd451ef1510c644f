"""What the fake shop does for the screen in a store: its floor plan, what sells, heartbeats, and leaving. Above: fake_server."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.ui.fake_assistant import FakeShop
from tests.ui.fake_catalogue import brief

ZONES = (("camping", "Camping", 0.0, 0.0), ("hiking", "Hiking & Jackets", 12.0, 0.0), ("home", "Home", 0.0, 11.0))
SPOTS = (("kiosk", 16.0, 21.0), ("entrance", 11.0, 22.8), ("tills", 4.0, 22.0), ("fitting_room", 20.0, 19.0))


def plan_document() -> dict[str, Any]:
    zones = [
        {"id": key, "name": name, "outline": [[x, y], [x + 9, y], [x + 9, y + 8], [x, y + 8]]}
        for key, name, x, y in ZONES
    ]
    aisles = [
        {"id": str(at + 1), "zone": key, "bays": [bay(name, x + 1 + 3.6 * n, y + 3) for n, name in enumerate("AB")]}
        for at, (key, _, x, y) in enumerate(ZONES)
    ]
    spots = [{"kind": kind, "id": "front" if kind == "kiosk" else "", "x": x, "y": y} for kind, x, y in SPOTS]
    corners = [[0, 0], [24, 0], [24, 25], [0, 25]]
    plan = {"store_id": "st-oslo", "name": "Fjord & Field Oslo", "width": 24, "height": 25, "outline": corners}
    return {**plan, "zones": zones, "aisles": aisles, "spots": spots, "you": spots[0], "target": None}


def bay(name: str, x: float, y: float) -> dict[str, Any]:
    return {"id": name, "x": x, "y": y, "width": 3.4, "height": 1, "facing": "down"}


def add_kiosk(app: FastAPI, shop: FakeShop) -> None:
    @app.get("/v1/stores/{store}/floor_plan", response_model=None)
    async def floor_plan(store: str, product: str = "", spot: str = "") -> dict[str, Any] | JSONResponse:
        if store != "st-oslo":
            return JSONResponse({"code": "not_found", "detail": "No plan."}, 404)
        plan = plan_document()
        if product in shop.products:
            place = {"aisle": "1", "bay": "A", "shelf": "3", "zone": "Camping", "x": 2.7, "y": 4.8, "spot": ""}
            way = [[16, 21], [10.5, 21], [10.5, 4.8], [2.7, 4.8]]
            title = shop.products[product]["title"]
            plan["target"] = {"product_id": product, "title": title, **place, "way": way, "metres": 29.5}
        if spot:
            there = {"x": 4, "y": 22, "way": [[16, 21], [4, 21], [4, 22]], "metres": 13}
            empty = dict.fromkeys(("product_id", "title", "aisle", "bay", "shelf", "zone"), "")
            plan["target"] = {**empty, "spot": spot, **there}
        return plan

    @app.get("/v1/stores/{store}/bestsellers")
    async def bestsellers(store: str, limit: int = 12) -> dict[str, Any]:
        return {"products": [brief(one) for one in list(shop.products.values())[:limit]]}

    @app.post("/v1/kiosks/{name}/heartbeat", status_code=204)
    async def heartbeat(name: str, request: Request) -> Response:
        shop.received.append({"type": "heartbeat", "name": name, **await request.json()})
        return Response(status_code=204)
