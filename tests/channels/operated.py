"""A house whose models are served: two versions behind real endpoints, a registry, an operator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from channels.settings import ChannelSettings
from model_serving.chat import ChatMessage
from model_serving.control import ModelControl
from model_serving.ports import LanguageModel
from model_serving.registry import Registry, Version
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings
from tests.channels.house import Served, build_house, serving
from tests.model_serving.fault_server import FaultServer, fault_server

TOKEN = "a token that nobody guesses"


@dataclass
class Operated:
    served: Served
    control: ModelControl
    model: LanguageModel
    engine: FaultServer

    async def get(self, path: str, token: str = TOKEN) -> httpx.Response:
        return await self.served.http.get(f"/v1/admin{path}", headers={"Authorization": f"Bearer {token}"})

    async def post(self, path: str, token: str = TOKEN, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.served.http.post(f"/v1/admin{path}", json=body, headers=headers)

    async def says(self, deadline: float = 5.0) -> str:
        """Who writes a reply now."""
        async with self.model.stream([ChatMessage(role="user", content="hello")], deadline=deadline) as deltas:
            return [delta async for delta in deltas][-1].model

    async def metrics(self) -> dict[str, float]:
        """Every series of /metrics by its text."""
        answer = await self.served.http.get("/metrics")
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


@asynccontextmanager
async def operated(home: Path, **channel_settings: Any) -> AsyncIterator[Operated]:
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(fault_server())
        registry = Registry(home / "registry.db")
        stack.callback(registry.close)
        for number in (1, 2):
            registry.register(
                Version(kind="model", name="writer", version=str(number), digest=str(number), source=engine.url)
            )
        control = ModelControl(registry)
        settings = ModelSettings(endpoint_url=engine.url, name="own")
        model = await stack.enter_async_context(open_language_model(settings, home=home, control=control))
        assert model is not None
        house = build_house(home, control=control)
        channels = ChannelSettings(**{"admin_token": TOKEN, **channel_settings})
        served = await stack.enter_async_context(serving(house, channels))
        yield Operated(served=served, control=control, model=model, engine=engine)
