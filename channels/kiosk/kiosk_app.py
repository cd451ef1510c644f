"""What the screens in stores add to the app: floor plans, heartbeats and their figures. Above: `app`."""

from __future__ import annotations

from fastapi import FastAPI

from channels.floor_plan_rest import floor_plans
from channels.kiosk.heartbeat_rest import kiosks
from channels.kiosk.heartbeats import Heartbeats


def add_kiosk(app: FastAPI) -> None:
    """The app's metrics must be there already."""
    app.state.kiosks = Heartbeats()
    app.state.metrics.registry.register(app.state.kiosks)
    app.include_router(floor_plans)
    app.include_router(kiosks)
