"""What shoppers say in many ways is made plain before it is parsed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.plain_words import plain


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("a tent for three hundred dollars max", "300"),
        ("not more than two hundred and fifty dollars", "250"),
        ("a thousand dollars", "1000"),
        ("sub 150 bucks", "at most 150"),
        ("my budget is 80", "at most 80"),
        ("no more than $40", "at most $40"),
        ("upwards of 50", "at least 50"),
        ("50 tops", "at most 50"),
        ("lighter than three kilos", "3"),
        ("a jacket for my husband", "for men"),
        ("shoes for my wife", "for women"),
        ("a gift for my niece", "for kids"),
    ],
)
def test_numbers_bounds_and_people_are_put_plainly(said: str, holds: str) -> None:
    assert holds in plain(said)


@pytest.mark.parametrize("said", ["please show me tents", "hey um i kinda want tents", "tents would be great please"])
def test_noise_goes_and_the_thing_stays(said: str) -> None:
    assert "tents" in plain(said)
    assert "please" not in plain(said) and "kinda" not in plain(said)


@given(st.text(max_size=200))
def test_any_text_is_made_plain_without_an_error_or_stray_spaces(said: str) -> None:
    made = plain(said)
    assert made == made.strip() and "  " not in made


@given(st.integers(1, 99_999))
def test_a_figure_is_never_changed(number: int) -> None:
    assert str(number) in plain(f"tents under ${number}")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a tent for november", "a tent"),
        ("something for sleeping outside", "sleeping bag"),
        ("boots for this weekend", "boots"),
        ("a march 2024 edition", "a march 2024 edition"),
    ],
)
def test_when_it_is_wanted_is_no_part_of_the_thing_and_a_use_may_name_it(said: str, meant: str) -> None:
    assert plain(said) == meant


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("i'm 180cm", ""),
        ("she's about 5'4 and loves red", "and loves red"),
        ("a rope of 180cm", "a rope of 180cm"),
        ("my son is 8, a backpack", "for kids, a backpack"),
    ],
)
def test_how_tall_or_old_somebody_is_is_no_measure_of_the_thing(said: str, kept: str) -> None:
    assert plain(said) == kept
