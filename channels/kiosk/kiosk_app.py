"""What the screens in stores add to the app: floor plans, what sells, heartbeats and their figures. Above: `app`."""

from __future__ import annotations

from fastapi import FastAPI

from channels.kiosk.bestsellers import Demand, bestsellers
from channels.kiosk.heartbeat_rest import kiosks
from channels.kiosk.heartbeats import Heartbeats
from channels.routes import add_routes
from channels.shopfront.floor_plan_rest import floor_plans


def add_kiosk(app: FastAPI) -> None:
    """The app's metrics must be there already."""
    app.state.kiosks = Heartbeats()
    app.state.metrics.registry.register(app.state.kiosks)
    app.state.demand = Demand()
    add_routes(app, floor_plans, bestsellers, kiosks)
