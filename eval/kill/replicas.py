"""The proof over replicas: two servers, PostgreSQL and Valkey; one kind of them dies again and again at random moments.

Devices connect round robin, send a tenth of their frames twice and resume after the last seq they have. Every log is compared
with every promise, and every effect on the shop with its confirmation. Above: the command. Below: circles, servers.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, Literal

from assistant.shops.sql import SqlShop
from assistant.stores.database import for_tables
from eval.kill.circle import Circle, Judged
from eval.kill.effects import counted, prepare
from eval.kill.figures import Failed, Tally, quantiles_ms
from eval.kill.nursery import fork, nursery
from eval.kill.server_process import ServerProcess, free_port, product, small_server
from eval.servers.postgres import PostgresServer
from eval.servers.valkey import ValkeyServer

Victim = Literal["app", "rolling", "postgres", "valkey", "none"]
"""rolling: each replica in its turn is ended with SIGTERM and started again, as an upgrade does it."""
House = Literal["small", "product"]
Tell = Callable[[str], None]
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
    minutes: float = 60.0
    """After which nobody is killed any more, however many were."""
    conversations: int = 4
    devices: int = 3
    """Of each conversation."""
    messages: int = 80
    """Of each conversation; then it is judged and the next one begins."""
    pause: tuple[float, float] = (0.1, 1.1)
    """Seconds between a victim's being back and the next kill, drawn evenly."""
    down: tuple[float, float] = (0.0, 0.3)
    """Seconds before it is started again."""
    startled: float = 0.35
    """Of an app's kills: share that is followed by one of the same app while it starts, before it is ready."""


@dataclass(slots=True, kw_only=True)
class _Run:
    plan: Plan
    postgres: PostgresServer
    valkey: ValkeyServer
    servers: list[ServerProcess]
    chance: random.Random
    tell: Tell
    began: float = field(default_factory=time.monotonic)
    tally: Tally = field(default_factory=Tally)
    judged: Judged = field(default_factory=Judged)
    kills: int = 0
    while_starting: int = 0
    """Of them: before the victim was ready."""
    back_seconds: list[float] = field(default_factory=list)
    """From a kill to the next acknowledgement."""
    ready_seconds: list[float] = field(default_factory=list)
    """From a kill until the victim takes connections again: its own part of that."""
    end_seconds: list[float] = field(default_factory=list)
    """From SIGTERM to the process's end."""
    talking: bool = True
    stopped: str = ""
    """Why it ended before its time."""


async def prove(plan: Plan, folder: Path, *, tell: Tell = lambda _: None) -> dict[str, Any]:
    """The figures; with `stopped` where a server did not come back: what was measured until then. tell: what goes on.
    Raises Failed (it never began), ServerMissing."""
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
        forks = nursery()
        servers = [_server(plan, folder, number, environment, forks) for number in range(plan.replicas)]
        chance = random.Random(plan.seed)
        run = _Run(plan=plan, postgres=postgres, valkey=valkey, servers=servers, chance=chance, tell=tell)
        try:
            return await _proved(run, shop)
        finally:
            shop.close()
            for server in servers:
                server.stop()
    finally:
        valkey.remove()
        postgres.remove()


def _server(
    plan: Plan, folder: Path, number: int, environment: dict[str, str], forks: ForkServerContext
) -> ServerProcess:
    home, port = folder / f"replica{number}", free_port()
    home.mkdir(parents=True)
    command = small_server(home, port)
    if plan.house == "product":
        command = product(home, port)
        builds = {"AISLE_INDEX_BUILDS": "true" if number == 0 else "false"}
        environment = {**environment, **builds, "AISLE_INDEX_PATH": str(plan.index or folder / "index")}
    server = ServerProcess(command=command, port=port, log=home / "server.log", environment=environment)
    if plan.house == "small":
        server.forked = partial(fork, forks, home, port)
    return server


async def _proved(run: _Run, shop: SqlShop) -> dict[str, Any]:
    first, *others = run.servers
    await first.start()  # it makes what all share
    await asyncio.gather(*(server.start() for server in others))
    run.began = time.monotonic()
    try:
        await _talk_and_die(run)
    except* Failed as errors:
        run.stopped = "; ".join(map(str, errors.exceptions))
        run.tell(
            f"{run.stopped}\nwhat its database was doing:\n{await asyncio.to_thread(run.postgres.activity, 'aisle')}"
        )
    return await _report(run, shop)


async def _talk_and_die(run: _Run) -> None:
    circles = asyncio.create_task(_circles(run))
    dying = asyncio.create_task(_die_again_and_again(run))
    try:
        await asyncio.wait({circles, dying}, return_when=asyncio.FIRST_EXCEPTION)
        for task in (dying, circles):
            if task.done():
                task.result()
    finally:
        for task in (circles, dying):
            task.cancel()
        await asyncio.gather(circles, dying, return_exceptions=True)


async def _circles(run: _Run) -> None:
    """So many at once, one after the other in each place, until nobody dies any more and all have come to rest."""
    async with asyncio.TaskGroup() as circles:
        for place in range(run.plan.conversations):
            circles.create_task(_place(run, place, circles))


async def _place(run: _Run, place: int, circles: asyncio.TaskGroup) -> None:
    for number in itertools.count():
        if not run.talking and number:
            return
        spoken = asyncio.Event()
        circle = Circle(
            name=f"c{place}n{number}",
            seed=f"{run.plan.seed}:{place}:{number}",
            addresses=[_round_robin(run.servers, place + device) for device in range(run.plan.devices)],
            messages=run.plan.messages,
            tally=run.tally,
            talking=lambda: run.talking,
        )
        circles.create_task(circle.live(run.judged, spoken=spoken.set))
        await spoken.wait()


def _round_robin(servers: Sequence[ServerProcess], start: int) -> Callable[[], str]:
    turns = itertools.cycle([*servers[start % len(servers) :], *servers[: start % len(servers)]])
    return lambda: next(turns).url


async def _die_again_and_again(run: _Run) -> None:
    try:
        while run.kills < run.plan.kills and time.monotonic() - run.began < 60 * run.plan.minutes:
            await asyncio.sleep(run.chance.uniform(*run.plan.pause))
            killed = time.monotonic()
            await _kill_one(run)
            run.ready_seconds.append(time.monotonic() - killed)
            run.back_seconds.append(await _acknowledged_after(run, killed) - killed)
            run.tell(_progress(run))
    finally:
        run.talking = False


def _progress(run: _Run) -> str:
    known, seconds = run.judged, time.monotonic() - run.began
    open_ones = sum(map(len, run.tally.promises.values()))
    faults = ", ".join(f"{count} {name}" for name, count in known.faults.items() if name != "gaps" or count)
    return (
        f"{run.kills} of {run.plan.kills} kills in {seconds:.0f} s; {known.conversations} conversations judged, "
        f"{known.acknowledged} messages acknowledged in them ({open_ones} in others): {faults}"
    )


async def _kill_one(run: _Run) -> None:
    down = run.chance.uniform(*run.plan.down)
    match run.plan.victim:
        case "app":
            await _kill_an_app(run, down)
            return
        case "rolling":
            server = run.servers[run.kills % len(run.servers)]
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
    run.kills += 1


async def _kill_an_app(run: _Run, down: float) -> None:
    server = run.chance.choice(run.servers)
    server.kill()
    run.kills += 1
    await asyncio.sleep(down)
    while run.kills < run.plan.kills and run.chance.random() < run.plan.startled:
        server.launch()
        await asyncio.sleep(run.chance.uniform(0, max(server.restart_seconds)))
        server.kill()
        run.kills += 1
        run.while_starting += 1
    await server.start()


async def _acknowledged_after(run: _Run, moment: float) -> float:
    """When the next message was acknowledged. What was on its way back at that moment does not count."""
    later = moment + 0.02
    with suppress(TimeoutError):
        async with asyncio.timeout(WITNESS_SECONDS):
            while not run.tally.promised_at or run.tally.promised_at[-1] <= later:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    return next((at for at in run.tally.promised_at if at > later), time.monotonic())


async def _report(run: _Run, shop: SqlShop) -> dict[str, Any]:
    tally, judged = run.tally, run.judged
    # What the demo shop's customers did is not the proof's to count.
    effects, confirmations = await asyncio.to_thread(counted, shop) if run.plan.house == "small" else (0, 0)
    faults = judged.faults | {
        "gaps_seen": tally.gaps_seen,
        "seen_twice": tally.seen_twice,
        "changed_promises": tally.changed_promises,
        "double_effects": effects - confirmations,
    }
    return {
        "passed": not run.stopped and not any(faults.values()),
        "stopped": run.stopped,
        "victim": run.plan.victim,
        "house": run.plan.house,
        "bus": run.plan.bus,
        "replicas": run.plan.replicas,
        "seed": run.plan.seed,
        "kills": run.kills,
        "kills_while_starting": run.while_starting,
        "conversations": judged.conversations,
        "at_once": run.plan.conversations,
        "devices": run.plan.devices * run.plan.conversations,
        "acknowledged": judged.acknowledged,
        "acknowledged_not_judged": sum(map(len, tally.promises.values())),
        "events": judged.events,
        "longest_log": judged.longest,
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
        "seconds": round(time.monotonic() - run.began, 1),
    }
