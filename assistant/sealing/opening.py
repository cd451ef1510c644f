"""Opens the keys that the settings name. Above: bootstrap, `aisle db`, `aisle privacy`. Below: key_store, sealer. Blocking."""

from __future__ import annotations

from sqlalchemy import Engine

from assistant.sealing.key_store import KeyStore, translated
from assistant.sealing.key_tables import metadata, open_keys
from assistant.sealing.master_keys import FILE, GivenMasterKeys, MasterKeyFile, MasterKeys, SharedMasterKeys
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.stores.database import for_tables
from assistant.stores.small_tables import one_at_a_time


def open_sealing(settings: AisleSettings) -> KeySealer:
    """Raises SealingError, OSError."""
    engine = keys_engine(settings)
    try:
        return KeySealer(KeyStore.open(engine, masters_of(settings, engine)), writes=settings.sealing == "on")
    except BaseException:
        engine.dispose()
        raise


def keys_engine(settings: AisleSettings) -> Engine:
    url = settings.keys_url.get_secret_value() or settings.database_url.get_secret_value()
    return open_keys(settings.home, for_tables(url) if url else "")


def masters_of(settings: AisleSettings, engine: Engine) -> MasterKeys:
    """Given ones first; a file of this home; for replicas, which have no file in common, a table."""
    if given := settings.master_keys.get_secret_value():
        return GivenMasterKeys(given)
    file = MasterKeyFile(settings.home / FILE)
    if engine.dialect.name == "sqlite" or file.path.exists():
        return file
    with translated(), one_at_a_time(engine, "keys"):
        metadata.create_all(engine)
    return SharedMasterKeys(engine)
