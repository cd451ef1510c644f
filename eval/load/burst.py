"""`aisle bench load burst`: a hundred times the usual messages for a while. Who was accepted is served, the rest is told soon.

Above: `command`. Below: `crew`, `houses`, `figures`.
"""

from __future__ import annotations

from typing import Any

from eval.load.bench import Load, warmed
from eval.load.crew import Tell, crew, sampled
from eval.load.figures import accepted_between, back_to_normal, cost, outcome, rows_of, stages
from eval.load.houses import house
from eval.load.processes import open_more_files
from eval.load.schedule import Burst

BEFORE, AFTER = 5.0, 15.0
"""Seconds of usual load around the burst."""
USUAL_SECONDS = 1.0
"""A reply within this is as usual."""


async def bench_burst(load: Load, *, times: float, lasting: float, tell: Tell) -> dict[str, Any]:
    """`load.rate` is the usual one. The server's limits are those that a shop has by default."""
    open_more_files(20_000)
    ends = BEFORE + lasting
    burst = Burst(at=load.ramp + BEFORE, seconds=lasting, times=times)
    limits = {"AISLE_MESSAGES_PER_MINUTE": "120", "AISLE_MESSAGES_AT_ONCE": "300", **load.limits}
    tell(f"starting {load.house}, with the limits of a shop")
    async with house(
        load.house, home=load.home, replicas=load.replicas, interface=load.interface, limits=limits
    ) as under:
        await warmed(load, under.urls, tell)
        plan = load.plan(under.urls, burst=burst)
        async with crew(plan, processes=load.processes) as workers:
            start = workers.begin()
            before, after = await sampled(under.used, start, burst.at, burst.at + lasting, tell)
            tell("the burst is over")
            results = await workers.results()
    rows = rows_of(results)
    during = [row for row in rows if burst.at <= row["intended"] < burst.at + lasting]
    peace = [row for row in rows if load.ramp <= row["intended"] < burst.at]
    acked = accepted_between(rows, burst.at, burst.at + lasting)
    return {
        "load": {**load.told(), "times": times, "burst_seconds": lasting, "ends_at": load.ramp + ends},
        "usual": stages(peace),
        "burst": {
            "messages_a_second": round(len(during) / lasting, 1),
            "accepted": sum(1 for row in during if row["acked"]),
            "refused": sum(1 for row in during if row["refused"]),
            "neither": sum(1 for row in during if not row["acked"] and not row["refused"]),
            "accepted_a_second": round(acked / lasting, 1),
            **stages([row for row in during if row["acked"]]),
        },
        "seconds_to_normal": back_to_normal(rows, burst.at + lasting, USUAL_SECONDS),
        **cost(before, after, acked=acked, seconds=lasting),
        **outcome(results),
    }
