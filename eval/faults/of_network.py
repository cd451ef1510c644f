"""F12: a server that cannot reach its database any more, and is told so by nothing. Above: the matrix. Below: tcp_proxy."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from eval.faults.houses import one_server, postgres_house, running
from eval.faults.outcome import Conditions, Seen
from eval.faults.talk import Talk, Tried, all_settled, verdicts
from eval.faults.tcp_proxy import TcpProxy
from eval.kill.device import open_client
from eval.kill.server_process import ServerProcess

STOPS_SECONDS = 5.0
"""After which nothing is acknowledged any more."""
BACK_SECONDS = 10.0
ANSWERED_SECONDS = 11.0
"""In which every attempt is told something."""


@dataclass(slots=True, kw_only=True)
class _Cut:
    began: float
    tries: list[Tried] = field(default_factory=list)
    healed: float = 0.0


async def partitioned(under: Conditions) -> Seen:
    """One of two servers is cut off: both ways, then each way alone. The other goes on serving the same conversations."""
    async with postgres_house() as (postgres, url), TcpProxy(target=postgres.port) as proxy:
        through = url.replace(f":{postgres.port}/", f":{proxy.port}/")
        assert urlsplit(through).port == proxy.port
        near = one_server(under.folder, "cut-off", {"AISLE_DATABASE_URL": through})
        far = one_server(under.folder, "reached", {"AISLE_DATABASE_URL": url})
        async with running(near, far):
            return await _cut_off(under, near, far, proxy)


async def _cut_off(under: Conditions, near: ServerProcess, far: ServerProcess, proxy: TcpProxy) -> Seen:
    talks = [
        await Talk.begin(
            near.url, devices=2, seed=under.seed, name=f"c{number}", through=lambda place: (near.url, far.url)[place]
        )
        for number in range(3)
    ]
    cuts: list[_Cut] = []
    ways = [(True, True)] if under.quick else [(True, True), (True, False), (False, True)] * 2
    async with AsyncExitStack() as stack:
        for talk in talks:
            await stack.enter_async_context(talk.followed())
        await asyncio.gather(*(talk.say_many(device, 2) for talk in talks for device in talk.devices))
        for number, (up, down) in enumerate(ways):
            under.tell(f"cut {number + 1} of {len(ways)}: up {up}, down {down}")
            cuts.append(await _one_cut(under, near, proxy, talks, number, up=up, down=down))
        await all_settled(talks, far.url)
    wrong = await verdicts(talks, far.url)
    return _judged(wrong, cuts, sum(talk.acknowledged for talk in talks))


async def _one_cut(
    under: Conditions, near: ServerProcess, proxy: TcpProxy, talks: list[Talk], number: int, *, up: bool, down: bool
) -> _Cut:
    loop = asyncio.get_running_loop()
    cut = _Cut(began=loop.time())
    proxy.partition(up=up, down=down)
    trying = [
        asyncio.create_task(_try(talk, near.url, f"cut{number}", cut, until=cut.began + under.of(9, 20)))
        for talk in talks
    ]
    meanwhile = [asyncio.create_task(_elsewhere(talk, number)) for talk in talks]
    await asyncio.gather(*trying, *meanwhile)
    cut.healed = loop.time()
    proxy.heal()
    await asyncio.gather(*(_try(talk, near.url, f"healed{number}", cut, until=0.0) for talk in talks))
    return cut


async def _elsewhere(talk: Talk, number: int) -> None:
    device = talk.devices[1]
    for count in range(3):
        await talk.say(device, f"{device.name}-during{number}-{count}", f"elsewhere {count}")


async def _try(talk: Talk, url: str, what: str, cut: _Cut, *, until: float) -> None:
    """One after the other; with `until` 0: until one is acknowledged."""
    loop, device = asyncio.get_running_loop(), talk.devices[0]
    async with open_client(url, talk.token) as client:
        for count in itertools.count():
            tried = await talk.try_once(client, device.name, f"{device.name}-{what}-{count}", f"{what} {count}")
            cut.tries.append(tried)
            done = tried.status in range(200, 300) or loop.time() > cut.healed + 3 * BACK_SECONDS
            if done if not until else loop.time() > until:
                return
            await asyncio.sleep(0.2)


def _judged(wrong: dict[str, int], cuts: list[_Cut], acknowledged: int) -> Seen:
    late, unanswered, backs, slowest = 0, 0, list[float](), 0.0
    for cut in cuts:
        during = [tried for tried in cut.tries if tried.began < cut.healed]
        after = [tried for tried in cut.tries if tried.began >= cut.healed]
        late += sum(
            tried.status in range(200, 300) and cut.began + STOPS_SECONDS < tried.ended < cut.healed for tried in during
        )
        unanswered += sum(tried.status == 0 or tried.seconds > ANSWERED_SECONDS for tried in during)
        slowest = max([slowest, *(tried.seconds for tried in during)])
        first = [tried.ended for tried in after if tried.status in range(200, 300)]
        backs.append(min(first) - cut.healed if first else 3 * BACK_SECONDS)
    wrong |= {
        "acknowledged_after_5_s": late,
        "never_answered": unanswered,
        "not_back_in_10_s": sum(back > BACK_SECONDS for back in backs),
    }
    figures = {
        "cuts": len(cuts),
        "acknowledged": acknowledged,
        "refused_503": sum(tried.status == 503 for cut in cuts for tried in cut.tries),
        "slowest_answer_s": round(slowest, 1),
        "back_after_s": [round(back, 2) for back in backs],
    }
    return Seen(wrong=wrong, figures=figures)
