"""`aisle db` over a file and over PostgreSQL: look, check, back up while others write, restore as another history."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from assistant.errors import AssistantError
from assistant.events import CUSTOMER, SYSTEM, ClientId, ConversationId, ConversationStarted, CustomerSaid, Draft, Event
from assistant.ids import RandomIds
from assistant.ports import EventStore, ShopInfo
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from assistant.stores.opening import open_log
from channels.command_line.db import db_commands
from channels.command_line.errors import CommandError

C = ConversationId("c_1")


@dataclass(frozen=True)
class House:
    home: Path
    url: str

    def aisle(self, *words: str) -> Result:
        environment = {"AISLE_HOME": str(self.home), "AISLE_DATABASE_URL": self.url}
        return CliRunner().invoke(db_commands, list(words), env=environment)

    def settings(self) -> AisleSettings:
        return AisleSettings(home=self.home, database_url=self.url)

    def shop(self) -> SqlShop:
        return SqlShop.at(for_tables(self.url)) if self.url else SqlShop.open(self.home / "shop.db")

    def say(self, *client_ids: str) -> tuple[str, tuple[Event, ...]]:
        """The log's generation and its events afterwards."""

        async def said() -> tuple[str, tuple[Event, ...]]:
            store = await open_log(self.settings(), RandomIds())
            try:
                await _append(store, client_ids)
                return store.generation, await store.read(C)
            finally:
                await store.close()

        return asyncio.run(said())


async def _append(store: EventStore, client_ids: tuple[str, ...]) -> None:
    if C not in await store.conversations():
        started = Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")
        await store.create(C, [started])
    for client_id in client_ids:
        said = CustomerSaid(client_id=ClientId(client_id), text=f"Zelt: “{client_id}” \\N\t\u2028")
        await store.append(C, [Draft(fact=said, actor=CUSTOMER, channel="web")])


@pytest.fixture(params=["files", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "files":
        yield House(tmp_path / "home", "")
        return
    server = request.getfixturevalue("postgres_server")
    name = f"house{abs(hash(request.node.name)) % 10**8}"
    yield House(tmp_path / "home", server.make_database(name))


def test_a_new_log_is_made_and_looked_at(house: House) -> None:
    made = house.aisle("upgrade")
    assert made.exit_code == 0, made.output
    assert "it was none" in made.output
    assert "nothing to do" in house.aisle("upgrade").output
    house.say("m1", "m2")
    told = json.loads(house.aisle("status", "--json").stdout)
    assert told["version"] == told["newest"]
    assert told["counts"] == {"conversations": 1, "events": 3, "unanswered": 1, "with_people": 0}
    assert "secret" not in house.aisle("status").output
    assert house.aisle("check", "--deep").exit_code == 0


def test_a_backup_brings_back_what_was_there_under_another_generation(house: House, tmp_path: Path) -> None:
    shop = house.shop()
    shop.replace(info=ShopInfo(name="Peak", currency="USD"))
    shop.close()
    generation, then = house.say("m1", "m2")
    archive = tmp_path / "backups" / "one.zip"
    made = house.aisle("backup", str(archive))
    assert made.exit_code == 0, (made.output, made.exception)
    assert archive.stat().st_mode & 0o777 == 0o600
    house.say("m3")
    refused = house.aisle("restore", str(archive))
    assert isinstance(refused.exception, AssistantError) and "--replace" in str(refused.exception)
    done = house.aisle("restore", str(archive), "--replace")
    assert done.exit_code == 0, (done.output, done.exception)
    restored, now = house.say()
    assert now == then
    assert restored != generation
    again, later = house.say("m4")
    assert (again, [event.seq for event in later]) == (restored, [1, 2, 3, 4])
    assert house.aisle("check", "--deep").exit_code == 0
    shop = house.shop()
    assert shop.meta()["name"] == "Peak"
    shop.upsert_products([])
    shop.close()


def test_after_a_restore_new_conversations_have_rows_of_their_own(house: House, tmp_path: Path) -> None:
    house.say("m1")
    archive = tmp_path / "one.zip"
    assert house.aisle("backup", str(archive)).exit_code == 0
    assert house.aisle("restore", str(archive), "--replace").exit_code == 0

    async def another() -> tuple[ConversationId, ...]:
        store = await open_log(house.settings(), RandomIds())
        try:
            await store.create(
                ConversationId("c_2"), [Draft(fact=ConversationStarted(locale="en"), actor=SYSTEM, channel="web")]
            )
            return await store.conversations()
        finally:
            await store.close()

    assert asyncio.run(another()) == (C, "c_2")


def test_what_is_damaged_is_told(house: House) -> None:
    house.say("m1", "m2")
    spoil = "DELETE FROM events WHERE seq = 2"
    if house.url:
        with psycopg.connect(house.url) as server:
            server.execute(spoil.encode())
    else:
        with sqlite3.connect(house.settings().log_file) as db:
            db.execute(spoil)
        db.close()
    told = house.aisle("check")
    assert isinstance(told.exception, CommandError)
    assert "1 × seqs with a gap" in str(told.exception) and "1 × client_ids without" in str(told.exception)


def test_no_backup_is_taken_for_another_or_from_nothing(house: House, tmp_path: Path) -> None:
    nothing = house.aisle("restore", str(tmp_path / "nowhere.zip"))
    assert "there is no file" in str(nothing.exception)
    (tmp_path / "other.zip").write_bytes(b"no archive")
    assert "no backup of Aisle" in str(house.aisle("restore", str(tmp_path / "other.zip")).exception)
    other = "files" if house.url else "postgresql"
    with zipfile.ZipFile(tmp_path / "kind.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": 1, "kind": other}))
    assert "AISLE_DATABASE_URL" in str(house.aisle("restore", str(tmp_path / "kind.zip")).exception)
    house.say("m1")
    taken = tmp_path / "taken.zip"
    taken.touch()
    assert "exists" in str(house.aisle("backup", str(taken)).exception)


def test_a_log_that_a_server_has_open_is_not_replaced(house: House, tmp_path: Path) -> None:
    house.say("m1")
    archive = tmp_path / "one.zip"
    assert house.aisle("backup", str(archive)).exit_code == 0

    async def while_open() -> Result:
        store = await open_log(house.settings(), RandomIds())
        try:
            return await asyncio.to_thread(house.aisle, "restore", str(archive), "--replace")
        finally:
            await store.close()

    assert "end" in str(asyncio.run(while_open()).exception)
    assert len(house.say("m2")[1]) == 3
