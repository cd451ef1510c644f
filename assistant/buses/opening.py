"""Opens the bus that the settings name: this process's own, or the one between replicas. Above: bootstrap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.buses.in_process import InProcessBus
from assistant.ports import EventBus
from assistant.settings import AisleSettings


@asynccontextmanager
async def open_bus(settings: AisleSettings) -> AsyncIterator[EventBus]:
    """A server that is away delays nobody: it is found when it comes."""
    url = settings.bus_url.get_secret_value()
    if not url:
        yield InProcessBus()
        return
    from assistant.buses.valkey import ValkeyBus  # its client is not installed everywhere

    bus = await ValkeyBus.open(url)
    try:
        yield bus
    finally:
        await bus.close()
