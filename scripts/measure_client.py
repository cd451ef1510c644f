"""What a conversation costs a process of many (channels.client): memory, CPU to open, CPU a message. JSON on stdout.

`PYTHONPATH=. python scripts/measure_client.py --conversations 1000 > client.json`. The server is a child with a scripted turn
(tests/channels/house.py); all figures are of this process alone, in process CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterable
from pathlib import Path

import httpx
import psutil

from channels.client import AisleClient
from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving

AT_ONCE = 50
EVENTS = 5
"""Of a conversation with one message: started, joined, said, turn started, answered."""


async def serve() -> None:
    settings = ChannelSettings(conversations_at_once=1_000_000, connections=100_000)
    with tempfile.TemporaryDirectory() as home:
        async with serving(build_house(Path(home)), settings) as served:
            sys.stdout.write(f"{served.url}\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)


async def by_portions(works: Iterable[Awaitable[object]]) -> list[object]:
    waiting, done = list(works), []
    while waiting:
        done += await asyncio.gather(*waiting[:AT_ONCE])
        del waiting[:AT_ONCE]
    return done


async def measure(url: str, number: int) -> dict[str, float]:
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as http:
        aisle = AisleClient(url, http=http, socket_options={"proxy": None, "open_timeout": 60})
        tickets = [await aisle.start() for _ in range(number)]
        gc.collect()
        memory, begun = psutil.Process().memory_info().rss, time.process_time()
        talks = [aisle.open(ticket, folds=False) for ticket in tickets]
        await by_portions(talk.__aenter__() for talk in talks)
        await by_portions(talk.connected() for talk in talks)
        opened = time.process_time()
        gc.collect()
        grown = psutil.Process().memory_info().rss - memory
        said = time.process_time()
        await by_portions(talk.send("hello") for talk in talks)
        await by_portions(talk.reached(EVENTS) for talk in talks)
        answered = time.process_time()
        await by_portions(talk.close() for talk in talks)
    return {
        "conversations": number,
        "kib_each": round(grown / number / 1024, 1),
        "open_ms_cpu": round(1e3 * (opened - begun) / number, 3),
        "message_ms_cpu": round(1e3 * (answered - said) / number, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        try:
            found = asyncio.run(measure(server.stdout.readline().strip(), given.conversations))
        finally:
            server.stdin.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
