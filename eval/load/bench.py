"""The load itself: users × messages a second for a while, and what came of it. Above: `command`. Below: `houses`, `crew`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.load.crew import Tell, crew, sampled
from eval.load.figures import cost, outcome, rows_of, stages
from eval.load.houses import House, Under, house
from eval.load.processes import open_more_files
from eval.load.schedule import Plan

WARM_SECONDS: Mapping[House, float] = {"product": 12.0, "scripted": 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    users: int = 100
    rate: float = 0.5
    seconds: float = 30.0
    ramp: float = 5.0
    watched: float = 0.1
    processes: int = 2
    seed: int = 7
    settle: float = 20.0
    house: House = "product"
    home: Path | None = None
    replicas: int = 1
    url: tuple[str, ...] = ()
    interface: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)

    def plan(self, urls: tuple[str, ...], **more: Any) -> Plan:
        return Plan(
            urls=urls,
            first_user=0,
            users=self.users,
            all_users=self.users,
            rate=self.rate,
            ramp=self.ramp,
            seconds=self.seconds,
            watched=self.watched,
            seed=self.seed,
            settle=self.settle,
            **more,
        )

    def told(self) -> dict[str, Any]:
        where = "its own, elsewhere" if self.url else self.house
        return {
            "server": where,
            "replicas": len(self.url) or self.replicas,
            "interface": self.interface or "websockets-sansio",
            **{name: asdict(self)[name] for name in ("users", "rate", "seconds", "ramp", "processes", "seed")},
        }


async def bench_load(load: Load, *, tell: Tell) -> dict[str, Any]:
    """The report. Raises Failed, ServerMissing."""
    open_more_files(20_000)
    if load.url:
        return await _measured(load, Under(urls=load.url, servers={}, others={}), tell)
    tell(f"starting {load.replicas} x {load.house}")
    started = house(load.house, home=load.home, replicas=load.replicas, interface=load.interface, limits=load.limits)
    async with started as under:
        return await _measured(load, under, tell)


async def warmed(load: Load, urls: tuple[str, ...], tell: Tell) -> None:
    """A few talk first, so that what is loaded once is counted neither as a socket's nor as a message's."""
    tell("warming")
    seconds = WARM_SECONDS[load.house]
    few = replace(
        load.plan(urls), users=20, all_users=20, rate=1.5, ramp=0.0, seconds=seconds, watched=0.0, seed=load.seed + 1
    )
    async with crew(few, processes=1) as workers:
        workers.begin()
        await workers.results()


async def _measured(load: Load, under: Under, tell: Tell) -> dict[str, Any]:
    await warmed(load, under.urls, tell)
    empty = under.used()
    tell(f"opening {load.users} conversations")
    async with crew(load.plan(under.urls), processes=load.processes) as workers:
        opened = under.used()
        start = workers.begin()
        before, after = await sampled(under.used, start, load.ramp, load.ramp + load.seconds, tell)
        tell("waiting for the last replies, reading the logs")
        results = await workers.results()
        sockets = workers.sockets
    rows = [row for row in rows_of(results) if row["measured"]]
    grown = sum(opened[name].memory_kib - empty[name].memory_kib for name in under.servers)
    acked = sum(1 for row in rows if row["acked"])
    return {
        "load": load.told(),
        **stages(rows),
        "messages_a_second": round(len(rows) / load.seconds, 1),
        **cost(before, after, acked=acked, seconds=load.seconds),
        "kib_a_socket": round(grown / max(1, sockets), 1) if under.servers else None,
        "sockets": sockets,
        **outcome(results),
        "client_cores_busy": round(sum(one["client_cpu_seconds"] for one in results) / (load.ramp + load.seconds), 2),
    }
