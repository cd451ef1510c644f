"""What a change takes beyond being known, and what a shop asks for when it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.shops.records import OrderId
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import CancelOrder
from assistant.tools.policy import policy_for
from assistant.tools.refusals import Refusal
from assistant.tools.session import ToolSession
from tests.assistant.tools.pottery import ANN, Counter, open_pottery

pytestmark = pytest.mark.anyio

CANCEL = CancelOrder(order_id=OrderId("#PENDING"), reason="no longer needed")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    shop: SqlShop = open_pottery(tmp_path / "shop.db")
    made = Counter(shop=shop)
    yield replace(made, policy=replace(made.policy, changes_by="proof"))
    shop.close()


def session_of(counter: Counter, *, proven: bool) -> ToolSession:
    caller = replace(counter.caller, proven=proven)
    return ToolSession(tools=counter.tools, caller=caller, record=lambda fact, actor: None)


async def test_a_change_takes_proof_where_the_shop_says_so_and_a_look_does_not(counter: Counter) -> None:
    said = session_of(counter, proven=False)
    with pytest.raises(Refusal) as caught:
        await said.propose(CANCEL)
    assert caught.value.code == "proof_needed"
    assert await said.profile() == ANN
    assert (await session_of(counter, proven=True).propose(CANCEL)).tool == "cancel_order"


async def test_what_was_proposed_to_somebody_proven_is_not_carried_out_for_one_who_only_says_so(
    counter: Counter,
) -> None:
    proposal = await session_of(counter, proven=True).propose(CANCEL)
    with pytest.raises(Refusal) as caught:
        await session_of(counter, proven=False).execute(CANCEL, proposal.confirmation, counter.yes(proposal.id))
    assert caught.value.code == "proof_needed"


@pytest.mark.parametrize(
    ("known", "asks"), [({}, "two_facts"), ({"origin": "demo"}, "email"), ({"orders_from": "tau2"}, "email")]
)
def test_a_shop_of_ones_own_asks_for_two_facts(tmp_path: Path, known: dict[str, str], asks: str) -> None:
    policy = policy_for(known, tmp_path / "none.yaml")
    assert (policy.identify_by, policy.changes_by) == (asks, "identified")
