"""A house with an hour behind it: turns of every kind, some that broke, for the operator's page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from assistant.sight.recent import Minute, Recent
from assistant.sight.sight_settings import SightSettings
from channels.settings import ChannelSettings
from tests.channels.house import House, build_house, serving

TOKEN = "a token that nobody guesses"
TYPICAL = {
    "receive": 0.006,
    "turn": 0.045,
    "listening": 0.001,
    "understanding": 0.008,
    "flows": 0.02,
    "retrieval": 0.011,
    "tool": 0.004,
    "drafting": 0.002,
    "writing": 0.009,
    "model": 0.62,
    "grounding": 0.0004,
    "append": 0.007,
    "delivery": 0.0006,
}


def an_hour(recent: Recent, *, now: float, chance: Random) -> None:
    """As it may have been: busier towards the end, quiet for some minutes, two kinds of trouble."""
    last = int(now // 60)
    for number in range(last - 52, last + 1):
        if number % 17 == 3:
            continue
        minute = Minute(number)
        turns = 8 + (number - last + 52) // 2 + chance.randrange(6)
        minute.results = {"replied": turns, "interrupted": chance.randrange(2), "failed": int(number % 23 == 5)}
        minute.not_grounded, minute.fallbacks = int(chance.random() < 0.15), int(chance.random() < 0.3)
        minute.by_model, minute.tokens, minute.cost = turns // 2, turns * 620, turns * 0.0004
        minute.cpu, minute.conversations = turns * 0.02, {chance.randrange(300) for _ in range(turns // 3)}
        for stage, typical in TYPICAL.items():
            for _ in range(turns):
                recent.stage(minute, stage, typical * chance.lognormvariate(0, 0.5))
        recent._minutes.append(minute)
    for what, stage in (("ShopUnavailable", "tool"), ("not_grounded", "grounding"), ("fell_back", "model")):
        for number in range(3):
            recent.mishap(f"t_{number}{stage}", what, stage)


def busy(home: Path) -> House:
    house = build_house(home)
    sight = house.assistant.sight
    sight.settings = SightSettings(traces_page="https://jaeger.example/trace/{trace_id}", cost_cpu_hour=0.04)
    an_hour(sight.recent, now=sight.recent._clock(), chance=Random(7))
    house.states = {
        "store": {"state": "ready"},
        "shop": {"state": "ready", "products": 2_500, "orders": 900},
        "index": {"state": "ready", "generation": 12, "products": 2_500},
        "embedder": {"state": "ready", "name": "minilm-int8"},
        "language_model": {"state": "starting", "name": "smollm2-135m", "writer": "TemplateWriter"},
        "speech": {"state": "off"},
    }
    return house


@contextmanager
def served(house: House) -> Iterator[str]:
    """Its address; the server runs on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    opened = serving(house, ChannelSettings(admin_token=TOKEN))
    ending, told = asyncio.Event(), threading.Event()
    urls: list[str] = []

    async def hold() -> None:
        async with opened as running:
            urls.append(running.url)
            told.set()
            await ending.wait()

    held = asyncio.run_coroutine_threadsafe(hold(), loop)
    try:
        assert told.wait(30), held.exception(0)
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(ending.set)
        held.result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
