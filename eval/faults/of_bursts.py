"""F10: one visitor who sends a hundred times as much as others. Above: the matrix."""

from __future__ import annotations

import asyncio
import time

from eval.faults.houses import small_house
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, Tried, all_settled, verdicts
from eval.kill.device import open_client
from eval.kill.figures import quantiles_ms
from eval.kill.server_process import ServerProcess

NORMAL = 1.0
"""Messages a second of every other visitor."""
TIMES = 100
BACK_SECONDS = 5.0


async def burst(under: Conditions) -> Seen:
    """F10: ten visitors at one message a second, one at a hundred."""
    limits = {"AISLE_MESSAGES_PER_MINUTE": "120", "AISLE_MESSAGES_AT_ONCE": "60", "AISLE_KILL_WORD_SECONDS": "0.002"}
    seconds = under.of(2, 30)
    async with small_house(under.folder, environment=limits) as server:
        others = [await Talk.begin(server.url, seed=under.seed, name=f"o{one}") for one in range(under.of(4, 10))]
        flood = await Talk.begin(server.url, seed=under.seed, name="flood")
        calm, beset, after = (list[Tried]() for _ in range(3))
        await _steady(others, server, under.of(2, 10), calm)
        flooding, _ = await asyncio.gather(_burst(server, flood, seconds), _steady(others, server, seconds, beset))
        ended = time.monotonic()
        await all_settled([flood], server.url, followed=False, seconds=30)
        drained = time.monotonic() - ended
        await _steady(others, server, under.of(1, 5), after)
        await all_settled(others, server.url, followed=False)
        wrong = await verdicts([*others, flood], server.url, followed=False)
    refused = [tried for tried in flooding if tried.status == 429]
    wrong |= {
        "others_refused": sum(tried.status not in (200, 201, 202) for tried in [*calm, *beset, *after]),
        "nothing_refused": int(not refused),
        "refused_without_retry_after": sum(not tried.retry_after for tried in refused),
        "other_answers": sum(tried.status not in (200, 201, 202, 429) for tried in flooding),
        "not_drained_in_5_s": int(drained > BACK_SECONDS),
    }
    figures = {
        "burst_seconds": seconds,
        "sent": len(flooding),
        "accepted": sum(tried.status in (200, 201, 202) for tried in flooding),
        "refused_429": len(refused),
        "refusal_ms": quantiles_ms([tried.seconds for tried in refused]),
        "others_ack_ms": {
            name: _latency(tries) for name, tries in (("before", calm), ("during", beset), ("after", after))
        },
        "drained_after_s": round(drained, 2),
    }
    return Seen(wrong=wrong, figures=figures)


def _latency(tries: list[Tried]) -> dict[str, float]:
    return quantiles_ms([tried.seconds for tried in tries])


async def _steady(talks: list[Talk], server: ServerProcess, seconds: float, seen: list[Tried]) -> None:
    end = time.monotonic() + seconds

    async def one(talk: Talk) -> None:
        async with open_client(server.url, talk.token) as client:
            while time.monotonic() < end:
                name = f"{talk.devices[0].name}-{time.monotonic_ns()}"
                seen.append(await talk.try_once(client, talk.devices[0].name, name, "hello"))
                await asyncio.sleep(talk.devices[0].chance.uniform(0.5, 1.5) / NORMAL)

    await asyncio.gather(*(one(talk) for talk in talks))


async def _burst(server: ServerProcess, talk: Talk, seconds: float) -> list[Tried]:
    """At its pace, whether answers come or not."""
    began, sends = time.monotonic(), list[asyncio.Task[Tried]]()
    async with open_client(server.url, talk.token) as client:
        for count in range(int(seconds * NORMAL * TIMES)):
            await asyncio.sleep(max(0.0, began + count / (NORMAL * TIMES) - time.monotonic()))
            sends.append(asyncio.create_task(talk.try_once(client, f"flood{count}", f"flood-{count}", "me first")))
        return list(await asyncio.gather(*sends))
