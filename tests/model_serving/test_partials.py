"""Words that two partial transcripts agree on stay."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from model_serving.partials import Agreement, bare

WORDS = st.lists(st.sampled_from(["where", "Where,", "is", "my", "order", "older", "W100", "please."]), max_size=8)
HISTORY = st.lists(WORDS.map(" ".join), max_size=8)


@settings(deadline=None)
@given(HISTORY)
def test_what_is_committed_never_changes_and_only_grows(transcripts: list[str]) -> None:
    agreement, before = Agreement(), ""
    for transcript in transcripts:
        shown = agreement.told(transcript)
        assert shown.committed == before or shown.committed.startswith(f"{before} ".lstrip())
        before = shown.committed


@settings(deadline=None)
@given(HISTORY)
def test_every_committed_word_stood_in_two_transcripts_in_a_row_at_its_place(transcripts: list[str]) -> None:
    agreement = Agreement()
    for transcript in transcripts:
        shown = agreement.told(transcript)
    told = [transcript.split() for transcript in transcripts if transcript.split()]
    for at, word in enumerate(shown.committed.split() if transcripts else []):
        pairs = itertools.pairwise(told)
        assert any(
            len(one) > at and len(other) > at and bare(one[at]) == bare(other[at]) == bare(word) for one, other in pairs
        )


@settings(deadline=None)
@given(HISTORY, WORDS)
def test_saying_the_same_three_times_shows_all_of_it_and_commits_all_but_its_last_word(
    transcripts: list[str], words: list[str]
) -> None:
    agreement = Agreement()
    for _ in range(3):
        shown = agreement.told(" ".join(words))
    assert shown.text == " ".join(words)
    assert shown.committed.split() == words[:-1]


def test_a_word_that_was_half_heard_is_not_committed() -> None:
    agreement = Agreement()
    assert agreement.told("I want to re").committed == ""
    shown = agreement.told("I want to return")
    assert (shown.committed, shown.tentative) == ("I want to", "return")
    shown = agreement.told("I want two turn my boots")
    assert shown.committed == "I want to"
    assert shown.text == "I want to turn my boots"
