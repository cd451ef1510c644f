"""The open product learns while it serves: a promoted set is taken up without a restart, a trial without being promoted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.answering.writer import TemplateWriter
from assistant.bootstrap import Aisle, open_aisle
from assistant.feedback.candidates import Candidate
from assistant.feedback.learned_files import folder_of
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from model_serving.settings import ModelSettings
from retrieval.constraints import Need
from tests.assistant.small_shop import CUSTOMERS, ORDERS, POLICIES, PRODUCTS, STORES

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAIR = Candidate(
    conversation_id="c_1", seq=3, kind="not_found", language="en", becomes="synonym", text="brewpot", better="kettle"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    shop = SqlShop.open(tmp_path / "shop.db")
    shop.replace(
        info=ShopInfo(name="Small Shop", currency="USD"), products=PRODUCTS, policies=POLICIES, stores=STORES,
        customers=CUSTOMERS, orders=ORDERS,
    )  # fmt: skip
    shop.close()
    return tmp_path


def opened(home: Path, **settings: str) -> object:
    model = ModelSettings(engine="none")
    return open_aisle(AisleSettings(home=home, **settings), model_settings=model, writer=TemplateWriter())  # type: ignore[arg-type]


def finds(aisle: Aisle) -> bool:
    found = aisle.retriever.find(Need(text="brewpot", said=""), k=1)
    return bool(found.products) and "ettle" in found.products[0].title and not found.missing


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not what():  # noqa: ASYNC110, a set that is taken up announces itself nowhere
            await asyncio.sleep(0.05)


async def test_a_promoted_set_is_taken_up_and_left_while_it_serves(home: Path) -> None:
    async with opened(home) as aisle:  # type: ignore[attr-defined]
        assert not finds(aisle)
        sets = aisle.feedback.sets
        sets.reviewing.keep("c_1", [PAIR])
        sets.reviewing.decide(sets.reviewing.listed("open")[0].candidate_id, "accepted", by="ada")
        made = sets.make(by="ada", at=NOW)
        sets.promote(made.number, by="ada", at=NOW)
        await until(lambda: finds(aisle))
        assert aisle.versions()["learned"] == made.label
        retriever = aisle.retriever
        aisle.serve(retriever)  # a new index has it, too
        assert finds(aisle)
        sets.roll_back(by="ada", at=NOW)
        await until(lambda: not finds(aisle))
        assert "learned" not in aisle.versions()
    # A trial: the set's folder, while nothing is promoted.
    folder = folder_of(home, made.number)
    async with opened(home, learned=str(folder)) as trial:  # type: ignore[attr-defined]
        assert finds(trial)
        assert trial.versions()["learned"] == made.label
        assert trial.feedback.sets.standing().current == 0
