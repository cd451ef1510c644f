"""The proof itself: devices talk, the server dies, and in the end every log is compared with every promise."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from eval.kill.device import Device, open_client, read_log
from eval.kill.figures import Failed, Tally, Verdict, Wire, fingerprint, judge, open_seqs, quantiles_ms
from eval.kill.server_process import ServerProcess

ANSWER_SECONDS = 20.0
SETTLE_SECONDS = 30.0
"""After the last kill: by then every message is answered and every device has the whole log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    turns: int = 200
    seed: int = 1
    conversations: int = 4
    devices: int = 3
    """Of each conversation."""
    kill_every: tuple[float, float] = (0.05, 0.6)
    """Seconds between the server's being ready and its death, drawn evenly."""


@dataclass(slots=True, kw_only=True)
class _Run:
    plan: Plan
    server: ServerProcess
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    devices: list[Device] = field(default_factory=list)
    kills: int = 0


async def prove(plan: Plan, server: ServerProcess) -> dict[str, Any]:
    """The figures. Raises Failed when the server does not come back, or the devices never come to rest."""
    run = _Run(plan=plan, server=server, chance=random.Random(plan.seed))
    began = time.monotonic()
    await server.start()
    try:
        await _meet(run)
        async with AsyncExitStack() as open_devices:
            for device in run.devices:
                await open_devices.enter_async_context(device.following())
            await _talk_and_die(run)
            await _settle(run)
        server.kill()  # once more, so that what is judged was read from the disk
        await server.start()
        return await _report(run, time.monotonic() - began)
    finally:
        server.stop()


async def _meet(run: _Run) -> None:
    async with open_client(run.server.url) as client:
        for number in range(run.plan.conversations):
            answer = await client.post("/v1/conversations", json={"channel": "web"})
            opened = answer.raise_for_status().json()
            run.devices += [
                Device(
                    name=f"c{number}d{place}",
                    url=run.server.url,
                    conversation=opened["conversation_id"],
                    token=opened["token"],
                    chance=random.Random(f"{run.plan.seed}:{number}:{place}"),
                    tally=run.tally,
                )
                for place in range(run.plan.devices)
            ]


async def _talk_and_die(run: _Run) -> None:
    talking = [asyncio.create_task(_talk(run, device, place)) for place, device in enumerate(run.devices)]
    dying = asyncio.create_task(_die_again_and_again(run))
    everything: asyncio.Future[Any] = asyncio.ensure_future(asyncio.gather(*talking))
    ends: set[asyncio.Future[Any]] = {everything, dying}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if dying.done():
            dying.result()
        await everything
    finally:
        everything.cancel()
        dying.cancel()
        await asyncio.gather(everything, dying, return_exceptions=True)
    run.server.kill()  # a kill may have been between death and start
    await run.server.start()


async def _talk(run: _Run, device: Device, place: int) -> None:
    """Every device has its share of the turns; sometimes it waits for the answer, sometimes it talks over it."""
    for number in range(place, run.plan.turns, len(run.devices)):
        client_id = f"{device.name}-{number}"
        seq = await device.say(client_id, f"message {number} of {device.name}")
        await asyncio.sleep(device.chance.uniform(0, 0.6))
        if device.chance.random() < 0.5:
            await _until_answered(device, seq)


async def _until_answered(device: Device, seq: int) -> None:
    """Or until it has waited long enough: the verdict counts what is unanswered in the end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            while device.last_seq < seq or seq in open_seqs(device.log):  # noqa: ASYNC110 - it may come by two ways
                await asyncio.sleep(0.02)


async def _die_again_and_again(run: _Run) -> None:
    while True:
        await asyncio.sleep(run.chance.uniform(*run.plan.kill_every))
        run.server.kill()
        run.kills += 1
        await run.server.start()


async def _settle(run: _Run) -> None:
    with suppress(TimeoutError):  # the verdict will say what is missing
        async with asyncio.timeout(SETTLE_SECONDS):
            while not await _at_rest(run):  # noqa: ASYNC110 - the server is another process
                await asyncio.sleep(0.1)


async def _at_rest(run: _Run) -> bool:
    for devices in _by_conversation(run.devices).values():
        log = await _log_of(run, devices[0])
        if open_seqs(log) or any(device.last_seq < len(log) for device in devices):
            return False
    return True


async def _log_of(run: _Run, device: Device) -> Sequence[Wire]:
    async with open_client(run.server.url, device.token) as client:
        try:
            return await read_log(client, device.conversation)
        except httpx.HTTPError as error:
            raise Failed(f"the log of {device.conversation} cannot be read: {error}") from error


def _by_conversation(devices: Sequence[Device]) -> dict[str, list[Device]]:
    found: dict[str, list[Device]] = {}
    for device in devices:
        found.setdefault(device.conversation, []).append(device)
    return found


async def _report(run: _Run, seconds: float) -> dict[str, Any]:
    verdict, diverged, events = Verdict(), 0, 0
    for conversation, devices in _by_conversation(run.devices).items():
        log = await _log_of(run, devices[0])
        events += len(log)
        verdict += judge(log, run.tally.promises.get(conversation, []))
        diverged += sum(fingerprint(device.log) != fingerprint(log) for device in devices)
    tally = run.tally
    faults = asdict(verdict) | {
        "diverged_devices": diverged,
        "gaps_seen": tally.gaps_seen,
        "seen_twice": tally.seen_twice,
        "changed_promises": tally.changed_promises,
    }
    return {
        "passed": not any(faults.values()),
        "seed": run.plan.seed,
        "turns": run.plan.turns,
        "conversations": run.plan.conversations,
        "devices": len(run.devices),
        "kills": run.kills,
        "acknowledged": sum(map(len, tally.promises.values())),
        "events": events,
        **faults,
        "messages_sent_twice": tally.frames_sent_twice,
        "retries": tally.retries,
        "connections_lost": tally.connections_lost,
        "resume_ms": quantiles_ms(tally.resume_seconds),
        "restart_ms": quantiles_ms(run.server.restart_seconds),
        "seconds": round(seconds, 1),
    }
