"""Liveness, readiness with each dependency's state, and Prometheus metrics."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.dependency_state import GOOD, state_of
from channels.front_door import Door
from channels.sight.telling import note_caller

health = APIRouter(tags=["health"])


@health.get("/healthz")
async def liveness() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz", response_class=JSONResponse)
async def readiness(door: Door) -> JSONResponse:
    """200 when customers are served, 503 when they are not; each dependency's state either way."""
    dependencies = {name: state_of(told) for name, told in (await asyncio.to_thread(door.product.health)).items()}
    ending = door.stopping.is_set() or door.leaving.is_set()
    ready = not ending and all(told["state"] in GOOD for told in dependencies.values())
    body = {"status": "ready" if ready else "not_ready", "dependencies": dependencies}
    return JSONResponse(body, 200 if ready else 503)


class Metrics:
    """One registry an app, so that several apps in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "aisle_http_requests", "HTTP requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "aisle_http_request_seconds", "Time to the first byte of the answer.", ("route",), registry=self.registry
        )
        self.connections = Gauge("aisle_connections", "Open sockets and streams.", registry=self.registry)
        self.turns = Gauge("aisle_turns_running", "Turns that are being answered.", registry=self.registry)
        self.ready = Gauge("aisle_dependency_ready", "1 when it is ready.", ("dependency",), registry=self.registry)


@health.get("/metrics", response_class=Response)
async def metrics(request: Request, door: Door) -> Response:
    """Prometheus text format."""
    told: Metrics = request.app.state.metrics
    told.connections.set(door.connections.total)
    told.turns.set(door.assistant.turns_running)
    await request.app.state.product_metrics.refresh()
    for name, state in (await asyncio.to_thread(door.product.health)).items():
        told.ready.labels(name).set(state_of(state)["state"] in ("ready", "ok"))
    models = door.product.control
    of_models = generate_latest(models.board.registry) if models is not None else b""
    of_turns = generate_latest(door.product.assistant.sight.registry)
    return Response(generate_latest(told.registry) + of_turns + of_models, media_type=CONTENT_TYPE_LATEST)


class Measured:
    """Counts and times requests by route template, never by path: ids are not labels."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            note_caller(scope)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                self._metrics.requests.labels(scope["method"], route, message["status"]).inc()
                self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, measured)
