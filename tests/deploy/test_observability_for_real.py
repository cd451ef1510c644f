"""The dashboards' queries and the alert rules, asked of a real Prometheus that scrapes a real server."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import open_aisle
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from channels.settings import ChannelSettings
from model_serving.language_models.scripted import ScriptedModel
from tests.channels.house import serving
from tests.demo import the_demo

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def trying() -> Any:
    spec = importlib.util.spec_from_file_location("try_observability", ROOT / "scripts" / "try_observability.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules["try_observability"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stocked(home: Path) -> Path:
    from assistant.ports import ShopInfo

    made, shop = the_demo(), SqlShop.open(home / "shop.db")
    shop.replace(
        info=ShopInfo(name=made.name, currency=made.currency, as_of=made.as_of),
        products=[product for product in made.products if product.category[-1] in {"Tents", "Mugs"}],
        policies=made.policies,
        stores=made.stores,
        customers=made.customers,
        orders=made.orders,
        origin="demo",
    )
    shop.close()
    return home


async def test_each_query_of_a_dashboard_has_data_or_a_reason_why_not_and_each_rule_is_well(
    tmp_path: Path, trying: Any
) -> None:
    if shutil.which("prometheus") is None:
        pytest.skip("needs prometheus (apt-get install prometheus)")
    settings = AisleSettings(home=stocked(tmp_path), answering_writer="template")
    async with open_aisle(settings, model=ScriptedModel(lambda messages: ["no"])) as aisle:
        plenty = ChannelSettings(_env_file=None, conversations_per_minute=10_000, conversations_at_once=1_000)
        async with serving(aisle, plenty) as served:
            report = await asyncio.to_thread(trying.whole, served.url, tmp_path, seconds=8)
    assert report["turns"] >= 4
    assert report["empty"] == [] and report["refused"] == {}
    assert set(report["rules"].values()) == {"ok"} and len(report["rules"]) >= 15
    assert report["with_data"] > len(report["empty_rightly"]) / 2
