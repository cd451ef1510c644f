"""Agents' accounts on the house's tables: taken over from the older file, and kept apart from those of a provider."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.stores.small_tables import open_engine
from channels.desk import accounts as module
from channels.desk.accounts import Accounts, Provided
from channels.desk.errors import AccountsUnavailable, AgentNotAllowed, InvalidAccount, SignInRefused
from channels.desk.sign_in import AgentTokens

URL: list[str] = []
ENGINES: list[Engine] = []
PASSWORD = "correct horse battery"
EVE = Provided(issuer="https://id.example", subject="1", id="Eve@Shop.example", name="Eve", role="agent")


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


@pytest.fixture(params=["sqlite", "postgresql"], autouse=True)
def _database(request: pytest.FixtureRequest) -> Iterator[None]:
    """All of this holds on the embedded database and on the one that replicas share."""
    URL.clear()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        made = server.make_database(f"agents_{secrets.token_hex(4)}")
        URL.append(made.replace("postgresql://", "postgresql+psycopg://"))
    yield
    for engine in ENGINES:
        engine.dispose()
    ENGINES.clear()


def opened(home: Path, *, passwords: bool = True) -> Accounts:
    ENGINES.append(open_engine(home, *URL))
    return Accounts(home, ENGINES[-1], passwords=passwords)


def test_accounts_of_an_older_file_are_taken_over_once(tmp_path: Path) -> None:
    salt = b"0123456789abcdef"
    with sqlite3.connect(tmp_path / "agents.db") as old:
        old.execute(
            "CREATE TABLE agents (id TEXT PRIMARY KEY, name TEXT, role TEXT, salt BLOB, hash BLOB, must_change INTEGER,"
            " epoch INTEGER) WITHOUT ROWID"
        )
        row = ("ada", "Ada", "supervisor", salt, module._hash(PASSWORD, salt), 0, 7)
        old.execute("INSERT INTO agents VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    old.close()
    accounts = opened(tmp_path)
    ada = accounts.sign_in("ada", PASSWORD)
    assert (ada.agent.name, ada.agent.role, ada.epoch) == ("Ada", "supervisor", 7)
    assert not (tmp_path / "agents.db").exists()
    accounts.set_role("ada", "admin")
    again = opened(tmp_path).find("ada")
    assert again is not None and again.agent.role == "admin"


def test_an_older_file_that_is_damaged_stops_the_start_and_stays(tmp_path: Path) -> None:
    (tmp_path / "agents.db").write_bytes(b"not a database, but long enough to be taken for one")
    with pytest.raises(AccountsUnavailable):
        opened(tmp_path)
    assert (tmp_path / "agents.db").exists()


def test_two_processes_that_start_at_once_make_one_first_account(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    password_file = first.set_up()
    assert password_file is not None and second.set_up() == password_file
    assert first.sign_in("admin", password_file.read_text().strip()).must_change


def test_who_a_provider_sends_has_an_account_from_the_first_time_on(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    eve = accounts.sign_in_provided(EVE)
    assert (eve.agent.id, eve.agent.name, eve.agent.role, eve.way) == ("eve@shop.example", "Eve", "agent", "oidc")
    assert accounts.sign_in_provided(EVE) == eve


def test_a_role_that_changed_at_the_provider_ends_what_was_open(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    tokens = AgentTokens(accounts=accounts, secret=b"s" * 32)
    token = tokens.issue(accounts.sign_in_provided(EVE))
    assert tokens.read(token).agent.role == "agent"
    changed = accounts.sign_in_provided(replace(EVE, role="supervisor", name="Eve B."))
    tokens.forget("eve@shop.example")
    with pytest.raises(AgentNotAllowed):
        tokens.read(token)
    assert tokens.read(tokens.issue(changed)).agent.name == "Eve B."


@pytest.mark.parametrize("wished", ["admin", "ada", "ADA", "  ", "<script>", "x" * 300, "日本"])
def test_nobody_takes_over_an_account_by_its_name(tmp_path: Path, wished: str) -> None:
    accounts = opened(tmp_path)
    accounts.set_up()
    accounts.add("ada", shown="Ada", role="supervisor")
    eve = accounts.sign_in_provided(replace(EVE, id=wished))
    other = accounts.sign_in_provided(replace(EVE, id=wished, subject="2"))
    elsewhere = accounts.sign_in_provided(replace(EVE, id=wished, issuer="https://other.example"))
    names = {eve.agent.id, other.agent.id, elsewhere.agent.id}
    assert len(names) == 3 and not names & {"ada", "admin"}
    assert {account.agent.role for account in (eve, other, elsewhere)} == {"agent"}


def test_an_account_of_a_provider_has_no_password(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    accounts.sign_in_provided(EVE)
    for guess in ("", "x", "eve@shop.example"):
        with pytest.raises(SignInRefused):
            accounts.sign_in("eve@shop.example", guess)


def test_a_providers_sign_out_is_felt_here(tmp_path: Path) -> None:
    accounts = opened(tmp_path)
    tokens = AgentTokens(accounts=accounts, secret=b"s" * 32)
    token = tokens.issue(accounts.sign_in_provided(EVE))
    assert accounts.sign_out_provided(EVE.issuer, "nobody") == ""
    assert accounts.sign_out_provided(EVE.issuer, EVE.subject) == "eve@shop.example"
    with pytest.raises(AgentNotAllowed):
        tokens.read(token)


def test_without_passwords_nobody_of_this_house_comes_in(tmp_path: Path) -> None:
    before = opened(tmp_path)
    before.add("ada", shown="Ada", role="admin")
    password = before.add("ben", shown="Ben", role="agent")
    before.change_password("ben", password, PASSWORD)
    ben = before.find("ben")
    assert ben is not None
    after = opened(tmp_path, passwords=False)
    tokens = AgentTokens(accounts=after, secret=b"s" * 32)
    with pytest.raises(SignInRefused):
        after.sign_in("ben", PASSWORD)
    with pytest.raises(AgentNotAllowed):
        tokens.read(tokens.issue(ben))
    with pytest.raises(InvalidAccount, match="identity provider"):
        after.add("zoe", shown="Zoe", role="agent")
    assert tokens.read(tokens.issue(after.sign_in_provided(EVE))).agent.name == "Eve"


def test_without_passwords_no_first_account_is_made(tmp_path: Path) -> None:
    accounts = opened(tmp_path, passwords=False)
    assert accounts.set_up() is None and accounts.all() == ()
