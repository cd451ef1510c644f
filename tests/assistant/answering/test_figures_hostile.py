"""Figures and statements of texts made to take time: bounded, and the bounds change nothing that people write."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.concepts import statements
from assistant.answering.figures import figures
from assistant.answering.grounding import _is_for, unsupported
from tests.assistant.answering.test_claims import RULES
from tests.timing import cpu_seconds

LONGEST = 4_000
"""What a customer's message may have (`assistant.messages.MAX_TEXT`)."""
SLOWEST = 0.5
"""Seconds of CPU; the cubic patterns that were here took minutes."""
TRAPS = (
    " ",
    "\t",
    "\n",
    "a",
    "1",
    "1 ",
    "1,",
    "a-",
    "5 \t ",
    "#1",
    "1 of  ",
    "May  ",
    "und ",
    "about   ",
    "1 \u00a0",
    "$1 ",
)
PIECES = (
    "about", "under", "thirty", "five", "days", "$", "12", "1,299.00", "%", "of", "it", "left", "only", "in stock", "out of 5",
    "stars", "24", "November", "de", "2026", "3:30", "pm", "#W100", "AB-12", "250g", "3-Season", "one year", "rated", "4.8", "x",
    "two", "items", "euros", "and", "cents", ",", ".",
)  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("end", ["\x00!", "5", "\u00e9"])
def test_the_longest_message_takes_no_time_to_read(trap: str, end: str) -> None:
    text = (trap * LONGEST)[:LONGEST] + end
    assert cpu_seconds(lambda: (figures(text), statements(text, "en"))) < SLOWEST


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.integers(2, 4))
def test_more_blanks_between_words_are_read_as_one(words: list[str], blanks: int) -> None:
    """As it was before repetitions had bounds: nobody types ten blanks and means them."""
    once, more = " ".join(words), ("\n" + " " * (blanks - 1)).join(words)
    of = [(one.kind, one.values, one.unit) for one in figures(once) if one.kind in ("date", "time", "code", "weekday")]
    assert of == [
        (one.kind, one.values, one.unit) for one in figures(more) if one.kind in ("date", "time", "code", "weekday")
    ]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_figures_never_overlap_and_stand_where_they_say(words: list[str]) -> None:
    text = " ".join(words)
    found = figures(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(one.text == re.sub(r"^\s+|\s+$", "", one.text) or text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize("trap", [" ", "\t", "* ", "“", " \n"])
def test_what_stands_between_a_figure_and_a_name_takes_no_time_either(trap: str) -> None:
    text = f"It costs $189.00{trap * 2_000}Fjell Storm 2 Tent"[:LONGEST]
    assert cpu_seconds(lambda: unsupported(text, RULES)) < SLOWEST


def test_words_between_a_figure_and_a_name_still_join_them() -> None:
    assert all(
        _is_for(words) for words in (" for the **", " x ", " times ", " left of the ", " pieces of the ", " de la ")
    )
    assert not any(_is_for(words) for words in (" and the rest of ", ", ", " " * 61))
