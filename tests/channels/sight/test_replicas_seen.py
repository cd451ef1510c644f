"""Two replicas over one database: /admin on either shows both, their sums, and which of them is not as the others."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.sight.replica_rows import ReplicaRow
from channels.settings import ChannelSettings
from channels.sight.heartbeat import SILENT_SECONDS, Heartbeat
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
TOKEN = "a token that nobody guesses"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def replica(home: Path, name: str) -> AsyncIterator[Served]:
    """Beats when it is told to."""
    async with serving(build_house(home), ChannelSettings(admin_token=TOKEN)) as served:
        served.app.state.heartbeat = Heartbeat(served.app.state.front_door, name=name, shared=True)
        yield served


async def seen(served: Served, **asked: str) -> Any:
    answer = await served.http.get("/v1/admin/sight", params=asked, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def talk(served: Served, turns: int) -> None:
    opened = await served.start()
    for number in range(turns):
        await opened.say("hello", f"m{number}")


async def test_either_shows_both_and_their_sums_and_one_alone_when_asked(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a, replica(tmp_path, "b") as b:
        await talk(a, 2)
        await talk(b, 3)
        b.house.states["language_model"] = {"state": "failed", "name": "writer"}
        for one in (a, b):
            await one.app.state.heartbeat.beat()
        told = await seen(a)
        alone = await seen(a, replica="b")
        unknown = await a.http.get("/v1/admin/sight?replica=c", headers={"Authorization": f"Bearer {TOKEN}"})
    assert {line["name"]: (line["state"], line["hour_turns"], line["this"]) for line in told["replicas"]} == {
        "a": ("ready", 2, True),
        "b": ("not_ready", 3, False),
    }
    assert (told["status"], told["hour"]["turns"], told["hour"]["conversations"]) == ("degraded", 5, 2)
    assert sum(minute["turns"] for minute in told["minutes"]) == 5
    assert {one["stage"]: one["n"] for one in told["stages"]}["turn"] == 5
    assert told["now"]["turns_most"] == 2 * alone["now"]["turns_most"]
    model = next(one for one in told["dependencies"] if one["name"] == "language_model")
    assert (model["good"], model["on"]) == (False, ["b"])
    assert (alone["shown"], alone["status"], alone["hour"]["turns"]) == ("b", "not_ready", 3)
    assert unknown.status_code == 404


async def test_a_replica_that_tells_nothing_any_more_is_silent_and_left_out_of_the_sums(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a, replica(tmp_path, "b") as b:
        await talk(b, 1)
        await b.app.state.heartbeat.beat()
        with a.house.tables.begin() as db:
            db.execute(text("UPDATE sight_replicas SET at = at - :late"), {"late": SILENT_SECONDS + 1})
        told = await seen(a)
    assert {line["name"]: line["state"] for line in told["replicas"]} == {"a": "ready", "b": "silent"}
    assert (told["status"], told["hour"]["turns"]) == ("degraded", 0)


async def test_one_of_another_release_is_named_and_not_misread(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a:
        rows = a.app.state.heartbeat._rows
        rows.tell(ReplicaRow(name="next", at=time.time(), release="99.0", told='{"all": "new"}'))
        told = await seen(a)
        rows.forget(time.time() + 1)
        assert [line["name"] for line in (await seen(a))["replicas"]] == ["a"]
    line = next(one for one in told["replicas"] if one["name"] == "next")
    assert (line["state"], line["release"], line["hour_turns"]) == ("other_release", "99.0", None)
    assert told["status"] == "ready"


async def test_it_beats_while_it_runs_and_takes_its_row_away_when_it_leaves(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a:
        heartbeat: Heartbeat = a.app.state.heartbeat
        async with heartbeat.beating():
            while not heartbeat._rows.read():
                await a.http.get("/healthz")
            assert [row.name for row in heartbeat._rows.read()] == ["a"]
        assert heartbeat._rows.read() == []


async def test_where_no_other_can_be_nothing_is_written(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a:
        alone = Heartbeat(a.app.state.front_door, shared=False)
        async with alone.beating():
            assert await alone.others() == ()
        assert alone._rows.read() == []


async def test_no_word_of_a_customer_is_in_a_row(tmp_path: Path) -> None:
    async with replica(tmp_path, "a") as a:
        opened = await a.start()
        await opened.say("I am maya@example.com, my canary is zebrafish", "m1")
        await a.app.state.heartbeat.beat()
        (row,) = a.app.state.heartbeat._rows.read()
    assert not any(word in row.told for word in ("maya", "zebrafish", opened.conversation_id))
