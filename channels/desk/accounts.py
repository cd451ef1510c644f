"""Agents' accounts of the embedded default: names, roles and scrypt-hashed passwords in a small SQLite file.

The first start makes one account, `admin`, with a one-time set-up password in AISLE_HOME that only the server's owner can
read; it must be changed at the first sign-in, and its file goes. A shop with an identity provider uses that instead.
Above: `sign_in`. Below: the standard library (scrypt, RFC 7914).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from assistant.desk import Agent, Role
from channels.desk.errors import AccountsUnavailable, InvalidAccount, SignInRefused

FIRST = "admin"
SETUP_FILE = "desk.setup_password"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_COST = 2**14
"""scrypt's N: some 50 ms and 16 MB a guess."""
_TABLE = """
CREATE TABLE IF NOT EXISTS agents (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    agent: Agent
    epoch: int
    """Tokens of an older epoch are void: it rises with sign-out, a new role and a new password."""
    must_change: bool


class Accounts:
    """Blocking (sign-in some 50 ms): run it in a thread. Thread-safe."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        path = home / "agents.db"
        with _kept():
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            path.chmod(0o600)
            self._database.execute(_TABLE)

    def set_up(self) -> Path | None:
        """The first account, where there is none yet. Returns where its one-time password lies; None once it was changed."""
        if not self.all():
            self._add_first()
        return self.setup_file

    @property
    def setup_file(self) -> Path | None:
        """Where the one-time password of the first account lies; None once it was changed."""
        path = self._home / SETUP_FILE
        return path if path.exists() else None

    def sign_in(self, name: str, password: str) -> Account:
        """Raises SignInRefused, alike and after the same work for a name that nobody has."""
        self.set_up()
        row = self._row("SELECT salt, hash FROM agents WHERE id = ?", name)
        salt, known = row or (b"nobody", b"")
        given = _hash(password[:LONGEST_PASSWORD], salt)
        if not hmac.compare_digest(given, known) or row is None:
            raise SignInRefused
        account = self.find(name)
        if account is None:
            raise SignInRefused
        return account

    def find(self, name: str) -> Account | None:
        row = self._row("SELECT name, role, epoch, must_change FROM agents WHERE id = ?", name)
        if row is None:
            return None
        agent = Agent(id=name, name=row[0], role=cast("Role", row[1]))
        return Account(agent=agent, epoch=row[2], must_change=bool(row[3]))

    def all(self) -> tuple[Account, ...]:
        with self._lock, _kept():
            names = self._database.execute("SELECT id FROM agents ORDER BY id").fetchall()
        return tuple(account for (name,) in names if (account := self.find(name)) is not None)

    def add(self, name: str, *, shown: str, role: str) -> str:
        """A new account; returns its one-time password. Raises InvalidAccount."""
        if not _NAME.fullmatch(name):
            raise InvalidAccount(f"{name[:80]!r} is no account name: 2 to 64 of a-z, 0-9, dot, dash, underscore, @")
        if role not in get_args(Role):
            raise InvalidAccount(f"{role[:40]!r} is no role: {', '.join(get_args(Role))}")
        if self.find(name) is not None:
            raise InvalidAccount(f"there is an account {name!r} already")
        password = secrets.token_urlsafe(12)
        salt = secrets.token_bytes(16)
        self._write(
            "INSERT INTO agents (id, name, role, salt, hash, must_change) VALUES (?, ?, ?, ?, ?, 1)",
            (name, shown.strip()[:80] or name, role, salt, _hash(password, salt)),
        )
        return password

    def set_role(self, name: str, role: str) -> None:
        """Their open sockets close within seconds. Raises InvalidAccount."""
        if role not in get_args(Role):
            raise InvalidAccount(f"{role[:40]!r} is no role: {', '.join(get_args(Role))}")
        if not self._write("UPDATE agents SET role = ?, epoch = epoch + 1 WHERE id = ?", (role, name)):
            raise InvalidAccount(f"there is no account {name[:80]!r}")

    def change_password(self, name: str, old: str, new: str) -> None:
        """Raises SignInRefused, InvalidAccount."""
        self.sign_in(name, old)
        if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD or new == old:
            raise InvalidAccount(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters and is a new one"
            )
        salt = secrets.token_bytes(16)
        self._write(
            "UPDATE agents SET salt = ?, hash = ?, must_change = 0, epoch = epoch + 1 WHERE id = ?",
            (salt, _hash(new, salt), name),
        )
        if name == FIRST:
            (self._home / SETUP_FILE).unlink(missing_ok=True)

    def sign_out(self, name: str) -> None:
        """Everywhere."""
        self._write("UPDATE agents SET epoch = epoch + 1 WHERE id = ?", (name,))

    def remove(self, name: str) -> None:
        """Raises InvalidAccount: somebody must be left who can add others."""
        admins = [one.agent.id for one in self.all() if one.agent.role == "admin"]
        if admins == [name]:
            raise InvalidAccount("this is the last admin: make another one first")
        if not self._write("DELETE FROM agents WHERE id = ?", (name,)):
            raise InvalidAccount(f"there is no account {name[:80]!r}")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _add_first(self) -> None:
        password = self.add(FIRST, shown="Admin", role="admin")
        path = self._home / SETUP_FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")

    def _row(self, query: str, name: str) -> tuple[Any, ...] | None:
        with self._lock, _kept():
            found: tuple[Any, ...] | None = self._database.execute(query, (name,)).fetchone()
        return found

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        with self._lock, _kept():
            return self._database.execute(statement, values).rowcount


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise AccountsUnavailable(str(error)) from error
