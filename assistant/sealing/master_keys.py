"""Key-encryption keys, by version: from AISLE_MASTER_KEYS, from master.keys in AISLE_HOME, or of replicas' shared tables.

One line each, `1:64 hexadecimal digits`; the highest version wraps, all unwrap. Made at the first start alone: over keys that
exist none is made. Above: `key_store`. Below: the file system. Blocking.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from assistant.sealing.envelope import KEY_BYTES
from assistant.sealing.errors import MasterKeysUnreadable
from assistant.sealing.key_tables import MASTERS

FILE = "master.keys"

Secrets = Mapping[int, bytes]


class MasterKeys(Protocol):
    @property
    def where(self) -> str: ...

    def load(self) -> Secrets:
        """As they are now; empty where there are none. Raises MasterKeysUnreadable, OSError."""
        ...

    def add(self, version: int) -> Secrets:
        """A new one beside the others; what another process added first is taken. Raises MasterKeysUnreadable where they
        cannot be written, OSError."""
        ...

    def keep_only(self, version: int) -> None: ...


def parsed(text: str, where: str) -> Secrets:
    found: dict[int, bytes] = {}
    for part in text.replace(",", "\n").split():
        version, _, digits = part.partition(":")
        try:
            found[int(version)] = bytes.fromhex(digits)
        except ValueError:
            raise MasterKeysUnreadable(where) from None
    if any(len(secret) != KEY_BYTES or version < 1 for version, secret in found.items()):
        raise MasterKeysUnreadable(where)
    return found


def written(secrets_of: Secrets) -> str:
    return "".join(f"{version}:{secret.hex()}\n" for version, secret in sorted(secrets_of.items()))


@dataclass(frozen=True, slots=True)
class GivenMasterKeys:
    """Of the environment: somebody else keeps them."""

    text: str
    where: str = "AISLE_MASTER_KEYS"

    def load(self) -> Secrets:
        return parsed(self.text, self.where)

    def add(self, version: int) -> Secrets:
        raise MasterKeysUnreadable(
            f"AISLE_MASTER_KEYS has no version {version}: put a new one in front, as {version}:$(openssl rand -hex 32); it"
        )

    def keep_only(self, version: int) -> None:
        """Theirs to take out of it."""


@dataclass(frozen=True, slots=True)
class MasterKeyFile:
    path: Path

    @property
    def where(self) -> str:
        return str(self.path)

    def load(self) -> Secrets:
        return parsed(self.path.read_text(encoding="ascii"), self.where) if self.path.exists() else {}

    def add(self, version: int) -> Secrets:
        known = self.load()
        if version in known:
            return known
        fresh = self._write({**known, version: secrets.token_bytes(KEY_BYTES)})
        if known:
            fresh.replace(self.path)
            return self.load()
        try:
            os.link(fresh, self.path)
        except FileExistsError:
            pass  # another process was faster: its key is everybody's
        finally:
            fresh.unlink()
        return self.load()

    def keep_only(self, version: int) -> None:
        self._write({version: self.load()[version]}).replace(self.path)

    def _write(self, keys: Secrets) -> Path:
        """Whole or not at all, readable by its owner alone."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{secrets.token_hex(6)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(written(keys))
            file.flush()
            os.fsync(file.fileno())
        return fresh


@dataclass(frozen=True, slots=True)
class SharedMasterKeys:
    engine: Engine
    where: str = "the table sealing_master_keys"

    def load(self) -> Secrets:
        with self.engine.connect() as db:
            return {int(row.version): bytes(row.secret) for row in db.execute(select(MASTERS))}

    def add(self, version: int) -> Secrets:
        try:
            with self.engine.begin() as db:
                db.execute(insert(MASTERS).values(version=version, secret=secrets.token_bytes(KEY_BYTES)))
        except IntegrityError:
            return self.load()  # another replica was faster
        return self.load()

    def keep_only(self, version: int) -> None:
        with self.engine.begin() as db:
            db.execute(MASTERS.delete().where(MASTERS.c.version != version))
