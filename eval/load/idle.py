"""`aisle bench load idle`: thousands of sockets that say nothing. What each costs, and whether all stay.

Above: `command`. Below: `crew`, `houses`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from eval.load.bench import Load, warmed
from eval.load.crew import Tell, crew, sampled
from eval.load.figures import outcome
from eval.load.houses import house
from eval.load.processes import open_more_files
from eval.load.schedule import Plan


async def bench_idle(load: Load, *, tell: Tell) -> dict[str, Any]:
    """Memory a socket, each with a conversation of its own; CPU while nothing happens; then one message on a few of them."""
    limit = open_more_files(load.users + 2_000)
    tell(f"starting {load.house}; at most {limit} open files a process")
    async with house(load.house, home=load.home, replicas=1, interface=load.interface) as under:
        await warmed(load, under.urls, tell)
        empty = under.used()
        tell(f"opening {load.users} sockets")
        async with crew(_silent(load, under.urls), processes=load.processes) as workers:
            opened = under.used()
            start = workers.begin()
            before, after = await sampled(under.used, start, 0.0, load.seconds, tell)
            results = await workers.results()
            found = outcome(results)
            sockets = workers.sockets
    server = next(iter(under.servers))
    grown = opened[server].memory_kib - empty[server].memory_kib
    return {
        "sockets": sockets,
        "kib_a_socket_once_open": round(grown / sockets, 1),
        "kib_a_socket_at_the_end": round((after[server].memory_kib - empty[server].memory_kib) / sockets, 1),
        "held_seconds": load.seconds,
        "cpu_ms_a_socket_and_minute": round(
            (after[server].cpu_seconds - before[server].cpu_seconds) / sockets / load.seconds * 60e3, 3
        ),
        "cpu_ms_to_open_one": round((opened[server].cpu_seconds - empty[server].cpu_seconds) / sockets * 1e3, 2),
        "memory_mib_before_and_after": [round(one[server].memory_kib / 1024, 1) for one in (empty, after)],
        "closed": sum(found["closed_sockets"].values()),
        **{name: found[name] for name in ("closed_sockets", "open_sockets_at_the_end", "lost", "duplicated", "gaps")},
    }


def _silent(load: Load, urls: tuple[str, ...]) -> Plan:
    return replace(load.plan(urls), rate=0.0, ramp=0.0, watched=0.0)
