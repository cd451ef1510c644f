"""One simulation: replicas die, clocks jump, answers are lost; in the end every log is held against every promise.

The same seed gives the same run. Above: the command and the tests. Below: the parts beside this module.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from assistant.conversation import Conversation
from assistant.events import ConversationId
from channels.frames import visible
from eval.kill.figures import Tally, Verdict, Wire, fingerprint, judge, open_seqs
from eval.simulation.chances import Chances
from eval.simulation.device import Device
from eval.simulation.lossy_bus import LossyBus
from eval.simulation.replica import Replica
from eval.simulation.world import World
from eval.virtual_time import simulated

REST_SECONDS = 180.0
"""Virtual, after the last fault: leases have run out, orphans are found, every device has come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    conversations: int = 2
    devices: int = 2
    messages: int = 6
    """Of each device."""
    replicas: int = 2


def simulate(seed: int, chances: Chances | None = None, size: Size | None = None) -> dict[str, Any]:
    """What went wrong, what happened, and `passed`."""
    return simulated(_simulated(seed, chances or Chances(), size or Size()))


async def _simulated(seed: int, chances: Chances, size: Size) -> dict[str, Any]:
    world, network = World(seed, chances, shared=size.replicas > 1), list[LossyBus]()
    replicas = [Replica(world, network) for _ in range(size.replicas)]
    for replica in replicas:
        await replica.start()
    tally = Tally()
    devices = await _devices(world, replicas, tally, size)
    weather = [asyncio.create_task(_dies_again_and_again(world, replica)) for replica in replicas]
    weather.append(asyncio.create_task(_jumps(world)))
    following = [asyncio.create_task(device.follow()) for device in devices]
    await asyncio.gather(*(device.talk(size.messages) for device in devices))
    world.healed = True
    for task in weather:
        task.cancel()
    await asyncio.gather(*weather, return_exceptions=True)
    for replica in replicas:
        if not replica.up:
            await replica.start()
    rested = await _come_to_rest(world, replicas, devices)
    report = await _report(world, replicas, devices, tally, following)
    world.over = True
    return report | {"seed": seed, "seconds_to_rest": rested}


async def _devices(world: World, replicas: Sequence[Replica], tally: Tally, size: Size) -> list[Device]:
    devices: list[Device] = []
    for number in range(size.conversations):
        conversation, _ = await replicas[0].assistant.start(channel="web")
        devices += [
            Device(
                name=f"c{number}d{place}",
                conversation=conversation,
                world=world,
                replicas=replicas,
                tally=tally,
                chance=random.Random(f"{world.seed}:{number}:{place}"),
            )
            for place in range(size.devices)
        ]
    return devices


async def _dies_again_and_again(world: World, replica: Replica) -> None:
    while True:
        await asyncio.sleep(world.wait(world.chances.crash_every))
        replica.die()
        await asyncio.sleep(world.wait(world.chances.restart_seconds))
        await replica.start()


async def _jumps(world: World) -> None:
    while True:
        await asyncio.sleep(world.wait(world.chances.clock_every))
        world.clock.skew += timedelta(seconds=world.chance.uniform(-7200, 7200))
        world.happened["clock jumped"] = world.happened.get("clock jumped", 0) + 1


async def _logs(world: World, devices: Sequence[Device]) -> dict[ConversationId, list[Wire]]:
    names = dict.fromkeys(device.conversation for device in devices)
    return {name: [visible(event) for event in await world.log.read(name)] for name in names}


async def _come_to_rest(world: World, replicas: Sequence[Replica], devices: Sequence[Device]) -> float | None:
    """Virtual seconds until all is answered and every device has all of it; None: it never was."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < REST_SECONDS:
        logs = await _logs(world, devices)
        if (
            not any(map(open_seqs, logs.values()))
            and all(device.last_seq == len(logs[device.conversation]) for device in devices)
            and not await _unlike(world, replicas, list(logs))
        ):
            return round(loop.time() - began, 1)
        await asyncio.sleep(0.5)
    return None


async def _report(
    world: World,
    replicas: Sequence[Replica],
    devices: Sequence[Device],
    tally: Tally,
    following: Sequence[asyncio.Task[None]],
) -> dict[str, Any]:
    logs = await _logs(world, devices)
    verdict = Verdict()
    for name, log in logs.items():
        verdict += judge(log, tally.promises.get(name, []))
    faults = asdict(verdict) | {
        "diverged_devices": sum(fingerprint(one.log) != fingerprint(logs[one.conversation]) for one in devices),
        "gaps_seen": tally.gaps_seen,
        "seen_twice": tally.seen_twice,
        "changed_promises": tally.changed_promises,
        "out_of_order": sum(_out_of_order(log) for log in logs.values()),
        "untrue_replies": sum(_untrue(log) for log in logs.values()),
        "states_unlike_their_log": await _unlike(world, replicas, list(logs)),
        "broken_followers": sum(task.done() for task in following),
    }
    return {
        "passed": not any(faults.values()),
        **faults,
        "acknowledged": sum(map(len, tally.promises.values())),
        "events": sum(map(len, logs.values())),
        "deaths": sum(replica.deaths for replica in replicas),
        "resets": sum(device.resets for device in devices),
        "retries": tally.retries,
        "connections_lost": tally.connections_lost,
        "happened": dict(sorted(world.happened.items())),
    }


def _out_of_order(log: Sequence[Wire]) -> int:
    """A device's messages stand in the order in which it said them."""
    last: dict[str, int] = {}
    wrong = 0
    for event in log:
        if event["type"] == "customer_said":
            device, _, number = event["data"]["client_id"].rpartition("-")
            wrong += int(number) < last.get(device, -1)
            last[device] = int(number)
    return wrong


def _untrue(log: Sequence[Wire]) -> int:
    """A whole reply tells exactly what the messages say that its turn took up; one that was cut off, a start of it."""
    said = {event["seq"]: event["data"]["text"] for event in log if event["type"] == "customer_said"}
    taken: dict[str, str] = {}
    wrong = 0
    for event in log:
        if event["type"] == "turn_started":
            words = " / ".join(said.get(seq, "?") for seq in event["data"]["answers"])
            taken[event["data"]["turn_id"]] = f"Heard: {words}"
        elif event["type"] == "assistant_said":
            whole, text = taken.get(event["data"]["turn_id"], ""), event["data"]["text"]
            wrong += not (whole.startswith(text) if event["data"]["interrupted"] else whole == text)
    return wrong


async def _unlike(world: World, replicas: Sequence[Replica], names: Sequence[ConversationId]) -> int:
    """Replicas whose folded state, once they look, is not the fold of the log."""
    wrong = 0
    for name in names:
        truth = Conversation.replay(await world.log.read(name))
        for replica in replicas:
            wrong += (await replica.assistant.state(name)) != truth
    return wrong
