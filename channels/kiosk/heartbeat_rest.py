"""A kiosk says that it is alive, every half minute. Above: `app`. Below: `heartbeats`."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import Field

from channels.edge.bodies import Body
from channels.edge.network import network_of
from channels.front_door import Door
from channels.rest import problems_of, store_of

kiosks = APIRouter(prefix="/v1", tags=["kiosk"])
AName = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Heartbeat(Body):
    store_id: str = Field(default="", max_length=256)
    state: Literal["ok", "offline", "silent", "hung", "reloaded"] = Field(
        default="ok",
        description="silent: its line is lost; hung: its page does not move; reloaded: it began anew by itself.",
    )
    reloads: int = Field(default=0, ge=0, le=1_000_000, description="Since its browser began.")


@kiosks.post("/kiosks/{name}/heartbeat", status_code=204, responses=problems_of(422, 429, 503))
async def kiosk_heartbeat(name: AName, body: Heartbeat, request: Request, door: Door) -> None:
    """When it was last seen is in /metrics: aisle_kiosk_seen_seconds. Says nothing of any visitor."""
    door.conversations.take(network_of(request), time.monotonic())
    store = await store_of(door, body.store_id)
    request.app.state.kiosks.beat(name, store, body.state, body.reloads)
