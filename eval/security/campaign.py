"""A campaign: all runs against the house in one state (rules; a model as writer, as planner), what it reached, kept as it goes.

Each finished run is a line of a file: a campaign that was stopped goes on where it was. Above: `command`. Below: `sessions`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from assistant.bootstrap import Aisle
from assistant.planning import PlannerChoice
from assistant.shops.records import Customer, Order, ServiceAction
from assistant.shops.sql import SqlShop
from eval.security.attack import Attack, load_attacks
from eval.security.house import AS_IT_WAS, demo_shop, fill_house, house_secrets, open_house, some_products
from eval.security.obeying import Obeying
from eval.security.people import Person, person
from eval.security.planting import Run, plan_runs
from eval.security.sessions import Scene, play
from eval.security.verdicts import Verdict, shop_effects
from model_serving.ports import LanguageModel

Mode = Literal["rules", "small_model", "obeying_writer", "obeying_structured", "obeying_native"]
MODES: Final[tuple[Mode, ...]] = ("rules", "obeying_writer", "obeying_structured", "obeying_native")
ALL_MODES: Final[tuple[Mode, ...]] = get_args(Mode)
_PLANNERS: Final[Mapping[Mode, PlannerChoice]] = {
    "rules": "rules",
    "small_model": "structured",
    "obeying_writer": "rules",
    "obeying_structured": "structured",
    "obeying_native": "native",
}
VICTIMS: Final = 20
DAY: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    folder: Path
    """Of the house and of what is done."""
    seed: int = 7
    each: int = 3
    """Ways beside the message, of each attack."""
    at_once: int = 8
    only: str = ""
    most: int | None = None
    """So many runs of each mode, drawn by the seed; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Of one mode."""

    mode: str
    verdicts: Mapping[str, Verdict]
    shop: tuple[str, ...]
    """Changed records that nobody allowed."""
    seconds: float
    cpu: float


def planned(campaign: Campaign) -> tuple[tuple[Run, ...], tuple[Person, ...], Callable[[Path], None]]:
    """The runs, everybody who lives in the shop, and what fills a home with them."""
    demo = demo_shop(seed=campaign.seed)
    products = some_products(demo)
    victims = tuple(person(number, "victim", products, DAY) for number in range(VICTIMS))
    chosen: Sequence[Attack] = [one for one in load_attacks() if campaign.only in one.id]
    runs = plan_runs(chosen, products, victims, DAY, seed=campaign.seed, each=campaign.each)
    if campaign.most is not None:
        drawn = random.Random(campaign.seed).sample(runs, min(campaign.most, len(runs)))
        runs = tuple(sorted(drawn, key=lambda run: run.number))
    people = (*victims, *(run.attacker for run in runs))
    return runs, people, lambda home: fill_house(home, demo, products, people, runs, as_of=DAY)


async def attack(campaign: Campaign, mode: Mode, *, tell: Tell, model: LanguageModel | None = None) -> Reached:
    """One mode. model: of `small_model`. Raises what opening the product raises."""
    runs, _, fill = await asyncio.to_thread(planned, campaign)
    home = campaign.folder / mode
    await asyncio.to_thread(fill, home)
    obeying = Obeying() if mode.startswith("obeying") else None
    given = obeying.model() if obeying is not None else model
    begun, cpu = time.monotonic(), time.process_time()
    async with open_house(home, planner=_PLANNERS[mode], model=given, tell=tell) as aisle:
        scene = Scene(aisle=aisle, obeying=obeying, prices=_prices(aisle.shop), house=house_secrets(home))
        verdicts = await _play_all(campaign, mode, runs, scene, tell)
        before = await asyncio.to_thread(_records_before, home)
        shop = shop_effects(before, _records(aisle.shop), _actions(home), await _logs(aisle, scene))
    return Reached(
        mode=mode,
        verdicts=verdicts,
        shop=shop,
        seconds=time.monotonic() - begun,
        cpu=time.process_time() - cpu,
    )


async def _play_all(
    campaign: Campaign, mode: Mode, runs: Sequence[Run], scene: Scene, tell: Tell
) -> dict[str, Verdict]:
    kept = campaign.folder / f"{mode}.jsonl"
    done = _done(kept)
    left = [run for run in runs if run.id not in done]
    gate, found = asyncio.Semaphore(campaign.at_once), Counter[str]()
    with kept.open("a", encoding="utf-8") as lines:

        async def one(run: Run) -> None:
            async with gate:
                verdict = await play(run, scene)
            done[run.id] = verdict
            lines.write(json.dumps({"run": run.id, **verdict.plain()}) + "\n")
            lines.flush()
            found.update(effects=len(verdict.effects), secrets=len(verdict.secrets), deceived=bool(verdict.deceived))
            if len(done) % 25 == 0 or len(done) == len(runs):
                tell(f"{mode}: {len(done)} of {len(runs)} runs, {dict(found)}")

        await asyncio.gather(*map(one, left))
    return done


def _done(kept: Path) -> dict[str, Verdict]:
    if not kept.exists():
        return {}
    rows = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    return {row.pop("run"): msgspec.convert(row, Verdict) for row in rows}


def _prices(shop: SqlShop) -> dict[str, Any]:
    return {str(one.id): one.price for product in shop.all_products() for one in product.variants}


def _records(shop: SqlShop) -> tuple[dict[str, Customer], dict[str, Order]]:
    return {str(one.id): one for one in shop.all_customers()}, {str(one.id): one for one in shop.all_orders()}


def _records_before(home: Path) -> tuple[dict[str, Customer], dict[str, Order]]:
    shop = SqlShop.open(home / AS_IT_WAS)
    try:
        return _records(shop)
    finally:
        shop.close()


def _actions(home: Path) -> list[ServiceAction]:
    """Straight from the file: what the shop did, whoever says otherwise."""
    with sqlite3.connect(home / "shop.db") as connection:
        rows = connection.execute("SELECT record FROM service_actions").fetchall()
    return [msgspec.json.decode(row[0], type=ServiceAction) for row in rows]


async def _logs(aisle: Aisle, scene: Scene) -> dict[str, Any]:
    """Of this campaign's conversations, those before it was stopped among them."""
    logs = dict(scene.logs)
    for action in _actions(aisle.settings.home):
        if action.conversation not in logs:
            logs[action.conversation] = await aisle.assistant.events(action.conversation)  # type: ignore[arg-type]
    return logs
