"""Secrets that every replica must have alike: kept in the shared database, laid into each AISLE_HOME before anything reads them.

The first replica that starts gives its own, or makes new ones; all others take those. A file that differs is put aside, never
lost. Above: bootstrap. Below: the small tables' engine. Blocking.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.stores.small_tables import one_at_a_time

log = logging.getLogger(__name__)

SHARED: Final = ("token.secret", "confirmations.secret", "admin.token")
"""What signs customers' tokens, what seals questions to be confirmed, what opens the operator's door."""
_BYTES: Final = 32

metadata = MetaData()
_files = Table(
    "shared_files",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)


def share_files(engine: Engine, home: Path, names: tuple[str, ...] = SHARED) -> None:
    """Afterwards each of `names` under `home` holds what it holds everywhere. Raises OSError, SQLAlchemyError."""
    with one_at_a_time(engine, "shared files"):
        metadata.create_all(engine)
    home.mkdir(parents=True, exist_ok=True)
    for name in names:
        _lay(home / name, _agreed(engine, home / name))


def share_anew(engine: Engine, path: Path) -> None:
    """What lies at `path` is what all replicas have from their next `share_files` on. Raises OSError, SQLAlchemyError."""
    with engine.begin() as db:
        db.execute(update(_files).where(_files.c.name == path.name).values(content=path.read_bytes()))


def _agreed(engine: Engine, path: Path) -> bytes:
    known = _known(engine, path.name)
    if known is not None:
        return known
    mine = path.read_bytes() if path.exists() else secrets.token_hex(_BYTES).encode()
    try:
        with engine.begin() as db:
            db.execute(insert(_files).values(name=path.name, content=mine))
    except IntegrityError:  # another replica was faster
        return _known(engine, path.name) or mine
    return mine


def _known(engine: Engine, name: str) -> bytes | None:
    with engine.connect() as db:
        found = db.execute(select(_files.c.content).where(_files.c.name == name)).scalar()
    return None if found is None else bytes(found)


def _lay(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by its owner alone."""
    if path.exists():
        if path.read_bytes() == content:
            return
        aside = path.with_name(f"{path.name}.before-sharing")
        log.warning("%s was another than the replicas': it lies in %s now", path.name, aside.name)
        path.replace(aside)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
