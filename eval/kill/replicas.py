"""The proof over replicas: two servers, PostgreSQL and Valkey; one kind of them dies again and again at random moments.

Devices connect round robin, send a tenth of their frames twice and resume after the last seq they have. In the end every log is
compared with every promise, and every effect on the shop with its confirmation. Above: the command. Below: proof's parts.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx

from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from eval.kill.device import Device, open_client, read_log
from eval.kill.effects import counted, prepare
from eval.kill.figures import Failed, Tally, Verdict, Wire, fingerprint, judge, open_seqs, quantiles_ms
from eval.kill.server_process import ServerProcess, free_port, product, small_server
from eval.servers.postgres import PostgresServer
from eval.servers.valkey import ValkeyServer

Victim = Literal["app", "rolling", "postgres", "valkey", "none"]
"""rolling: each replica in its turn is ended with SIGTERM and started again, as an upgrade does it."""
House = Literal["small", "product"]
SETTLE_SECONDS = 40.0
WITNESS_SECONDS = 15.0
"""How long after a kill an acknowledgement is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    victim: Victim
    kills: int = 30
    seed: int = 1
    replicas: int = 2
    bus: bool = True
    """Without: PostgreSQL alone, by sweep."""
    house: House = "small"
    """product: `aisle serve` with the demo shop; small: its channels and log, with turns that have an effect each."""
    index: Path | None = None
    """The product's, that all replicas share; else it is made."""
    conversations: int = 4
    devices: int = 3
    """Of each conversation."""
    pause: tuple[float, float] = (0.4, 1.6)
    """Seconds between a victim's being back and the next kill, drawn evenly."""
    down: tuple[float, float] = (0.0, 0.3)
    """Seconds before it is started again."""


@dataclass(slots=True, kw_only=True)
class _Run:
    plan: Plan
    postgres: PostgresServer
    valkey: ValkeyServer
    servers: list[ServerProcess]
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    devices: list[Device] = field(default_factory=list)
    back_seconds: list[float] = field(default_factory=list)
    """From a kill to the next acknowledgement."""
    ready_seconds: list[float] = field(default_factory=list)
    """From a kill until the victim takes connections again: its own part of that."""
    end_seconds: list[float] = field(default_factory=list)
    """From SIGTERM to the process's end."""
    talking: bool = True


async def prove(plan: Plan, folder: Path) -> dict[str, Any]:
    """The figures. Raises Failed, ServerMissing."""
    if plan.victim == "rolling" and plan.house == "small":
        raise Failed("the small server ends without draining: a rolling restart is of whole products (--product)")
    postgres, valkey = PostgresServer.make(), ValkeyServer()
    try:
        postgres.start()
        valkey.start()
        url = postgres.make_database("aisle")
        shop = SqlShop.at(for_tables(url))
        if plan.house == "small":
            prepare(shop)
        environment = {"AISLE_DATABASE_URL": url, "AISLE_DATABASE_WAIT_SECONDS": "10"}
        if plan.bus:
            environment["AISLE_BUS_URL"] = valkey.url
        servers = [_server(plan, folder, number, environment) for number in range(plan.replicas)]
        run = _Run(plan=plan, postgres=postgres, valkey=valkey, servers=servers, chance=random.Random(plan.seed))
        try:
            return await _proved(run, shop)
        finally:
            shop.close()
            for server in servers:
                server.stop()
    finally:
        valkey.remove()
        postgres.remove()


def _server(plan: Plan, folder: Path, number: int, environment: dict[str, str]) -> ServerProcess:
    home, port = folder / f"replica{number}", free_port()
    home.mkdir(parents=True)
    command = small_server(home, port)
    if plan.house == "product":
        command = product(home, port)
        builds = {"AISLE_INDEX_BUILDS": "true" if number == 0 else "false"}
        environment = {**environment, **builds, "AISLE_INDEX_PATH": str(plan.index or folder / "index")}
    return ServerProcess(command=command, port=port, log=home / "server.log", environment=environment)


async def _proved(run: _Run, shop: SqlShop) -> dict[str, Any]:
    began = time.monotonic()
    first, *others = run.servers
    await first.start()  # it makes what all share
    await asyncio.gather(*(server.start() for server in others))
    await _meet(run)
    async with AsyncExitStack() as open_devices:
        for device in run.devices:
            await open_devices.enter_async_context(device.following())
        await _talk_and_die(run)
        await _settle(run)
    return await _report(run, shop, time.monotonic() - began)


def _round_robin(servers: Sequence[ServerProcess], start: int) -> Callable[[], str]:
    turns = itertools.cycle([*servers[start % len(servers) :], *servers[: start % len(servers)]])
    return lambda: next(turns).url


async def _meet(run: _Run) -> None:
    for number in range(run.plan.conversations):
        async with open_client(run.servers[number % len(run.servers)].url) as client:
            answer = await client.post("/v1/conversations", json={"channel": "web"})
            opened = answer.raise_for_status().json()
        run.devices += [
            Device(
                name=f"c{number}d{place}",
                url=_round_robin(run.servers, number + place),
                conversation=opened["conversation_id"],
                token=opened["token"],
                chance=random.Random(f"{run.plan.seed}:{number}:{place}"),
                tally=run.tally,
            )
            for place in range(run.plan.devices)
        ]


async def _talk_and_die(run: _Run) -> None:
    talking = [asyncio.create_task(_talk(run, device)) for device in run.devices]
    try:
        await _die_again_and_again(run)
        run.talking = False
        await asyncio.gather(*talking)
    finally:
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


async def _talk(run: _Run, device: Device) -> None:
    for number in itertools.count():
        if not run.talking:
            return
        await device.say(f"{device.name}-{number}", f"message {number} of {device.name}")
        await asyncio.sleep(device.chance.uniform(0.05, 0.8))


async def _die_again_and_again(run: _Run) -> None:
    for number in range(run.plan.kills):
        await asyncio.sleep(run.chance.uniform(*run.plan.pause))
        killed = time.monotonic()
        await _kill_one(run, number)
        run.ready_seconds.append(time.monotonic() - killed)
        run.back_seconds.append(await _acknowledged_after(run, killed) - killed)


async def _kill_one(run: _Run, number: int) -> None:
    down = run.chance.uniform(*run.plan.down)
    match run.plan.victim:
        case "app":
            server = run.chance.choice(run.servers)
            server.kill()
            await asyncio.sleep(down)
            await server.start()
        case "rolling":
            server = run.servers[number % len(run.servers)]
            run.end_seconds.append(await asyncio.to_thread(server.stop))
            await server.start()
        case "postgres":
            await asyncio.to_thread(run.postgres.kill)
            await asyncio.sleep(down)
            await asyncio.to_thread(run.postgres.start)
        case "valkey":
            await asyncio.to_thread(run.valkey.kill)
            await asyncio.sleep(down)
            await asyncio.to_thread(run.valkey.start)
        case "none":
            pass


async def _acknowledged_after(run: _Run, moment: float) -> float:
    """When the next message was acknowledged. What was on its way back at that moment does not count."""
    later = moment + 0.02
    with suppress(TimeoutError):
        async with asyncio.timeout(WITNESS_SECONDS):
            while not run.tally.promised_at or run.tally.promised_at[-1] <= later:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    return next((at for at in run.tally.promised_at if at > later), time.monotonic())


async def _settle(run: _Run) -> None:
    with suppress(TimeoutError):  # the verdict will say what is missing
        async with asyncio.timeout(SETTLE_SECONDS):
            while not await _at_rest(run):  # noqa: ASYNC110 - the servers are other processes
                await asyncio.sleep(0.2)


async def _at_rest(run: _Run) -> bool:
    for devices in _by_conversation(run.devices).values():
        log = await _log_of(devices[0])
        if open_seqs(log) or any(device.last_seq < len(log) for device in devices):
            return False
    return True


async def _log_of(device: Device) -> Sequence[Wire]:
    address = device.url if isinstance(device.url, str) else device.url()
    async with open_client(address, device.token) as client:
        try:
            return await read_log(client, device.conversation)
        except httpx.HTTPError as error:
            raise Failed(f"the log of {device.conversation} cannot be read: {error}") from error


def _by_conversation(devices: Sequence[Device]) -> dict[str, list[Device]]:
    found: dict[str, list[Device]] = {}
    for device in devices:
        found.setdefault(device.conversation, []).append(device)
    return found


async def _report(run: _Run, shop: SqlShop, seconds: float) -> dict[str, Any]:
    verdict, diverged, events = Verdict(), 0, 0
    for conversation, devices in _by_conversation(run.devices).items():
        log = await _log_of(devices[0])
        events += len(log)
        verdict += judge(log, run.tally.promises.get(conversation, []))
        diverged += sum(fingerprint(device.log) != fingerprint(log) for device in devices)
    tally = run.tally
    # What the demo shop's customers did is not the proof's to count.
    effects, confirmations = await asyncio.to_thread(counted, shop) if run.plan.house == "small" else (0, 0)
    faults = asdict(verdict) | {
        "diverged_devices": diverged,
        "gaps_seen": tally.gaps_seen,
        "seen_twice": tally.seen_twice,
        "changed_promises": tally.changed_promises,
        "double_effects": effects - confirmations,
    }
    return {
        "passed": not any(faults.values()),
        "victim": run.plan.victim,
        "house": run.plan.house,
        "bus": run.plan.bus,
        "replicas": run.plan.replicas,
        "seed": run.plan.seed,
        "kills": run.plan.kills,
        "conversations": run.plan.conversations,
        "devices": len(run.devices),
        "acknowledged": sum(map(len, tally.promises.values())),
        "events": events,
        "effects": effects,
        **faults,
        "messages_sent_twice": tally.frames_sent_twice,
        "retries": tally.retries,
        "connections_lost": tally.connections_lost,
        "back_ms": quantiles_ms(run.back_seconds),
        "victim_ready_ms": quantiles_ms(run.ready_seconds),
        "end_ms": quantiles_ms(run.end_seconds),
        "start_ms": quantiles_ms([seconds for server in run.servers for seconds in server.restart_seconds[1:]]),
        "away_ms": quantiles_ms(tally.away_seconds),
        "delivery_ms": quantiles_ms(tally.delivery_seconds),
        "seconds": round(seconds, 1),
    }
