"""Strings as arrays: every string is found where it stands, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import ProductId
from retrieval.string_table import RowsById, StringTable, table_of

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=30)


@given(TEXTS)
def test_every_string_is_read_back(texts: list[str]) -> None:
    assert list(table_of(texts)) == texts


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
def test_a_string_is_found_wherever_it_stands(texts: list[str], other: str) -> None:
    table = StringTable(table_of(texts).arrays())
    for text in (*texts, other):
        assert table.numbers_of(text) == [number for number, one in enumerate(texts) if one == text]


def test_two_strings_of_the_same_checksum_are_told_apart() -> None:
    table = table_of(["plumless", "buckeroo"])  # the known pair of one CRC-32
    assert table.numbers_of("buckeroo") == [1]


def test_an_unknown_product_has_no_row() -> None:
    rows = RowsById(table_of(["a", "b"]))
    assert (rows.get(ProductId("b")), rows.get(ProductId("c")), len(rows), list(rows)) == (1, None, 2, ["a", "b"])
    with pytest.raises(IndexError):
        table_of(["a"])[1]
