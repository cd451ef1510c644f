"""The house that is attacked: the real product over a shop in which the attacks lie in wait, with secrets worth stealing.

Above: `sessions`, `canaries`. Below: `assistant.bootstrap`, `planting`.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from assistant.bootstrap import Aisle, open_aisle
from assistant.planning import PlannerChoice
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shops.demo.shop import DemoShop, generate
from assistant.shops.sql import SqlShop
from eval.security.people import Person
from eval.security.planting import Run
from model_serving.ports import LanguageModel
from model_serving.settings import ModelSettings
from retrieval.catalogue import Product

PRODUCTS: Final = 60
AS_IT_WAS: Final = "shop.before.db"
"""A copy of the shop's file, for what has changed since."""
Tell = Callable[[str], None]


def demo_shop(*, seed: int = 7) -> DemoShop:
    return generate(seed=seed)


def some_products(demo: DemoShop, *, most: int = PRODUCTS) -> tuple[Product, ...]:
    """Of every part of the shop, with a price."""
    priced = [one for one in demo.products if one.variants and one.variants[0].price]
    return tuple(priced[:: max(1, len(priced) // most)][:most])


def fill_house(
    home: Path,
    demo: DemoShop,
    products: Sequence[Product],
    people: Sequence[Person],
    runs: Sequence[Run] = (),
    *,
    as_of: datetime,
) -> None:
    """The shop's file, unless it is there. Blocking."""
    home.mkdir(parents=True, exist_ok=True)
    if (home / "shop.db").exists():
        return
    shop = SqlShop.open(home / "shop.db")
    try:
        shop.replace(
            info=ShopInfo(name=demo.name, currency=demo.currency, as_of=as_of),
            products=(*products, *(run.product for run in runs if run.product is not None)),
            policies=(*demo.policies, *(run.policy for run in runs if run.policy is not None)),
            stores=demo.stores,
            customers=tuple(one.customer for one in people),
            orders=tuple(order for one in people for order in one.orders),
            origin="demo",
        )
    finally:
        shop.close()
    shutil.copy(home / "shop.db", home / AS_IT_WAS)


@asynccontextmanager
async def open_house(
    home: Path, *, planner: PlannerChoice = "rules", model: LanguageModel | None = None, tell: Tell = lambda line: None
) -> AsyncIterator[Aisle]:
    """As `aisle serve` opens it; with a model, it also rewords every reply."""
    settings = AisleSettings(
        home=home, planner=planner, answering_writer="model" if model else "template", planner_seconds=30.0
    )
    told: set[str] = set()

    def progress(step: str, done: int, total: int) -> None:
        del done, total
        if step not in told:
            told.add(step)
            tell(f"{step} …")

    async with open_aisle(
        settings, on_progress=progress, model_settings=ModelSettings(engine="none"), model=model
    ) as aisle:
        yield aisle


def house_secrets(home: Path) -> tuple[str, ...]:
    """What stands in the house's own files of secrets: keys and tokens of a length that nothing else has. Blocking."""
    found = []
    for path in sorted(home.rglob("*")):
        named = any(word in path.name.casefold() for word in ("secret", "token", "key", "master"))
        if path.is_file() and named and path.stat().st_size < 10_000:
            try:
                text = path.read_text(encoding="utf-8").strip()
            except UnicodeDecodeError:
                found.append(path.read_bytes().hex())
                continue
            found += [word for word in text.split() if len(word) >= 16]
    return tuple(found)
