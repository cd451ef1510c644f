"""Conditions that only what is found lets us see never undo what the words already said."""

from __future__ import annotations

from decimal import Decimal

from assistant.flows.conditions import conditions, with_conditions
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import Filter, Need

TENTS = tuple(
    Product(id=ProductId(f"t{n}"), title=f"Ridge {n} Tent", category=("Tents",), attributes={"persons": str(n)})
    for n in (1, 2, 3)
)


def test_a_price_stays_a_price_beside_a_number_of_persons() -> None:
    words = "2 person tent under 200"
    price = Filter(field="price", operator="<=", number=Decimal(200))
    persons = Filter(field="persons", operator="<=", number=Decimal(2), unit="person")
    need = Need(text="tent", thing="tent", filters=(persons, price))
    assert with_conditions(need, need, conditions(words, TENTS), TENTS) == need
