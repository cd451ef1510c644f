"""What was erased is nowhere: not in any file, not in the oldest backup brought back, not for whoever has all the keys."""

from __future__ import annotations

import asyncio
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from assistant.clock import SystemClock
from assistant.customer_context import open_memories
from assistant.desk.archive import DeskArchive, Sought
from assistant.desk.callbacks import CallBack, CallBacks
from assistant.desk.records import record_of
from assistant.desk.tables import make_tables
from assistant.erasing.ports import Subject
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    Actor,
    AgentSaid,
    AssistantSaid,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    DataErased,
    Draft,
    Event,
    Fact,
    FactErased,
    HandoffRequested,
    MessageLeft,
    NoteAdded,
    SuggestionMade,
    ToolCalled,
    ToolReturned,
    TurnId,
)
from assistant.ids import RandomIds
from assistant.memories import Memory
from assistant.ports import EventStore
from assistant.privacy.holds import ErasureHeld, LegalHolds
from assistant.sealing.opening import open_sealing
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.shops.records import CustomerId
from assistant.stores.database import for_tables
from assistant.stores.opening import open_log
from assistant.stores.small_tables import open_engine
from channels.command_line import main
from channels.command_line.keys import opened_erasing

pytestmark = pytest.mark.anyio

CANARY = "Zyx-kanarie-4711"
OTHER = "Quokka-other-0815"
ANNA, BEN = "cust_anna", "cust_ben"
ANNAS, BENS = ConversationId("c_anna"), ConversationId("c_ben")


@dataclass
class House:
    settings: AisleSettings

    @property
    def url(self) -> str:
        return self.settings.database_url.get_secret_value()

    def tables(self) -> Engine:
        return open_engine(self.settings.home, for_tables(self.url) if self.url else "")


@pytest.fixture(params=["files", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for name in [name for name in os.environ if name.startswith("AISLE_")]:
        monkeypatch.delenv(name)
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    if url:
        monkeypatch.setenv("AISLE_DATABASE_URL", url)
    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "home"))
    yield House(AisleSettings(home=tmp_path / "home", database_url=url))


def aisle(*arguments: str) -> str:
    result = CliRunner().invoke(main.build_app(arguments), list(arguments))
    return "0" if result.exit_code == 0 else f"{result.exit_code}: {result.exception!r} {result.output}"


def facts(words: str, customer: str) -> Sequence[tuple[Actor, Fact]]:
    agent, turn = Actor(kind="agent", id="a1"), TurnId("t1")
    return [
        (SYSTEM, ConversationStarted(locale="en")),
        (Actor(kind="customer"), CustomerSaid(client_id=ClientId(f"m-{words}"), text=f"hello {words}")),
        (Actor(kind="customer", id=customer), CustomerIdentified(customer_id=customer, method="token")),
        (ASSISTANT, ToolCalled(turn_id=turn, call_id="k", name="look", arguments={"q": words})),
        (ASSISTANT, ToolReturned(turn_id=turn, call_id="k", name="look", result=[words])),
        (ASSISTANT, AssistantSaid(turn_id=turn, text=f"you said {words}", language="en")),
        (SYSTEM, HandoffRequested(reason="asked", summary=words)),
        (agent, AgentSaid(agent_id="a1", text=words, client_id=f"g-{words}")),
        (agent, NoteAdded(agent_id="a1", text=words)),
        (agent, SuggestionMade(suggestion_id="s", text=words)),
        (SYSTEM, MessageLeft(message_id="x", text=words, contact=f"{words}@example.org")),
    ]


async def converse(log: EventStore, name: ConversationId, words: str, customer: str) -> tuple[Event, ...]:
    drafts = [Draft(fact=fact, actor=actor, channel="web") for actor, fact in facts(words, customer)]
    await log.create(name, drafts[:1])
    for draft in drafts[1:]:
        await log.append(name, [draft])
    return await log.read(name)


def keep_derived(
    house: House, sealing: KeySealer, name: str, words: str, customer: str, events: Sequence[Event]
) -> None:
    tables = house.tables()
    make_tables(tables)
    DeskArchive(tables, sealing).keep([record_of(events)])
    wanted = CallBack(id=f"b-{name}", kind="message", conversation_id=name, name=words, phone=words, text=words)
    CallBacks(tables, SystemClock(), sealing).keep(wanted)
    memories = open_memories(house.settings.home, tables=tables if house.url else None, sealing=sealing)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    owner = CustomerId(customer)
    memories.keep(
        [Memory(owner=owner, kind="preference", trait="avoids", value=words, words=words, conversation=name, at=at)]
    )
    assert [one.value for one in memories.of(owner)] == [words]
    memories.close()
    tables.dispose()


async def fill(house: House) -> None:
    sealing = open_sealing(house.settings)
    log = await open_log(house.settings, RandomIds(), sealing)
    for name, words, customer in ((ANNAS, CANARY, ANNA), (BENS, OTHER, BEN)):
        events = await converse(log, name, words, customer)
        await asyncio.to_thread(keep_derived, house, sealing, name, words, customer, events)
    await log.close()
    sealing.close()


async def read(house: House, name: ConversationId) -> tuple[Event, ...]:
    log = await open_log(house.settings, RandomIds())
    try:
        return await log.read(name)
    finally:
        await log.close()


def bytes_of(house: House, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file's, those within archives unpacked; of a database every row of every table."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from ((f"{path}:{name}", archive.read(name)) for name in archive.namelist())
    if house.url:
        import psycopg

        with psycopg.connect(house.url) as db:
            names = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in names:
                with db.cursor().copy(f'COPY "{name}" TO STDOUT'.encode()) as rows:
                    yield name, b"".join(bytes(row) for row in rows)


def assert_nowhere(house: House, folder: Path, words: str = CANARY) -> None:
    for where, content in bytes_of(house, folder):
        assert words.encode() not in content, where
        assert words.lower().encode() not in content, where


async def test_nothing_that_was_said_or_derived_lies_anywhere_in_clear(house: House, tmp_path: Path) -> None:
    await fill(house)
    assert await asyncio.to_thread(aisle, "db", "backup", str(tmp_path / "backup.zip")) == "0"
    assert_nowhere(house, tmp_path)
    assert CANARY in str(await read(house, ANNAS))


async def test_the_oldest_backup_brings_nothing_back_that_was_erased_since(house: House, tmp_path: Path) -> None:
    await fill(house)
    oldest = tmp_path / "oldest.zip"
    assert await asyncio.to_thread(aisle, "db", "backup", str(oldest)) == "0"
    assert await asyncio.to_thread(aisle, "privacy", "erase", "--customer", ANNA) == "0"

    events = await read(house, ANNAS)
    assert isinstance(events[-1].fact, DataErased)
    assert {type(event.fact) for event in events} == {ConversationStarted, FactErased, DataErased}
    assert_nowhere(house, tmp_path)
    assert await asyncio.to_thread(aisle, "db", "check", "--deep") == "0"

    assert await asyncio.to_thread(aisle, "db", "restore", str(oldest), "--replace") == "0"
    restored = await read(house, ANNAS)
    assert isinstance(restored[-1].fact, DataErased)
    assert CANARY not in str(restored) and ANNA not in str(restored)
    assert OTHER in str(await read(house, BENS))
    assert_nowhere(house, tmp_path)
    assert await asyncio.to_thread(_derived, house, ANNA) == ((), (), ())
    assert await asyncio.to_thread(_derived, house, BEN) == ((BENS,), (OTHER,), (OTHER,))


def _derived(house: House, customer: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    sealing, tables = open_sealing(house.settings), house.tables()
    found = DeskArchive(tables, sealing).find(Sought(words="hello", customer=customer), limit=9)
    name = ANNAS if customer == ANNA else BENS
    calls = CallBacks(tables, SystemClock(), sealing).of(name)
    memories = open_memories(house.settings.home, tables=tables if house.url else None, sealing=sealing)
    kept = memories.of(CustomerId(customer))
    memories.close()
    tables.dispose()
    sealing.close()
    return (
        tuple(one.conversation_id for one in found),
        tuple(one.text for one in calls),
        tuple(one.value for one in kept),
    )


async def test_a_house_that_was_lost_comes_back_from_backup_and_newest_keys_without_what_was_erased(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if house.url:
        pytest.skip("the database is one in these tests: a second home has the same")
    await fill(house)
    backups = tmp_path / "backups"
    assert await asyncio.to_thread(aisle, "db", "backup", str(backups / "oldest.zip")) == "0"
    assert await asyncio.to_thread(aisle, "privacy", "erase", "--conversation", ANNAS) == "0"

    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "new"))
    new = House(AisleSettings(home=tmp_path / "new"))
    assert await asyncio.to_thread(aisle, "db", "restore", str(backups / "oldest.zip")) == "0"
    assert CANARY not in str(await read(new, ANNAS))
    assert OTHER in str(await read(new, BENS))


async def test_an_erasure_that_is_cut_off_anywhere_ends_complete(house: House, tmp_path: Path) -> None:
    await fill(house)
    for steps in range(12):
        try:
            async with opened_erasing(house.settings) as erasing:
                left = steps

                async def in_thread(function: Any, *arguments: Any) -> Any:
                    nonlocal left
                    if left == 0:
                        raise KeyboardInterrupt
                    left -= 1
                    return await asyncio.to_thread(function, *arguments)

                erasing.in_thread = in_thread  # type: ignore[assignment]
                await erasing.erase(Subject(customer_id=ANNA))
        except KeyboardInterrupt:
            continue
        break
    async with opened_erasing(house.settings) as erasing:
        await erasing.resume()
        register = await asyncio.to_thread(erasing.register.all)
    assert register and all(one.complete for one in register)
    events = await read(house, ANNAS)
    assert sum(isinstance(event.fact, DataErased) for event in events) == len(register)
    assert_nowhere(house, tmp_path)
    assert await asyncio.to_thread(_derived, house, ANNA) == ((), (), ())


async def test_the_register_names_nobody(house: House, tmp_path: Path) -> None:
    await fill(house)
    assert await asyncio.to_thread(aisle, "privacy", "erase", "--customer", ANNA) == "0"
    async with opened_erasing(house.settings) as erasing:
        (one,) = await asyncio.to_thread(erasing.register.all)
    assert one.complete and one.conversations == 1 and one.keys >= 2 and one.rows >= 3
    assert ANNA not in str(one)
    if not house.url:
        for path in (tmp_path / "home").glob("keys.db*"):
            assert ANNA.encode() not in path.read_bytes()


async def test_what_a_legal_hold_keeps_is_not_touched(house: House) -> None:
    await fill(house)
    tables = house.tables()
    holds = await asyncio.to_thread(LegalHolds, tables, SystemClock())
    await asyncio.to_thread(lambda: holds.place(customer_id=ANNA, reason="case 7", by="dpo"))
    async with opened_erasing(house.settings) as erasing:
        with pytest.raises(ErasureHeld):
            await erasing.erase(Subject(customer_id=ANNA))
        assert await asyncio.to_thread(erasing.register.all) == ()
    tables.dispose()
    assert CANARY in str(await read(house, ANNAS))


async def test_what_was_said_before_there_were_keys_is_sealed_by_rotate_and_leaves_no_trace(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AISLE_SEALING", "off")
    old = House(house.settings.model_copy(update={"sealing": "off"}))
    log = await open_log(old.settings, RandomIds())
    await converse(log, ANNAS, CANARY, ANNA)
    await converse(log, BENS, OTHER, BEN)
    before = [await log.read(name) for name in (ANNAS, BENS)]
    await log.close()
    monkeypatch.setenv("AISLE_SEALING", "on")

    assert await asyncio.to_thread(aisle, "privacy", "rotate", "--seal-old") == "0"
    assert [await read(house, name) for name in (ANNAS, BENS)] == before
    assert await asyncio.to_thread(aisle, "db", "check", "--deep") == "0"
    assert_nowhere(house, tmp_path)
    log = await open_log(house.settings, RandomIds())
    again = Draft(
        fact=CustomerSaid(client_id=ClientId(f"m-{CANARY}"), text=f"hello {CANARY}"),
        actor=Actor(kind="customer"),
        channel="web",
    )
    assert (await log.append(ANNAS, [again])).duplicate
    await log.close()
    assert await asyncio.to_thread(aisle, "privacy", "erase", "--customer", ANNA) == "0"
    assert CANARY not in str(await read(house, ANNAS))


async def test_what_lies_in_clear_is_overwritten_when_it_is_erased(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AISLE_SEALING", "off")
    old = House(house.settings.model_copy(update={"sealing": "off"}))
    log = await open_log(old.settings, RandomIds())
    await converse(log, ANNAS, CANARY, ANNA)
    await log.close()
    monkeypatch.setenv("AISLE_SEALING", "on")
    assert await asyncio.to_thread(aisle, "privacy", "erase", "--customer", ANNA) == "0"
    assert any(isinstance(event.fact, FactErased) for event in await read(house, ANNAS))
    assert_nowhere(house, tmp_path)
    assert await asyncio.to_thread(aisle, "db", "check", "--deep") == "0"
