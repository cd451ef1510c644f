"""F7 and F13: a wall clock that jumps, and a device that was away for a week. Above: the matrix. Below: libfaketime.

The server is a real process whose clock is moved while it runs; its monotonic clock, and the clients', go on as ever.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

from eval.faults.houses import WallClock, small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, all_settled, verdicts
from eval.kill.device import open_client

TWO_HOURS = 7_200.0
WEEK = 7 * 86_400.0


async def clock_jumps(under: Conditions) -> Seen:
    """F7."""
    clock, chance = WallClock(under.folder / "clock"), under.chance("clock")
    jumps: list[float] = []
    async with small_house(under.folder, environment=clock.environment) as server:
        async with AsyncExitStack() as stack:
            talks: list[Talk] = []
            refused = 0
            for part in range(under.of(2, 10)):
                talk = await Talk.begin(server.url, devices=3, seed=under.seed, name=f"c{part}")
                await stack.enter_async_context(talk.followed())
                talks.append(talk)
                jumping = asyncio.create_task(_jump(clock, chance, jumps))
                await asyncio.gather(*(_few_words(talk, place, part) for talk in talks for place in range(3)))
                jumping.cancel()
                refused += sum([await _refused(talk, server.url) for talk in talks])
            clock.move(0)
            await all_settled(talks, server.url)
        wrong = await verdicts(talks, server.url)
    wrong["tokens_refused"] = refused
    wrong["never_jumped"] = int(not jumps)
    return Seen(
        wrong=wrong,
        figures={"jumps": len(jumps), "acknowledged": sum(talk.acknowledged for talk in talks)},
        note="libfaketime",
    )


async def _jump(clock: WallClock, chance: random.Random, jumps: list[float]) -> None:
    while True:
        await asyncio.sleep(chance.uniform(0.05, 0.3))
        jumps.append(chance.choice((-TWO_HOURS, 0.0, TWO_HOURS)))
        clock.move(jumps[-1])


async def _few_words(talk: Talk, place: int, part: int) -> None:
    device = talk.devices[place]
    for count in range(3):
        await talk.say(device, f"{device.name}-{part}-{count}", f"message {part} {count} of {device.name}")
        await asyncio.sleep(device.chance.uniform(0, 0.2))


async def _refused(talk: Talk, url: str) -> int:
    async with open_client(url, talk.token) as client:
        return int((await client.get(f"/v1/conversations/{talk.conversation}/events")).status_code == 401)


async def away_for_a_week(under: Conditions) -> Seen:
    """F13: more happens meanwhile than a socket repeats at once."""
    clock = WallClock(under.folder / "clock")
    async with small_house(
        under.folder, environment=clock.environment | {"AISLE_KILL_WORD_SECONDS": "0.002"}
    ) as server:
        talk = await Talk.begin(server.url, devices=2, seed=under.seed)
        at_home, away = talk.devices
        async with at_home.following():
            async with away.following():
                await talk.say(away, "away-1", "I shall be back in a week")
                await talk.settled(server.url)
            left_at = away.last_seq
            for day in range(7):
                clock.move(day * 86_400.0)
                await talk.say_many_of(at_home, f"day{day}", under.of(4, 60))
            clock.move(WEEK + 60)
            waiting = [talk.say(away, f"away-back-{count}", f"written offline {count}") for count in range(3)]
            async with away.following():
                for message in waiting:
                    await message
                await talk.settled(server.url)
                wrong = await talk.verdict(server.url)
                missed = len(await talk.log(server.url)) - left_at
    return Seen(wrong=wrong, figures={"events_missed": missed, "days": 7}, note="libfaketime")
