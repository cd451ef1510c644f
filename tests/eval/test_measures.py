"""Figures with units."""

from decimal import Decimal

import pytest

from eval.measures import measure, within


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1.8 kg", "1.8", "kg"),
        ("1800 g", "1.8", "kg"),
        ("1,8 kg", "1.8", "kg"),
        ("27 inch", "27", "inch"),
        ("20000 mAh", "20000", "mah"),
    ],
)
def test_a_measure_is_brought_to_its_base_unit(text: str, number: str, unit: str) -> None:
    assert measure(text) == (Decimal(number), unit)


def test_bounds_hold_across_units_and_never_between_different_ones() -> None:
    assert within("1200 g", least="1 kg", most="1.5 kg")
    assert not within("1600 g", least="", most="1.5 kg")
    assert not within("12 l", least="10 kg", most="")
    assert not within("unknown", least="1 kg", most="")
