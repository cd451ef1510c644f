"""Segments of the telephone network, by the standard's own figures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.rendering.segments import is_gsm, segments, thrifty


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 151 + "€" * 4 + "a", 1),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_networks_count_them(text: str, count: int):
    assert segments(text) == count


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), st.text(max_size=50))
def test_more_text_never_takes_fewer_segments(text: str, more: str):
    assert segments(text + more) >= segments(text)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_thrift_never_costs(text: str):
    assert segments(thrifty(text)) <= segments(text) or "…" in text


def test_the_signs_of_prices_are_in_the_alphabet():
    assert is_gsm("$£€¥ 1,234.50") and not is_gsm("₹")
