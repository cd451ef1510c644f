"""Backup and restore of one installation's files: each SQLite database by SQLite's own online backup, and the secrets.

Above: `aisle db`. Below: backup (the archive), sole_process. Keys are not in it (`erasing.key_copies`), so that it brings back
nothing that was erased. The log is copied before the shop: what the shop did meanwhile is
found there under its confirmation, while a shop that is behind the log would have forgotten what customers were told.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from assistant.stores.backup import BackupRefused, new_archive, open_archive
from assistant.stores.ledger import release_all_leases
from assistant.stores.shared_files import SHARED
from assistant.stores.sole_process import Presence

LOG: Final = "log"
"""The log's name in the archive, wherever its file lies."""
DATABASES: Final = ("house.db", "agents.db", "customers.db", "registry.db", "shop.db")
KEPT: Final = (*SHARED, "service_policy.yaml", "audit.keys")
"""What the audit log is verified and gone on with; the key that signs its checkpoints stays out: a new machine makes its own."""
Told = Callable[[str], None]


def back_up(home: Path, log: Path, archive: Path, tell: Told) -> None:
    """While the server runs. Raises BackupRefused, OSError, sqlite3.Error."""
    if not log.exists():
        raise BackupRefused(f"there is no log at {log}: nothing to back up")
    with new_archive(archive, "files") as made, tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        for name, source in {LOG: log, **{name: home / name for name in DATABASES}}.items():
            if source.exists():
                copy = Path(scratch) / name
                _copy(source, copy)
                _leave_out(copy)
                made.write(copy, name)
                tell(f"{name}: {copy.stat().st_size:,} bytes")
                copy.unlink()
        for name in KEPT:
            if (home / name).exists():
                made.write(home / name, name)


def _copy(source: Path, target: Path) -> None:
    """A state that was committed, though others go on writing."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(target)) as write,
    ):
        read.backup(write, pages=4_096)


def _leave_out(copy: Path) -> None:
    """Text messages on their way, in words: restored, they would go a second time."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as db:
        there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        db.execute("PRAGMA secure_delete = ON")
        for table in ("text_inbox", "text_outgoing"):
            if table in there:
                db.execute(f"DELETE FROM {table}")


def restore(home: Path, log: Path, archive: Path, *, replace: bool, tell: Told) -> None:
    """Into a folder where nothing runs. What was there lies in `before-restore-…` afterwards. Raises BackupRefused, OSError."""
    with open_archive(archive, "files") as made, tempfile.TemporaryDirectory(prefix="aisle-restore-") as scratch:
        unpacked = Path(scratch)
        names = [name for name in made.namelist() if name in (LOG, *DATABASES, *KEPT)]
        _unpack(made, names, unpacked)
        _begin_anew(unpacked / LOG)
        targets = {name: log if name == LOG else home / name for name in names}
        _put_aside(home, list(targets.values()), log, replace, tell)
        home.mkdir(parents=True, exist_ok=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        for name, target in targets.items():
            shutil.move(unpacked / name, target)
            target.chmod(0o600)
            tell(f"{name} is back")


def _unpack(made: zipfile.ZipFile, names: list[str], folder: Path) -> None:
    if LOG not in names:
        raise BackupRefused("the archive holds no log")
    for name in names:
        made.extract(name, folder)


def _begin_anew(log: Path) -> None:
    """Another generation, and leases that nobody holds."""
    with closing(sqlite3.connect(log, isolation_level=None)) as db:
        release_all_leases(db)
        generation = secrets.token_hex(8).encode()
        db.execute(
            "INSERT INTO meta VALUES ('generation', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (generation,),
        )


def _put_aside(home: Path, targets: list[Path], log: Path, replace: bool, tell: Told) -> None:
    there = [path for path in targets if path.exists()]
    if not there:
        return
    if not replace:
        raise BackupRefused(f"{there[0]} is there already: restore into an empty AISLE_HOME, or give --replace")
    _check_nobody_runs(log)
    aside = home / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(parents=True)
    for path in there:
        for part in (path, *(path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm"))):
            if part.exists():
                shutil.move(part, aside / part.name)
    tell(f"what was there lies in {aside}")


def _check_nobody_runs(log: Path) -> None:
    presence = Presence.enter(log)
    try:
        if not presence.alone:
            raise BackupRefused(f"a server has {log} open: end it first")
    finally:
        presence.leave()
