"""Which words of a growing transcript stand firm."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.voice.agreement import Agreement


def test_words_are_firm_when_two_transcripts_have_them() -> None:
    words = Agreement()
    assert words.heard("Where") == ""
    assert words.heard("Where is my older") == "Where"
    assert words.heard("where is my order") == "Where is my"
    assert words.heard("Where is my order? It") == "Where is my order?"


@given(st.lists(st.lists(st.sampled_from(["a", "B,", "c"]), max_size=5), max_size=8))
def test_firm_words_are_never_taken_back(transcripts: list[list[str]]) -> None:
    words, before = Agreement(), ""
    for transcript in transcripts:
        firm = words.heard(" ".join(transcript))
        assert firm.startswith(before)
        before = firm
