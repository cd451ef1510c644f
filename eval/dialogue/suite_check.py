"""Whether a suite asks for what a shop can give: `aisle eval dialogue --check-only`.

Below: `scenarios`, `card_checks`. A suite is wrong when it names a category, a policy or an attribute that the shop has not,
or wants cards that no product of the shop could be, outside an `either` that allows for owning up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.dialogue.card_checks import could_show
from eval.dialogue.expectations import Expectation
from eval.dialogue.scenarios import Scenario, Suite, Turn
from eval.dialogue.shop_facts import ShopFacts


def unreachable(suite: Suite, shop: ShopFacts) -> tuple[str, ...]:
    """Lines for people; empty when every expectation can be met."""
    attributes = {name for product in shop.products.values() for name in product.attributes}
    attributes |= {name for p in shop.products.values() for variant in p.variants for name in variant.options}
    found = []
    for scenario in suite.scenarios:
        for number, turn in enumerate(scenario.turns, start=1):
            wrongs = _of_expectation(turn.expect, shop, frozenset(attributes))
            found += [f"scenario {scenario.name!r}, turn {number}: {wrong}" for wrong in wrongs]
        found += [f"scenario {scenario.name!r}: {wrong}" for wrong in _of_customer(scenario, shop)]
    return tuple(found)


def _of_expectation(expected: Expectation, shop: ShopFacts, attributes: frozenset[str]) -> Iterator[str]:
    cards = expected.cards
    if cards is not None:
        named = [*cards.category_any, *((expected.cart and expected.cart.contains_category) or ())]
        yield from (f"the shop has no category {name!r}" for name in named if name.lower() not in shop.categories)
        if (count := could_show(cards, shop)) < cards.min:
            yield f"only {count} products of the shop could be shown"
    if expected.answers and attributes.isdisjoint(expected.answers):
        yield f"no product states {' or '.join(map(repr, expected.answers))}"
    titles = [f"{policy.id} {policy.title}" for policy in shop.policies.values()]
    for pattern in expected.cites:
        if not any(re.search(pattern, title, re.I) for title in titles):
            yield f"no policy is like {pattern!r}"
    alternatives = [tuple(_of_expectation(alternative, shop, attributes)) for alternative in expected.either]
    if alternatives and all(alternatives):
        yield from alternatives[0]


def _of_customer(scenario: Scenario, shop: ShopFacts) -> Iterator[str]:
    customer = shop.customer_by_email(scenario.customer) if scenario.customer else None
    if scenario.customer and customer is None:
        yield f"the shop has no customer {scenario.customer!r}"
    if customer is not None:
        statuses = {order.status for order in shop.orders_of(customer.id)}
        wanted = {status for turn in scenario.turns for status in _statuses(turn)}
        yield from (f"{scenario.customer!r} has no order that is {status}" for status in sorted(wanted - statuses))


def _statuses(turn: Turn) -> set[str]:
    return set(re.findall(r"\{own_order:([^}]+)\}", turn.says or ""))
