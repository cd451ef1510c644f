"""Whatever the rules forbid is refused with its own reason, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.errors import AssistantError
from assistant.shops.sql import SqlShop
from assistant.tools.refusals import REFUSALS
from tests.assistant.tools.forbidden import FOREIGN, Attempt, attempts, values_for
from tests.assistant.tools.pottery import Counter, contents, open_pottery

pytestmark = pytest.mark.anyio

ATTEMPTS = attempts()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlShop]:
    shop = open_pottery(tmp_path_factory.mktemp("pottery") / "shop.db")
    before = contents(shop)
    yield shop
    assert contents(shop) == before
    shop.close()


async def refusal(shop: SqlShop, attempt: Attempt) -> AssistantError:
    counter = Counter(shop=shop, policy=attempt.policy, customer_id=attempt.customer_id)
    with pytest.raises(AssistantError) as caught:
        await counter.session.propose(attempt.arguments())
    return caught.value


def code_of(error: AssistantError) -> str:
    return str(getattr(error, "code", type(error).__name__))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
async def test_a_forbidden_attempt_is_refused_with_its_own_reason(shop: SqlShop, attempt: Attempt) -> None:
    refused = await refusal(shop, attempt)
    assert code_of(refused) == attempt.code
    assert str(refused).endswith(".") or attempt.code == "AccessDenied"


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[attempt.name for attempt in ATTEMPTS])
async def test_it_is_refused_again_at_commit_even_under_a_well_sealed_yes(shop: SqlShop, attempt: Attempt) -> None:
    """As if a flow had left the proposal out and made its own confirmation with the shop's key."""
    counter = Counter(shop=shop, policy=attempt.policy, customer_id=attempt.customer_id)
    with pytest.raises(AssistantError) as caught:
        arguments = attempt.arguments()
        await counter.tools.execute(counter.caller, arguments, counter.confirmation(arguments), counter.yes("y_1"))
    expected = "other_customer" if attempt.customer_id != "ann" else attempt.code
    assert code_of(caught.value) == expected


def test_there_are_at_least_120_different_attempts() -> None:
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS) >= 120


def test_every_reason_to_refuse_is_met_by_an_attempt() -> None:
    met = {attempt.code for attempt in ATTEMPTS}
    assert set(REFUSALS) - met == {"proof_needed", "too_many_calls", "too_many_changes", "refunds_of_a_day"}


async def test_anothers_order_and_no_order_are_refused_in_the_same_words(shop: SqlShop) -> None:
    tried = [Attempt(tool="cancel_order", values=values_for("cancel_order", one), code="") for one in FOREIGN]
    assert {str(await refusal(shop, attempt)) for attempt in tried} == {"no such order of this customer"}
