"""A home with some departments of the demo shop, made and indexed once in each test process; each file has a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.bootstrap import open_index
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from retrieval.embedders.minilm import MiniLmEmbedder
from retrieval.settings import RetrievalSettings
from tests.demo import the_demo

VISITED = frozenset({"Tents", "Kettles", "Headphones", "Mugs", "Sleeping Bags"})


@pytest.fixture(scope="session")
def _stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, made = tmp_path_factory.mktemp("stocked"), the_demo()
    shop = SqlShop.open(home / "shop.db")
    shop.replace(
        info=ShopInfo(name=made.name, currency=made.currency, as_of=made.as_of),
        products=[product for product in made.products if product.category[-1] in VISITED],
        policies=made.policies,
        stores=made.stores,
        customers=made.customers,
        orders=made.orders,
        floor_plans=made.floor_plans,
        placements=made.placements,
        origin="demo",
    )
    open_index(AisleSettings(home=home), shop, MiniLmEmbedder(), RetrievalSettings())
    shop.close()
    return home


@pytest.fixture(scope="session")
def stock(_stocked: Path) -> Callable[[Path], Path]:
    """Fills a home that is empty or new."""
    return lambda home: Path(shutil.copytree(_stocked, home, dirs_exist_ok=True))


@pytest.fixture(scope="module")
def demo_home(stock: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stock(tmp_path_factory.mktemp("demo"))
