"""Agents' accounts: names, roles and scrypt-hashed passwords of this house, and those that its identity provider sends.

The first start makes one account, `admin`, with a one-time set-up password in AISLE_HOME that only the server's owner can
read; it must be changed at the first sign-in, and its file goes. Above: `sign_in`, `oidc_rest`. Below: `agent_tables`, the
standard library (scrypt, RFC 7914).
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.desk.desk import Agent, Role
from channels.desk.agent_tables import agents, kept, open_agent_tables
from channels.desk.errors import InvalidAccount, SignInRefused

FIRST = "admin"
SETUP_FILE = "desk.setup_password"
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
LONGEST_NAME = 80
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_COST = 2**14
"""scrypt's N: some 50 ms and 16 MB a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    agent: Agent
    epoch: int
    """Tokens of an older epoch are void: it rises with sign-out, a new role and a new password."""
    must_change: bool
    way: Literal["password", "oidc"] = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """Who an identity provider says has signed in."""

    issuer: str
    subject: str
    id: str
    """As which they would like to be known here."""
    name: str
    role: Role


class Accounts:
    """Blocking (sign-in some 50 ms): run it in a thread. Safe in many threads and processes."""

    def __init__(self, home: Path, tables: Engine, *, passwords: bool = True) -> None:
        """passwords: False where an identity provider alone lets agents in. Raises AccountsUnavailable."""
        self._home, self._tables, self.passwords = home, tables, passwords
        open_agent_tables(tables, home)

    def set_up(self) -> Path | None:
        """The first account, where there is none yet. Returns where its one-time password lies; None once it was changed."""
        if self.passwords and not self.all():
            with contextlib.suppress(InvalidAccount):  # another process was first
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
        row = self._row(name)
        salt, known = (row.salt, row.hash) if row is not None else (b"nobody", b"")
        given = _hash(password[:LONGEST_PASSWORD], salt)
        if not hmac.compare_digest(given, known) or row is None or not self.passwords:
            raise SignInRefused
        account = self.find(name)
        if account is None:
            raise SignInRefused
        return account

    def find(self, name: str) -> Account | None:
        row = self._row(name)
        return None if row is None else _account(row)

    def all(self) -> tuple[Account, ...]:
        with self._begun() as connection:
            return tuple(_account(row) for row in connection.execute(select(agents).order_by(agents.c.id)))

    def add(self, name: str, *, shown: str, role: str) -> str:
        """A new account; returns its one-time password. Raises InvalidAccount."""
        if not _NAME.fullmatch(name):
            raise InvalidAccount(f"{name[:80]!r} is no account name: 2 to 64 of a-z, 0-9, dot, dash, underscore, @")
        if role not in get_args(Role):
            raise InvalidAccount(f"{role[:40]!r} is no role: {', '.join(get_args(Role))}")
        if not self.passwords:
            raise InvalidAccount("accounts come from the identity provider here: give somebody their role there")
        password, salt = secrets.token_urlsafe(12), secrets.token_bytes(16)
        row = _row_of(name, shown, role) | {"salt": salt, "hash": _hash(password, salt), "must_change": 1}
        with kept():
            try:
                with self._tables.begin() as connection:
                    connection.execute(insert(agents).values(row))
            except IntegrityError as error:
                raise InvalidAccount(f"there is an account {name!r} already") from error
        return password

    def set_role(self, name: str, role: str) -> None:
        """Their open sockets close within seconds. Raises InvalidAccount."""
        if role not in get_args(Role):
            raise InvalidAccount(f"{role[:40]!r} is no role: {', '.join(get_args(Role))}")
        self._check_admin_left(name, role)
        if not self._change(name, role=role):
            raise InvalidAccount(f"there is no account {name[:80]!r}")

    def change_password(self, name: str, old: str, new: str) -> None:
        """Raises SignInRefused, InvalidAccount."""
        self.sign_in(name, old)
        if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD or new == old:
            raise InvalidAccount(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters and is a new one"
            )
        salt = secrets.token_bytes(16)
        self._change(name, salt=salt, hash=_hash(new, salt), must_change=0)
        if name == FIRST:
            (self._home / SETUP_FILE).unlink(missing_ok=True)

    def sign_out(self, name: str) -> None:
        """Everywhere."""
        self._change(name)

    def remove(self, name: str) -> None:
        """Raises InvalidAccount: somebody must be left who can add others."""
        self._check_admin_left(name, "")
        with self._begun() as connection:
            gone = connection.execute(delete(agents).where(agents.c.id == name)).rowcount
        if not gone:
            raise InvalidAccount(f"there is no account {name[:80]!r}")

    # -- those of an identity provider -------------------------------------------------------------------------------

    def sign_in_provided(self, who: Provided) -> Account:
        """Their account, made at the first time. A role that changed there ends what was open under the old one."""
        with self._begun() as connection:
            row = connection.execute(select(agents).where(_provided(who.issuer, who.subject))).first()
            if row is None:
                new = _row_of(self._free_id(connection, who), who.name, who.role)
                new |= {"issuer": who.issuer, "subject": who.subject}
                connection.execute(insert(agents).values(new))
            elif (row.name, row.role) != (who.name[:LONGEST_NAME], who.role):
                changes = {
                    "name": who.name[:LONGEST_NAME],
                    "role": who.role,
                    "epoch": row.epoch + (row.role != who.role),
                }
                connection.execute(update(agents).where(agents.c.id == row.id).values(changes))
            found = connection.execute(select(agents).where(_provided(who.issuer, who.subject))).one()
        return _account(found)

    def sign_out_provided(self, issuer: str, subject: str) -> str:
        """Everywhere. Returns their id here; "" where they have no account."""
        with self._begun() as connection:
            mine = _provided(issuer, subject)
            connection.execute(update(agents).where(mine).values(epoch=agents.c.epoch + 1))
            return str(connection.execute(select(agents.c.id).where(mine)).scalar() or "")

    @staticmethod
    def _free_id(connection: Connection, who: Provided) -> str:
        """Never another's: an account of this house is not taken over by a name."""
        wished = re.sub(r"[^a-z0-9._@-]+", "-", who.id.lower()).strip("._@-")[:48]
        wished = wished if _NAME.fullmatch(wished) else "agent"
        taken = connection.execute(select(agents.c.id).where(agents.c.id == wished)).scalar()
        if taken is None and wished not in (FIRST, "agent"):
            return wished
        return f"{wished}-{hashlib.sha256(f'{who.issuer} {who.subject}'.encode()).hexdigest()[:8]}"

    # -- inside --------------------------------------------------------------------------------------------------------

    def _check_admin_left(self, name: str, role: str) -> None:
        admins = [one.agent.id for one in self.all() if one.agent.role == "admin"]
        if role != "admin" and admins == [name]:
            raise InvalidAccount("this is the last admin: make another one first")

    def _add_first(self) -> None:
        password = self.add(FIRST, shown="Admin", role="admin")
        path = self._home / SETUP_FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")

    def _row(self, name: str) -> Any:
        with self._begun() as connection:
            return connection.execute(select(agents).where(agents.c.id == name)).first()

    def _change(self, name: str, **values: object) -> int:
        """Every token of theirs is void from now on."""
        with self._begun() as connection:
            raised = update(agents).where(agents.c.id == name).values(epoch=agents.c.epoch + 1, **values)
            return connection.execute(raised).rowcount

    @contextlib.contextmanager
    def _begun(self) -> Iterator[Connection]:
        with kept(), self._tables.begin() as connection:
            yield connection


def _row_of(name: str, shown: str, role: str) -> dict[str, Any]:
    shown = shown.strip()[:LONGEST_NAME] or name
    return {
        "id": name,
        "name": shown,
        "role": role,
        "salt": b"",
        "hash": b"",
        "must_change": 0,
        "epoch": secrets.randbelow(2**30),
    }


def _account(row: Any) -> Account:
    agent = Agent(id=row.id, name=row.name, role=cast("Role", row.role))
    way: Literal["password", "oidc"] = "oidc" if row.issuer else "password"
    return Account(agent=agent, epoch=row.epoch, must_change=bool(row.must_change), way=way)


def _provided(issuer: str, subject: str) -> Any:
    return (agents.c.issuer == issuer) & (agents.c.subject == subject)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
