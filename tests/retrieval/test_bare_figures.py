"""A figure whose attribute nobody named is of what the kind of product states."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retrieval.catalogue import Product
from retrieval.constraints import Need, merge, parse_need
from retrieval.vocabulary import Vocabulary
from tests.retrieval.shop_fixture import product, variant

MATS, HELMETS, TABLES = ("Sports", "Yoga Mats"), ("Sports", "Bike Helmets"), ("Home", "Tables")


def helmet(key: str) -> Product:
    sizes = (variant(f"{key}{size}", 1, "60", size=size) for size in ("S (51-55 cm)", "M (55-59 cm)", "L (59-63 cm)"))
    return product(key, f"Topp Helmet {key}", *sizes, category=HELMETS)


VOCABULARY = Vocabulary.of(
    (
        *(
            product(f"m{n}", f"Ro Mat {n}", variant(f"m{n}", 1, "30"), category=MATS, thickness=f"{n} mm")
            for n in (4, 6)
        ),
        *(helmet(f"h{n}") for n in range(3)),
        *(
            product(f"t{n}", f"Bord {n}", variant(f"t{n}", 1, "99"), category=TABLES, length=f"{n} cm", width="60 cm")
            for n in range(100, 104)
        ),
    )
).prepared()


def parse(text: str) -> Need:
    return parse_need(text, VOCABULARY)


def conditions(need: Need) -> set[str]:
    return {f"{one.field} {one.operator} {one.number or '|'.join(one.values)}" for one in need.filters}


@pytest.mark.parametrize("both", [parse("yoga mats 6 mm"), merge(parse("yoga mats"), parse("6 mm"), VOCABULARY)])
def test_millimetres_of_mats_are_their_thickness(both: Need) -> None:
    assert conditions(both) == {
        "category in yoga mats",
        f"thickness >= {Decimal('0.54')}",
        f"thickness <= {Decimal('0.66')}",
    }


@pytest.mark.parametrize(
    ("text", "size"), [("my head is 58 cm", "m (55-59 cm)"), ("54 cm", "s (51-55 cm)"), ("62cm", "l (59-63 cm)")]
)
def test_a_figure_within_the_range_of_a_size_is_that_size(text: str, size: str) -> None:
    for need in (parse(f"bike helmet {text}"), merge(parse("bike helmets"), parse(text), VOCABULARY)):
        assert f"size in {size}" in conditions(need)
        assert not any(one.unit for one in need.filters)


def test_a_figure_that_no_size_holds_stays_a_figure() -> None:
    assert not any(one.field == "size" for one in merge(parse("bike helmets"), parse("80 cm"), VOCABULARY).filters)


def test_an_attribute_that_the_kind_states_stays() -> None:
    need = merge(parse("tables"), parse("width 60 cm"), VOCABULARY)
    assert {one.field for one in need.filters} == {"category", "width"}


def test_what_is_bought_is_new_anyway() -> None:
    assert parse("i need a new helmet").wishes == ()
