"""Secrets that all replicas have alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.stores.database import for_tables
from assistant.stores.shared_files import SHARED, share_files
from assistant.stores.small_tables import open_engine


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    url = for_tables(request.getfixturevalue("postgres_url")) if request.param == "postgres" else ""
    return open_engine(tmp_path / "database", url)


def homes(tmp_path: Path, count: int) -> list[Path]:
    return [tmp_path / f"home{number}" for number in range(count)]


def test_replicas_that_start_together_have_the_same_secrets(engine: Engine, tmp_path: Path) -> None:
    share_files(engine, tmp_path / "first", ("made.before",))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda home: share_files(engine, home), homes(tmp_path, 4)))
    for name in SHARED:
        assert len({(home / name).read_bytes() for home in homes(tmp_path, 4)}) == 1
        assert (tmp_path / "home0" / name).stat().st_mode & 0o777 == 0o600
    engine.dispose()


def test_the_first_ones_own_secret_becomes_everybodys_and_another_is_put_aside(engine: Engine, tmp_path: Path) -> None:
    first, second = homes(tmp_path, 2)
    for home, content in ((first, "a" * 64), (second, "b" * 64)):
        home.mkdir()
        (home / "token.secret").write_text(content)
    share_files(engine, first)
    share_files(engine, second)
    assert (second / "token.secret").read_text() == "a" * 64
    assert (second / "token.secret.before-sharing").read_text() == "b" * 64
    share_files(engine, second)
    assert not (first / "token.secret.before-sharing").exists()
    engine.dispose()
