"""F1 to F3 and F11: an app, a database or a bus that dies, goes or stands still. Above: the matrix."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from eval.faults.houses import one_server, postgres_house, running
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, all_settled, verdicts
from eval.kill import proof, replicas
from eval.kill.device import open_client
from eval.kill.figures import quantiles_ms
from eval.kill.server_process import ServerProcess
from eval.servers.valkey import ValkeyServer

_WRONG = ("lost", "duplicated", "gaps", "unanswered", "double_replies", "diverged_devices", "changed_promises")
_KEPT = ("kills", "acknowledged", "back_ms", "away_ms", "connections_lost", "retries", "messages_sent_twice", "effects")
LEASE_SECONDS = 15.0
STALE_SECONDS = 2.0
"""Within which an event is on every device, bus or no bus."""


async def app_killed(under: Conditions) -> Seen:
    """F1: one process on its file, then (not in a hurry) replicas over PostgreSQL with effects on a shop."""
    server = one_server(under.folder, "alone", {})
    alone = await proof.prove(proof.Plan(turns=under.of(36, 400), seed=under.seed), server)
    if under.quick:
        return _of_kill(alone)
    return _of_kills(alone, await _killed("app", under, kills=100))


async def postgres_killed(under: Conditions) -> Seen:
    """F2."""
    return _of_kill(await _killed("postgres", under, kills=under.of(2, 50)))


async def bus_down(under: Conditions) -> Seen:
    """F3: killed again and again, and then away for as long as a minute."""
    away = await _without_a_bus(under, seconds=under.of(4, 60))
    if under.quick:
        return away
    killed = _of_kill(await _killed("valkey", under, kills=50))
    wrong = dict(Counter(away.wrong) + Counter(killed.wrong))
    return Seen(wrong=wrong, figures={"away": away.figures, "killed": killed.figures})


async def _killed(victim: replicas.Victim, under: Conditions, *, kills: int) -> Mapping[str, Any]:
    folder = under.folder / f"killed-{victim}"
    return await replicas.prove(replicas.Plan(victim=victim, kills=kills, seed=under.seed), folder)


def _of_kill(figures: Mapping[str, Any]) -> Seen:
    wrong = {name: int(figures[name]) for name in (*_WRONG, "double_effects") if name in figures}
    return Seen(wrong=wrong, figures={name: figures[name] for name in _KEPT if figures.get(name) not in (None, {})})


def _of_kills(*runs: Mapping[str, Any]) -> Seen:
    seen = [_of_kill(figures) for figures in runs]
    wrong: Counter[str] = Counter()
    for one in seen:
        wrong.update(one.wrong)
    return Seen(wrong=dict(wrong), figures={"one process": seen[0].figures, "replicas": seen[1].figures})


async def _without_a_bus(under: Conditions, *, seconds: float) -> Seen:
    valkey = ValkeyServer()
    try:
        await asyncio.to_thread(valkey.start)
        async with postgres_house() as (_, url):
            told = {"AISLE_DATABASE_URL": url, "AISLE_BUS_URL": valkey.url}
            servers = [one_server(under.folder, f"replica{number}", told) for number in range(2)]
            async with running(*servers):
                return await _talk_without(under, valkey, servers, seconds)
    finally:
        await asyncio.to_thread(valkey.remove)


async def _talk_without(under: Conditions, valkey: ValkeyServer, servers: list[ServerProcess], seconds: float) -> Seen:
    first = servers[0].url
    talks = [
        await Talk.begin(first, devices=2, seed=under.seed, name=f"c{number}", through=lambda place: servers[place].url)
        for number in range(4)
    ]
    async with AsyncExitStack() as stack:
        for talk in talks:
            await stack.enter_async_context(talk.followed())
        await all_settled(talks, first)
        await asyncio.to_thread(valkey.kill)
        under.tell(f"the bus is down for {seconds:.0f} s")
        await asyncio.gather(*(_chat_for(talk, seconds) for talk in talks))
        stale = [delay for talk in talks for delay in talk.tally.delivery_seconds]
        await asyncio.to_thread(valkey.start)
        for talk in talks:
            await talk.say(talk.devices[0], f"{talk.conversation}-after", "after")
        await all_settled(talks, first)
    wrong = await verdicts(talks, first)
    delivery = quantiles_ms(stale)
    wrong["stale_over_2s_p95"] = int(not delivery or delivery["p95"] > STALE_SECONDS * 1e3)
    figures = {"down_seconds": seconds, "delivery_ms": delivery, "acknowledged": sum(one.acknowledged for one in talks)}
    return Seen(wrong=wrong, figures=figures)


async def _chat_for(talk: Talk, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    for number in itertools.count():
        if loop.time() > end:
            return
        device = talk.devices[number % len(talk.devices)]
        await talk.say(device, f"{talk.conversation}-{number}", f"message {number}")
        await asyncio.sleep(device.chance.uniform(0.2, 0.8))


async def worker_stopped(under: Conditions) -> Seen:
    """F11: the process that speaks is stopped past its lease; another serves; then it goes on where it was."""
    async with postgres_house() as (_, url):
        told = {"AISLE_DATABASE_URL": url, "AISLE_KILL_WORD_SECONDS": "1.0"}
        servers = [one_server(under.folder, f"replica{number}", told) for number in range(2)]
        async with running(*servers):
            return await _stopped(under, *servers)


async def _stopped(under: Conditions, stalling: ServerProcess, other: ServerProcess) -> Seen:
    talks: list[Talk] = []
    waits: list[float] = []
    for turn in range(under.of(1, 5)):
        begun = await _speaking(stalling, under, turn, number=under.of(4, 8))
        os.kill(stalling.pid, signal.SIGSTOP)
        since = asyncio.get_running_loop().time()
        under.tell(f"round {turn + 1}: stopped while {len(begun)} turns run")
        try:
            await all_settled(begun, other.url, followed=False, seconds=LEASE_SECONDS * 2 + 20)
            waits.append(asyncio.get_running_loop().time() - since)
            await asyncio.sleep(max(0.0, LEASE_SECONDS + 1 - waits[-1]))  # past its lease by every clock
        finally:
            os.kill(stalling.pid, signal.SIGCONT)
        await asyncio.sleep(4)  # it wakes in the middle of its words, and tries to write them
        talks += begun
    await all_settled(talks, other.url, followed=False)
    wrong = await verdicts(talks, other.url, followed=False)
    wrong["replies_not_one_each"] = sum([await _not_one_reply(talk, other.url) for talk in talks])
    figures = {"stalled_turns": len(talks), "served_by_the_other_after_s": [round(wait, 1) for wait in waits]}
    return Seen(wrong=wrong, figures=figures)


async def _speaking(server: ServerProcess, under: Conditions, turn: int, *, number: int) -> list[Talk]:
    """Conversations whose turns run there at this moment."""
    talks = [await Talk.begin(server.url, seed=under.seed, name=f"r{turn}c{one}") for one in range(number)]
    async with open_client(server.url) as client:
        for talk in talks:
            client.headers["Authorization"] = f"Bearer {talk.token}"
            await talk.try_once(client, talk.devices[0].name, f"{talk.devices[0].name}-1", "are you there?")
    for talk in talks:
        await _begun(talk, server.url)
    return talks


async def _begun(talk: Talk, url: str) -> None:
    async with asyncio.timeout(10):
        while not any(event["type"] == "turn_started" for event in await talk.log(url)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _not_one_reply(talk: Talk, url: str) -> int:
    replies = [event for event in await talk.log(url) if event["type"] == "assistant_said" and event["data"]["text"]]
    return int(len(replies) != 1)
