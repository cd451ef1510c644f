"""Facts that stand in a message by their own shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding import entities


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("it's Maya.Lindqvist+shop@Example.co.uk.", "maya.lindqvist+shop@example.co.uk"),
        ("mail me: a@b.com, please", "a@b.com"),
        ("no at sign here", ""),
        ("meet me @ 5", ""),
    ],
)
def test_an_email_address_is_found_and_lower_cased(said: str, found: str) -> None:
    assert entities.email(said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("where is #W1234567", "#W1234567"),
        ("where is #w1234567?", "#W1234567"),
        ("order W1234567 please", "#W1234567"),
        ("order number 1234567", "#1234567"),
        ("my order no. is w1234567", "#W1234567"),
        ("order 2 tents", ""),
        ("my zip is 97205", ""),
        ("under $12345", ""),
    ],
)
def test_an_order_number_is_found_as_the_shop_writes_it(said: str, found: str) -> None:
    assert entities.order_number(said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("97205", "97205"),
        ("zip 97205-1234", "97205"),
        ("order #97205", ""),
        ("call 5551234567", ""),
        ("no digits", ""),
    ],
)
def test_a_zip_code_is_five_digits_that_are_no_order_number(said: str, found: str) -> None:
    assert entities.zip_code(said) == found


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("my name is Maya Lindqvist and my zip is 97205", ("Maya", "Lindqvist")),
        ("Maya Lindqvist 97205", ("Maya", "Lindqvist")),
        ("i'm maya lindqvist", ("maya", "lindqvist")),
        ("Zoë O'Brien, 97205", ("Zoë", "O'Brien")),
        ("97205", ("", "")),
        ("maya", ("", "")),
    ],
)
def test_a_full_name_is_found_beside_a_zip_or_after_its_lead(said: str, name: tuple[str, str]) -> None:
    assert entities.full_name(said) == name


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("add two of them", 2),
        ("3x please", 3),
        ("make it 12", 12),
        ("a couple of those", 2),
        ("add it", None),
        ("a tent for 2 persons", None),
        ("i want 4 person tents", None),
        ("need 2 kg", None),
    ],
)
def test_a_quantity_counts_pieces_and_nothing_else(said: str, count: int | None) -> None:
    assert entities.quantity(said) == count


@pytest.mark.parametrize(("said", "on_top"), [("two more", True), ("another one", True), ("make it two", False)])
def test_more_means_on_top_of_what_is_there(said: str, on_top: bool) -> None:
    assert entities.more(said) is on_top


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(said: str) -> None:
    lowered = said.lower()
    number = entities.order_number(said)
    assert not number or number.startswith("#")
    assert len(entities.zip_code(said)) in (0, 5)
    assert entities.email(said) == entities.email(said).lower()
    count = entities.quantity(lowered)
    assert count is None or 0 <= count <= 999
    entities.full_name(said)


@given(st.integers(10_000, 10**10 - 1), st.sampled_from(["", "W", "w", "AB"]))
def test_a_number_behind_a_hash_is_always_an_order(number: int, prefix: str) -> None:
    assert entities.order_number(f"where is #{prefix}{number}?") == f"#{prefix}{number}".upper()
