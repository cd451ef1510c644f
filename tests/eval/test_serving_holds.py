"""The benches of what holds: small runs of each, over the real parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ports import ShopInfo
from assistant.shops.sql import SqlShop
from eval.machine import machine
from eval.serving.canary import GOOD, WORSE, _one
from eval.serving.kill import bench_kill
from eval.serving.limits import bench_overload
from eval.serving.replicas import Ended, Steady, _moved
from model_serving.engines import llama_cpp
from model_serving.language_models.scripted import ScriptedModel
from model_serving.settings import ModelSettings
from tests.assistant.small_shop import CUSTOMERS, ORDERS, POLICIES, PRODUCTS, STORES

NEEDS_ENGINE = pytest.mark.skipif(not llama_cpp.package_installed(), reason="xllamacpp is not installed")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("kind", ["dead", "silent"])
def test_a_dead_canary_goes_after_a_handful_of_its_turns_and_the_others_are_not_touched(kind: str) -> None:
    trials = [_one(seed, WORSE[kind], 1000, 300) for seed in range(4)]
    assert all(gone is not None for _, gone in trials)
    assert all(trial.tried <= 6 and trial.touched_others == 0 for trial, _ in trials)


def test_an_equal_canary_stays() -> None:
    assert [_one(seed, GOOD, 600, 0)[0].why for seed in range(4)] == [""] * 4


def test_a_kills_report_tells_those_that_had_begun_from_those_that_had_not() -> None:
    load = Steady(model=ScriptedModel({}), tokens=1)
    load.ended = [
        Ended(began=0.0, outcome="written", took=1.0, first_word=0.2),
        Ended(began=8.0, outcome="broken", took=2.5, first_word=0.5),
        Ended(began=10.5, outcome="failed: Overloaded", took=0.1),
        Ended(began=11.0, outcome="written", took=2.0, first_word=0.5),
    ]
    found = _moved(load, killed=10.0, at_once=2)
    assert (found["not_begun_and_failed"], found["broken_streams"]) == (1, 1)
    assert found["first_word_of_a_new_request_after_s"] == 1.5
    assert found["last_trouble_of_a_new_request_after_s"] == 0.5


def test_a_figure_tells_its_machine() -> None:
    assert machine()["cores"] >= 1 and machine()["load"] >= 0


@NEEDS_ENGINE
@pytest.mark.anyio
@pytest.mark.long
async def test_the_engine_killed_under_turns_costs_no_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    monkeypatch.setenv("AISLE_MODEL_REQUANTISE", "false")
    shop = SqlShop.open(tmp_path / "shop.db")
    shop.replace(
        info=ShopInfo(name="Small Shop", currency="USD"),
        products=PRODUCTS,
        policies=POLICIES,
        stores=STORES,
        customers=CUSTOMERS,
        orders=ORDERS,
    )
    shop.close()
    found = await bench_kill(home=tmp_path, conversations=6, slots=2, tell=lambda line: None)
    assert found["turns"] == 6 and found["being_written_at_the_kill"] == 2
    assert (found["hung"], found["failed"], found["untrue_or_cut"], found["shown_otherwise"]) == (0, 0, 0, 0)
    assert found["left_behind"]["tasks"] == 0 and found["left_behind"]["child_processes"] == 0


@NEEDS_ENGINE
@pytest.mark.anyio
@pytest.mark.slow
async def test_overload_is_measured_on_the_real_engine(tmp_path: Path) -> None:
    settings = ModelSettings(engine="llama_cpp", requantise=False)
    found = await bench_overload(settings, home=tmp_path, seconds=2, tokens=2, tell=lambda line: None)
    assert found["accepted"] > 0 and found["failed"] == {}
    assert found["refused_with_retry_after"] == found["refused"]
