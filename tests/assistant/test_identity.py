"""The only door to customer data: "not yours" and "not there" are answered alike."""

from __future__ import annotations

import pytest

from assistant.errors import AccessDenied
from assistant.identity import access_customer, access_order, access_orders, recognise
from tests.assistant.small_shop import ARRIVED, MAYA, ON_ITS_WAY, SmallShop

pytestmark = pytest.mark.anyio


async def test_an_email_names_its_one_customer(shop: SmallShop) -> None:
    assert await recognise(shop, email="maya@example.com") == MAYA
    assert await recognise(shop, email="MAYA@example.com") == MAYA
    assert await recognise(shop, email="nobody@example.com") is None


async def test_a_name_needs_its_zip_code(shop: SmallShop) -> None:
    assert await recognise(shop, first_name="Maya", last_name="Lindqvist", zip_code="97205") == MAYA
    assert await recognise(shop, first_name="Maya", last_name="Lindqvist") is None
    assert await recognise(shop, first_name="Maya", last_name="Lindqvist", zip_code="10001") is None
    assert await recognise(shop, zip_code="97205") is None
    assert await recognise(shop) is None


async def test_facts_that_fit_two_customers_name_neither(shop: SmallShop) -> None:
    assert await recognise(shop, first_name="Ann", last_name="Lee", zip_code="97205") is None


async def test_a_wrong_email_is_not_mended_by_a_right_name(shop: SmallShop) -> None:
    found = await recognise(
        shop, email="nobody@example.com", first_name="Maya", last_name="Lindqvist", zip_code="97205"
    )
    assert found is None


async def test_their_own_orders_are_opened(shop: SmallShop) -> None:
    assert await access_customer(shop, "maya") == MAYA
    assert await access_order(shop, "maya", "#W1000001") == ON_ITS_WAY
    assert await access_orders(shop, "maya") == (ON_ITS_WAY, ARRIVED)


@pytest.mark.parametrize("order", ["#W2000001", "#W7777777", "", "#"])
async def test_a_foreign_order_and_none_at_all_are_denied_in_the_same_words(shop: SmallShop, order: str) -> None:
    with pytest.raises(AccessDenied) as denied:
        await access_order(shop, "maya", order)
    with pytest.raises(AccessDenied) as missing:
        await access_order(shop, "maya", "#W0000000")
    assert str(denied.value) == str(missing.value)


async def test_nobody_has_no_data(shop: SmallShop) -> None:
    for refused in (access_customer(shop, ""), access_order(shop, "", "#W1000001"), access_orders(shop, "")):
        with pytest.raises(AccessDenied):
            await refused
    with pytest.raises(AccessDenied):
        await access_customer(shop, "ghost")
