"""Backups: everything of an installation that cannot be made again, in one archive, while it runs. Blocking.

Above: `aisle db`. Below: file_backup (SQLite files of AISLE_HOME), postgres_backup (a shared database). The search index is not
in it: it is built from the shop. A restored log gets a new generation, so that no client takes its seqs for those it knew.
"""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from assistant.errors import AssistantError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
Kind = Literal["files", "postgresql", "keys"]


class BackupRefused(AssistantError):
    """The archive is none of ours, or what is there would be overwritten. Nothing was changed."""


@contextmanager
def new_archive(path: Path, kind: Kind) -> Iterator[zipfile.ZipFile]:
    """Whole under its name or not at all, readable by its owner alone: it holds secrets and customers' words."""
    if path.exists():
        raise BackupRefused(f"{path} exists: choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
                made = {"format": FORMAT, "kind": kind, "at": datetime.now(UTC).isoformat(timespec="seconds")}
                archive.writestr(MANIFEST, json.dumps(made))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def open_archive(path: Path, kind: Kind) -> Iterator[zipfile.ZipFile]:
    """Raises BackupRefused for what is no backup, a damaged one, or one of the other kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            if (broken := archive.testzip()) is not None:
                raise BackupRefused(f"{path} is damaged at {broken}: take another backup")
            _check(path, json.loads(archive.read(MANIFEST)), kind)
            yield archive
    except FileNotFoundError:
        raise BackupRefused(f"there is no file {path}") from None
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise BackupRefused(f"{path} is no backup of Aisle ({error})") from error


def _check(path: Path, manifest: dict[str, Any], kind: Kind) -> None:
    if manifest.get("format") != FORMAT:
        raise BackupRefused(
            f"{path} has format {manifest.get('format')!r}, this release reads {FORMAT}: take its release"
        )
    if manifest.get("kind") != kind:
        ways = {
            "postgresql": "unset AISLE_DATABASE_URL",
            "files": "set AISLE_DATABASE_URL",
            "keys": "name the copy of keys",
        }
        way_out = ways[kind]
        raise BackupRefused(f"{path} is a backup of {manifest.get('kind')}: {way_out} to restore it")
