"""The whole chain against every fault: each turn ends in one whole, true reply in time, and nothing is left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.answering.wording import Draft, Paragraph
from assistant.ports import ShopInfo
from assistant.shops.sql import SqlShop
from eval.serving.faults import Scene, one_fault, scene, the_breaker
from eval.serving.faults_of_streams import FAULTS
from eval.serving.turns import QUESTIONS, Turns, settled, true_to
from tests.assistant.small_shop import CUSTOMERS, ORDERS, POLICIES, PRODUCTS, STORES

pytestmark = pytest.mark.anyio
DEADLINE = 0.6


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    home = tmp_path_factory.mktemp("shop")
    shop = SqlShop.open(home / "shop.db")
    shop.replace(
        info=ShopInfo(name="Small Shop", currency="USD"),
        products=PRODUCTS,
        policies=POLICIES,
        stores=STORES,
        customers=CUSTOMERS,
        orders=ORDERS,
    )
    shop.close()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
        async with scene(home=home, deadline=DEADLINE) as opened:
            await opened.shoppers.visit(Turns())
            yield opened


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_every_fault_ends_in_whole_true_replies_in_time_and_in_health_after_it(here: Scene, fault: str) -> None:
    before = here.held()
    figures = await one_fault(here, fault, 2)
    assert figures["held"], figures
    after = await settled(before, here.idle)
    assert after.tasks <= before.tasks
    assert after.children == before.children


async def test_a_mixture_of_faults_under_load_hangs_nobody_and_leaves_nothing(here: Scene) -> None:
    names = [fault for fault in sorted(FAULTS) if fault not in ("hang_before_headers", "slow_headers")]
    here.endpoint.plan = lambda request: names[request.number % len(names)]
    before, turns = here.held(), Turns()
    for text in QUESTIONS:
        await here.shoppers.visit(turns, [text] * 6)
    here.endpoint.plan = lambda request: ""
    figures = turns.figures()
    assert (figures["hung"], figures["failed"], figures["untrue_or_cut"], figures["shown_otherwise"]) == (0, 0, 0, 0)
    after = await settled(before, here.idle)
    assert after.tasks <= before.tasks and after.memory_mib - before.memory_mib < 64


def test_a_reply_is_true_to_its_draft_only_with_all_of_it_and_nothing_besides() -> None:
    draft = Draft(paragraphs=(Paragraph(sentence="Two tents under $200:", lines=("**Storm**: $189",)),))
    assert true_to(draft, draft.text)
    assert true_to(draft, "Here are two under $200:\n- **Storm**: $189")
    assert not true_to(draft, "Here are two under $200:")
    assert not true_to(draft, "Here are 5 under $200:\n- **Storm**: $189")
    short = Draft(paragraphs=(Paragraph(sentence="Hello! How can I help?"),))
    assert not true_to(short, "Hello! How can")


@pytest.mark.slow
async def test_an_endpoint_that_hangs_is_left_alone_after_a_few_turns_and_taken_back_when_it_is_well(
    here: Scene,
) -> None:
    found = await the_breaker(here, lambda line: None)
    assert found["opened"] and found["turns_until_open"] <= 5
    assert found["turn_while_open_s"] < DEADLINE
    assert found["closed"]
