"""Bad settings stop the start with one clear line each."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assistant.errors import StoreUnavailable
from assistant.settings import AisleSettings
from assistant.stores.opening import database_settings

HERE = "postgresql://aisle:secret@db.example:5432/aisle"


def test_a_shared_database_and_its_bus_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_DATABASE_URL", HERE)
    monkeypatch.setenv("AISLE_BUS_URL", "redis://:pw@bus:6379/0")
    settings = AisleSettings()
    assert settings.database_url.get_secret_value() == HERE
    assert "secret" not in repr(settings) and "pw" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "way_out"),
    [
        ({"AISLE_DATABASE_URL": "mysql://h/db"}, "only PostgreSQL is shared"),
        ({"AISLE_DATABASE_URL": "postgresql://h"}, "names no database"),
        ({"AISLE_DATABASE_URL": HERE, "AISLE_BUS_URL": "nats://h:4222"}, "AISLE_BUS_URL begins with 'nats'"),
        ({"AISLE_DATABASE_URL": HERE, "AISLE_BUS_URL": "valkey://"}, "names no host"),
        ({"AISLE_BUS_URL": "valkey://h:6379"}, "AISLE_DATABASE_URL is not"),
        ({"AISLE_DATABASE_URL": HERE, "AISLE_LOG_PATH": "x.db"}, "both set"),
    ],
)
def test_a_wrong_setting_names_its_way_out(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], way_out: str
) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=way_out):
        AisleSettings()


def test_bounds_of_the_database_are_told_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_DATABASE_CONNECTIONS", "0")
    monkeypatch.setenv("AISLE_DATABASE_LANES", "many")
    with pytest.raises(StoreUnavailable, match=r"AISLE_DATABASE_CONNECTIONS.*AISLE_DATABASE_LANES"):
        database_settings()
