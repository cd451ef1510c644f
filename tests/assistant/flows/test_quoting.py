"""The sentences that answer, word for word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.flows.quoting import best_sentences, meaningful, sentences
from tests.assistant.small_shop import POLICIES, SHIPPING

texts = st.sampled_from([policy.text for policy in POLICIES]) | st.text(max_size=200)


def test_the_sentence_that_shares_the_questions_words_is_quoted() -> None:
    assert best_sentences(SHIPPING.text, "how long does standard delivery take", count=1).startswith(
        "Standard delivery"
    )
    assert best_sentences(SHIPPING.text, "is it free", count=1).startswith("Shipping is free")


def test_headings_are_never_quoted() -> None:
    assert "Cost" not in " ".join(sentences(SHIPPING.text))


def test_below_the_floor_nothing_is_quoted() -> None:
    assert best_sentences(SHIPPING.text, "elephants", count=1, floor=1) == ""
    assert best_sentences("", "anything", count=2) == ""


@given(texts, st.text(max_size=60), st.integers(1, 3))
def test_a_quote_is_always_made_of_whole_sentences_of_the_text(text: str, question: str, count: int) -> None:
    own = sentences(text)
    quote = best_sentences(text, question, count=count)
    runs = [" ".join(own[a : a + n]) for n in range(1, count + 1) for a in range(len(own) - n + 1)]
    assert quote in runs or (not own and quote == "")


def test_words_that_carry_meaning_are_compared_by_their_stem() -> None:
    assert meaningful("Returning items") == meaningful("return item")
    assert meaningful("what is the") == set()
