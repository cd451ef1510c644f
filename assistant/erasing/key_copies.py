"""Copies of the keys, apart from backups of the data: one archive, written anew each time, for the newest opens every backup.

    aisle-keys.zip   every data key, wrapped; what was destroyed, as destroyed; the register; master.keys where it is a file here

A copy that an erasure came after is made anew by it. Bringing one back adds what is missing and revives nothing. Blocking.
Above: `aisle db backup|restore`, `erasing`. Below: `sealing.key_tables`.
"""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update

from assistant.sealing.errors import SealingError
from assistant.sealing.key_store import KeyStore, translated
from assistant.sealing.key_tables import COPIES, KEYS, MASTERS, META, REGISTER, metadata, tidy
from assistant.stores.backup import new_archive, open_archive

NAME: Final = "aisle-keys.zip"
WORTH_SECONDS: Final = 35 * 86_400.0
"""A copy that is older is not asked for any more: destroy copies before (docs/privacy.md)."""
_ROWS: Final = "keys.json"
_MASTER: Final = "master.keys"
_COPIED: Final = (META, KEYS, MASTERS, REGISTER)


class OtherKeys(SealingError):
    """There are keys of another installation."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds the keys of another installation: restore it into an empty AISLE_HOME; nothing was changed"
        )


def copy_keys(store: KeyStore, path: Path, master: Path | None = None) -> None:
    """In the place of the copy that lay there. `master`: the file with the key-encryption key, where it goes with it."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with translated(), new_archive(fresh, "keys") as made:
            made.writestr(_ROWS, json.dumps(_rows(store.engine)))
            if master is not None and master.exists():
                made.write(master, _MASTER)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    with translated(), store.engine.begin() as db:
        db.execute(delete(COPIES).where(COPIES.c.path == str(path.resolve())))
        db.execute(insert(COPIES).values(path=str(path.resolve()), made_at=store.now()))


def renew_copies(store: KeyStore) -> tuple[str, ...]:
    """All copies without what was destroyed since. Returns what somebody must see to, because it cannot be reached here."""
    with translated(), store.engine.begin() as db:
        db.execute(delete(COPIES).where(COPIES.c.made_at < store.now() - WORTH_SECONDS))
        paths = [Path(path) for path in db.execute(select(COPIES.c.path)).scalars()]
    return tuple(trouble for path in paths if (trouble := _renewed(store, path)))


def renew_stale(store: KeyStore) -> tuple[str, ...]:
    """Copies that are older than the last key that was destroyed."""
    with translated(), store.engine.connect() as db:
        last = db.execute(select(func.max(KEYS.c.destroyed_at))).scalar() or 0.0
        stale = db.execute(select(COPIES.c.path).where(COPIES.c.made_at < last)).first() is not None
    return renew_copies(store) if stale else ()


def _renewed(store: KeyStore, path: Path) -> str:
    if not path.exists():
        return f"the copy of the keys that was made at {path} is not there: put a new one wherever it was taken (aisle db backup)"
    try:
        with zipfile.ZipFile(path) as archive:
            master = archive.read(_MASTER) if _MASTER in archive.namelist() else None
        kept = path.with_name(f".{secrets.token_hex(4)}.master")
        if master is not None:
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(master)
        try:
            copy_keys(store, path, kept if master is not None else None)
        finally:
            kept.unlink(missing_ok=True)
    except (OSError, zipfile.BadZipFile) as error:
        return f"the copy of the keys at {path} cannot be written ({error}): remove it"
    return ""


def bring_back(engine: Engine, path: Path, master: Path) -> int:
    """How many keys came. What was destroyed here or there stays destroyed. Raises BackupRefused, OtherKeys."""
    with open_archive(path, "keys") as archive, translated():
        rows: dict[str, list[dict[str, Any]]] = json.loads(archive.read(_ROWS))
        metadata.create_all(engine)
        with engine.begin() as db:
            fresh = _check(db, rows, path)
            came = sum(_merged(db, table, [_plain(table, row) for row in rows[table.name]]) for table in _COPIED)
        if _MASTER in archive.namelist() and (fresh or not master.exists()):
            master.parent.mkdir(parents=True, exist_ok=True)
            if master.exists():
                master.replace(master.with_name(f"{master.name}.before-restoring"))
            with os.fdopen(os.open(master, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(archive.read(_MASTER))
        tidy(engine)
    return came


def _check(db: Connection, rows: dict[str, list[dict[str, Any]]], path: Path) -> bool:
    """Whether nothing was sealed here so far: then the key-encryption key that was made at a start gives way, too."""
    theirs = next(row["value"] for row in rows[META.name] if row["name"] == "id")
    mine = db.execute(select(META.c.value).where(META.c.name == "id")).scalar()
    if mine is not None and b64encode(bytes(mine)).decode() != theirs:
        if db.execute(select(KEYS.c.id).limit(1)).first() is not None:
            raise OtherKeys(path)
        db.execute(delete(META))
        return True
    return mine is None


def _merged(db: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    came = 0
    for row in rows:
        if table is KEYS:
            came += _key(db, row)
            continue
        key = table.primary_key.columns.values()[0]
        if db.execute(select(key).where(key == row[key.name])).first() is None:
            db.execute(insert(table).values(row))
    return came


def _key(db: Connection, row: dict[str, Any]) -> int:
    there = db.execute(select(KEYS.c.destroyed_at).where(KEYS.c.id == row["id"])).first()
    if there is None:
        db.execute(insert(KEYS).values({name: value for name, value in row.items() if name != "number"}))
        return int(row["wrapped"] is not None)
    if row["destroyed_at"] and not there.destroyed_at:
        gone = {"wrapped": None, "destroyed_at": row["destroyed_at"], "ended": 1}
        db.execute(update(KEYS).where(KEYS.c.id == row["id"]).values(gone))
    return 0


def _rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as db:
        return {
            table.name: [
                {name: _text(value) for name, value in row.items()}
                for row in db.execute(select(table).order_by(table.primary_key.columns.values()[0])).mappings()
            ]
            for table in _COPIED
        }


def _text(value: Any) -> Any:
    return b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value


def _plain(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    binary = {"value", "wrapped", "secret"}
    return {name: b64decode(value) if name in binary and value is not None else value for name, value in row.items()}
