"""An erasure whose process is killed in the middle is complete after the next one; the server that runs beside forgets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.conversation import Conversation, Unanswered
from assistant.erasing.key_copies import copy_keys
from assistant.erasing.ports import Subject
from assistant.erasing.watching import Watching
from assistant.events import (
    Actor,
    AssistantSaid,
    ClientId,
    ConversationId,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    DataErased,
    Draft,
    FactErased,
)
from assistant.ids import RandomIds
from assistant.live_turn import LiveTurn
from assistant.sealing.errors import KeysMissing, MasterKeyMissing, Tampered
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.stores.inspection import faults, open_inspected
from assistant.stores.opening import open_log
from channels.command_line.keys import opened_erasing, restored_keys

pytestmark = pytest.mark.anyio

CANARY = "Zyx-kanarie-4711"
NAMES = [ConversationId(f"c_{n}") for n in range(6)]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AisleSettings:
    for name in [name for name in os.environ if name.startswith("AISLE_")]:
        monkeypatch.delenv(name)
    return AisleSettings(home=tmp_path)


async def fill(settings: AisleSettings) -> None:
    log = await open_log(settings, RandomIds())
    anna = Actor(kind="customer", id="anna")
    for name in NAMES:
        said = CustomerSaid(client_id=ClientId("m"), text=CANARY)
        await log.create(
            name, [Draft(fact=ConversationStarted(locale="en"), actor=Actor(kind="system"), channel="web")]
        )
        await log.append(name, [Draft(fact=said, actor=Actor(kind="customer"), channel="web")])
        known = CustomerIdentified(customer_id="anna", method="token")
        await log.append(name, [Draft(fact=known, actor=anna, channel="web")])
    await log.close()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from assistant.erasing.ports import Subject
from assistant.settings import AisleSettings
from channels.command_line.keys import opened_erasing
import assistant.sealing.destroying as destroying, assistant.erasing.small_rows as small_rows

async def main(at):
    async with opened_erasing(AisleSettings(home=Path(sys.argv[1]))) as erasing:
        append, count = erasing.append, 0
        async def dying(*given):
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return await append(*given)
        erasing.append = dying
        async def in_thread(function, *given):
            if function.__name__ == sys.argv[3]:
                os.kill(os.getpid(), signal.SIGKILL)
            return await asyncio.to_thread(function, *given)
        erasing.in_thread = in_thread
        await erasing.erase(Subject(customer_id="anna"))

asyncio.run(main(int(sys.argv[2])))
"""


def assert_nowhere(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


@pytest.mark.slow  # starts a process each
@pytest.mark.parametrize(("append", "step"), [(3, ""), (0, "_destroyed"), (0, "delete_rows"), (0, "_end")])
async def test_a_killed_erasure_is_ended_by_whoever_comes_next(
    settings: AisleSettings, tmp_path: Path, append: int, step: str
) -> None:
    await fill(settings)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", KILLED, str(tmp_path), str(append), step],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    async with opened_erasing(settings) as erasing:
        (done,) = await erasing.resume()
        assert done.complete and done.conversations == len(NAMES)
        for name in NAMES:
            facts = [event.fact for event in await erasing.log.read(name)]
            assert [type(fact) for fact in facts] == [ConversationStarted, FactErased, FactErased, DataErased]
    assert_nowhere(tmp_path)


async def _echo(conversation: Conversation, said: list[Unanswered], live: LiveTurn) -> AssistantSaid:
    return AssistantSaid(turn_id=live.id, text="hello", language="en")


async def test_a_server_that_runs_beside_forgets_what_the_command_erased(settings: AisleSettings) -> None:
    await fill(settings)
    sealing = open_sealing(settings)
    log = await open_log(settings, RandomIds(), sealing)
    assistant = Assistant(store=log, bus=InProcessBus(), run_turn=_echo, ids=RandomIds())  # type: ignore[arg-type]
    assert CANARY in str(await assistant.state(NAMES[0]))

    async def forget(names: object) -> None:
        for name in NAMES:
            await assistant.replicas.look_at(name)

    watching = Watching(sealing=sealing, forget=forget)
    await watching.look()
    async with opened_erasing(settings) as erasing:
        await erasing.erase(Subject(customer_id="anna"))
    assert CANARY in str(await assistant.state(NAMES[0]))
    await watching.look()
    state = await assistant.state(NAMES[0])
    assert state.status == "closed" and CANARY not in str(state) and "anna" not in str(state)
    assert CANARY not in str(await assistant.events(NAMES[0]))
    assert sealing.in_memory == 0
    await log.close()
    sealing.close()


async def test_after_a_night_of_retention_the_copy_of_the_keys_is_made_anew_once(
    settings: AisleSettings, tmp_path: Path
) -> None:
    await fill(settings)
    copy = tmp_path / "aisle-keys.zip"
    async with opened_erasing(settings) as erasing:
        store = erasing.sealing.store
        await asyncio.to_thread(copy_keys, store, copy)
        before = await asyncio.to_thread(copy.read_bytes)

        async def forget(names: object) -> None:
            return None

        watching = Watching(sealing=erasing.sealing, forget=forget)
        for name in NAMES:
            await erasing.erase(Subject(conversation_id=name), reason="retention")
        assert await asyncio.to_thread(copy.read_bytes) == before
        await watching.look()
        await watching.look()
        with zipfile.ZipFile(copy) as archive:
            kept = json.loads(archive.read("keys.json"))["sealing_keys"]
        assert kept and not any(row["wrapped"] for row in kept if row["conversation"])


def open_and_close(settings: AisleSettings) -> None:
    async def look() -> None:
        await (await open_log(settings, RandomIds())).close()

    asyncio.run(look())


@pytest.mark.parametrize("lost", [("keys.db",), ("keys.db", "master.keys")])
def test_a_log_whose_keys_were_lost_does_not_open_until_their_copy_is_back(
    settings: AisleSettings, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    asyncio.run(fill(settings))
    sealing = open_sealing(settings)
    copy_keys(sealing.store, tmp_path / "aisle-keys.zip", tmp_path / "master.keys")
    sealing.close()
    for name in lost:
        for path in tmp_path.glob(f"{name}*"):
            path.unlink()
    with pytest.raises(KeysMissing, match="restore-keys"):
        open_and_close(settings)
    assert restored_keys(settings, tmp_path / "aisle-keys.zip") >= len(NAMES)
    open_and_close(settings)


def test_a_log_does_not_open_without_its_key_encryption_key_and_none_is_made_over_it(
    settings: AisleSettings, tmp_path: Path
) -> None:
    asyncio.run(fill(settings))
    (tmp_path / "master.keys").rename(tmp_path / "elsewhere")
    with pytest.raises(MasterKeyMissing, match="Put it back"):
        open_and_close(settings)
    assert not (tmp_path / "master.keys").exists()
    (tmp_path / "elsewhere").rename(tmp_path / "master.keys")
    open_and_close(settings)


def _tamper(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET data = substr(data, 1, length(data) - 8) || 'AAAAAAAA' WHERE seq = 2",
        "UPDATE events SET data = (SELECT data FROM events o WHERE o.conversation = 2 AND o.seq = 2) WHERE seq = 2",
        "UPDATE events SET type = 'agent_said' WHERE seq = 2",
    ],
)
def test_a_row_that_was_changed_or_moved_says_so_and_check_names_it(
    settings: AisleSettings, tmp_path: Path, change: str
) -> None:
    asyncio.run(fill(settings))
    _tamper(settings.log_file, f"{change} AND conversation = 1")

    async def look() -> None:
        async with opened_erasing(settings) as erasing:
            with pytest.raises(Tampered, match="db check --deep"):
                await erasing.log.read(NAMES[0])
            assert CANARY in str(await erasing.log.read(NAMES[1]))

    asyncio.run(look())
    engine, _ = open_inspected("", settings.log_file)
    assert faults(engine, deep=True) == [
        f"event 2 of conversation c_0 ({'agent_said' if 'type' in change else 'customer_said'}) is not as it was written"
    ]
