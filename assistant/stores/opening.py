"""Opens the log that the settings name: one file, or the database that replicas share. Above: bootstrap, `aisle db`."""

from __future__ import annotations

import asyncio

from pydantic import ValidationError

from assistant.clock import SystemClock
from assistant.errors import StoreUnavailable
from assistant.ids import Ids
from assistant.ports import EventStore
from assistant.sealing.opening import open_sealing
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.stores.database import DatabaseSettings
from assistant.stores.sqlite import SqliteEventStore


async def open_log(settings: AisleSettings, ids: Ids, sealing: KeySealer | None = None) -> EventStore:
    """With the keys of the settings where none are given. Raises StoreUnavailable, StoreUnreadable, SealingError."""
    url = settings.database_url.get_secret_value()
    if sealing is None:
        sealing = await asyncio.to_thread(open_sealing, settings)
        sealing.closes_with_log = True
    try:
        if not url:
            return await SqliteEventStore.open(settings.log_file, clock=SystemClock(), ids=ids, sealing=sealing)
        from assistant.stores.postgres import PostgresEventStore  # its drivers are not installed everywhere

        return await PostgresEventStore.open(url, ids=ids, settings=database_settings(), sealing=sealing)
    except BaseException:
        if sealing.closes_with_log:
            sealing.close()
        raise


def database_settings() -> DatabaseSettings:
    """Raises StoreUnavailable, with a line for each that is wrong."""
    try:
        return DatabaseSettings()
    except ValidationError as error:
        wrong = "; ".join(f"AISLE_DATABASE_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise StoreUnavailable(f"a setting is wrong ({wrong}): correct that environment variable") from error
