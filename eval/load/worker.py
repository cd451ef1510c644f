"""One process of users: `python -m eval.load.worker`, a Plan as JSON on its input, what it saw as JSON on its output.

Lines of its output: {"ready": …} once all sockets are live; then it waits for a line with the start's time; in the end
{"result": …}. Above: `crew`. Below: `device`, `schedule`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from channels.client import AisleClient, Ticket
from channels.client.http import Http, of
from eval.kill.figures import Promise, Verdict, judge
from eval.load.device import Device
from eval.load.schedule import Burst, Plan, has_watcher, messages, url_of
from eval.load.tally import Tally

AT_ONCE = 16
"""Conversations that are opened, or whose logs are read, at the same time."""


@dataclass(slots=True, kw_only=True)
class Crowd:
    plan: Plan
    tally: Tally = field(default_factory=Tally)
    talkers: list[Device] = field(default_factory=list)
    watchers: list[Device] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def devices(self) -> list[Device]:
        return [*self.talkers, *self.watchers]


async def work(plan: Plan) -> None:
    crowd = Crowd(plan=plan)
    try:
        await _open(crowd)
        say({"ready": len(crowd.devices)})
        start = float(await asyncio.to_thread(sys.stdin.readline))
        used = _cpu()
        await _talk(crowd, start)
        settled = await _settle(crowd)
        say({"result": await _result(crowd, start, _cpu() - used, settled)})
    finally:
        for task in crowd.running:
            task.cancel()
        await asyncio.gather(*crowd.running, return_exceptions=True)


def say(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def _open(crowd: Crowd) -> None:
    """All conversations and sockets, at the plan's pace."""
    plan, gate = crowd.plan, asyncio.Semaphore(AT_ONCE)
    began = time.monotonic()

    async def one(number: int, client: AisleClient) -> None:
        await asyncio.sleep(max(0.0, began + number / plan.open_rate - time.monotonic()))
        async with gate:
            await _arrive(crowd, plan.first_user + number, await client.start(channel="web", locale="en"))

    async with AisleClient(plan.urls[0], http=_http()) as client:
        await asyncio.gather(*(one(number, client) for number in range(plan.users)))


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=AT_ONCE))


async def _arrive(crowd: Crowd, user: int, ticket: Ticket) -> None:
    urls, tally = crowd.plan.urls, crowd.tally
    mine = [Device(user=user, url=url_of(urls, user, 0), ticket=ticket, tally=tally)]
    crowd.talkers += mine
    if has_watcher(crowd.plan, user):
        watcher = Device(user=user, url=url_of(urls, user, 1), ticket=ticket, tally=tally, watches=True)
        crowd.watchers.append(watcher)
        mine.append(watcher)
    crowd.running += [asyncio.create_task(device.run()) for device in mine]
    await asyncio.gather(*(device.is_live.wait() for device in mine))


async def _talk(crowd: Crowd, start: float) -> None:
    plan = crowd.plan
    measured = (plan.ramp, plan.end)
    await asyncio.gather(*(one.talk(messages(plan, one.user), start, measured) for one in crowd.talkers))
    await asyncio.sleep(max(0.0, start + plan.end - time.monotonic()))


async def _settle(crowd: Crowd) -> float:
    """Until every accepted message has its reply, and how long that took; at most as the plan says."""
    began = time.monotonic()
    while crowd.tally.waits_for() and time.monotonic() - began < crowd.plan.settle:  # noqa: ASYNC110 - frames of many sockets change it
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def _result(crowd: Crowd, start: float, cpu: float, settled: float) -> dict[str, Any]:
    tally = crowd.tally
    return {
        "sent": [_row(one, start) for one in tally.sent.values()],
        "watched_users": [device.user for device in crowd.watchers],
        "closes": tally.closes,
        "redials": tally.redials,
        "open_sockets": sum(device.line.live for device in crowd.devices),
        "settle_seconds": round(settled, 2),
        "waiting_at_the_end": tally.waits_for(),
        "client_cpu_seconds": round(cpu, 2),
        "client_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "verdict": asdict(await _checked(crowd)),
    }


def _row(one: Any, start: float) -> dict[str, Any]:
    """Times in seconds since the start; 0: never."""
    row = asdict(one)
    for name in ("intended", "sent", "refused", "acked", "watched", "first_word", "replied"):
        row[name] = round(row[name] - start, 5) if row[name] else 0.0
    del row["text"], row["client_id"]
    return row


async def _checked(crowd: Crowd) -> Verdict:
    """Every promise against the log, read by HTTP when all is over."""
    promises: dict[int, list[Promise]] = {}
    for one in crowd.tally.sent.values():
        if one.acked:
            promises.setdefault(one.user, []).append(Promise(client_id=one.client_id, text=one.text, seq=one.seq))
    gate = asyncio.Semaphore(AT_ONCE)
    async with _http() as http:

        async def judged(device: Device) -> Verdict:
            async with gate:
                return judge(await _log(Http(device.url, http), device.ticket), promises.get(device.user, []))

        return sum(await asyncio.gather(*(judged(device) for device in crowd.talkers)), Verdict())


async def _log(http: Http, ticket: Ticket) -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    while True:
        page = await http.call("GET", f"{of(ticket)}/events?after={len(found)}&limit=200", token=ticket.token)
        found += page["events"]
        if not page["events"] or page["events"][-1]["seq"] >= page["last_seq"]:
            return found


def read_plan(line: str) -> Plan:
    raw = json.loads(line)
    burst = raw.pop("burst")
    return Plan(**{**raw, "urls": tuple(raw["urls"])}, burst=Burst(**burst) if burst else None)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    loop_factory = None
    with suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(work(read_plan(sys.stdin.readline())))


if __name__ == "__main__":
    main()
