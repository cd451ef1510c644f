"""Long texts in pieces: where they are divided, and where never."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.rendering.dividing import divided
from channels.rendering.segments import segments
from tests.channels.rendering.replies import sentences


def at_most(longest: int):
    return lambda text: len(text) <= longest


def test_a_short_text_is_left_as_it_is():
    assert divided("Hello.", at_most(10)) == ("Hello.",)


def test_it_is_divided_between_sentences():
    assert divided("One thing is here. Another thing is there.", at_most(30)) == (
        "One thing is here.",
        "Another thing is there.",
    )


def test_a_paragraph_comes_before_a_sentence():
    text = "First paragraph here.\n\nSecond one. It goes on for a while."
    assert divided(text, at_most(40))[0] == "First paragraph here."


def test_an_abbreviation_ends_no_sentence():
    text = "It weighs approx. two kilos and it comes e.g. in red. Another sentence follows here."
    assert divided(text, at_most(60), "en")[0] == "It weighs approx. two kilos and it comes e.g. in red."


def test_a_price_and_a_date_stay_whole():
    for whole in ("$ 1,234.50", "1.234,50 €", "12. März 2026", "March 12, 2026", "12 de marzo de 2026", "1 234,50 kr"):
        for longest in range(20, 40):
            parts = divided(f"aaaa bbbb cccc dddd {whole} eeee ffff gggg", at_most(longest), "de")
            assert any(whole in part for part in parts), (whole, longest, parts)


@settings(deadline=None, max_examples=60)
@given(st.lists(sentences(), max_size=30), st.integers(25, 300))
def test_all_of_it_is_there_in_order_and_every_piece_fits(lines, longest):
    text = " ".join(lines)
    parts = divided(text, at_most(longest))
    assert all(len(part) <= longest for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=600), st.integers(1, 4))
def test_any_text_comes_to_an_end(text, most):
    parts = divided(text, lambda part: segments(part) <= most)
    assert all(segments(part) <= most for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)
