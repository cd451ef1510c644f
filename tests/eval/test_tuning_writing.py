"""Marks of reworded replies, without a judge."""

from __future__ import annotations

import pytest

from eval.tuning.writing import Written, mark, variety, writing_report

LEAD = "**Fellwind 2, 1.8 kg** costs $129.95. Shall I add it to your cart?"


def reply(text: str, lead: str = LEAD, customer: str = "how much?") -> Written:
    return Written(lead=lead, customer=customer, reply=text, kind="grounded")


def test_other_words_with_the_same_facts_are_sound() -> None:
    found = mark(reply("It's $129.95 for **Fellwind 2, 1.8 kg**. Would you like it in your cart?"))

    assert found.sound
    assert found.changed
    assert not mark(reply(LEAD)).changed


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("**Fellwind 2, 1.8 kg** is in your cart, do you like it?", "lost"),
        ("**Fellwind 2, 1.8 kg** costs $129.95, down from $150. Shall I add it?", "added"),
        ("**Fellwind 2, 1.8 kg** costs $129.95 at Storfell. Shall I add it?", "added"),
        ("**Fellwind 2, 1.8 kg** costs $129.95, see www.example.com. Shall I add it?", "added"),
    ],
)
def test_a_lost_and_an_added_fact_are_told(text: str, wrong: str) -> None:
    found = mark(reply(text))

    assert getattr(found, wrong)
    assert not found.sound


def test_what_the_customer_said_may_be_said_back() -> None:
    assert mark(reply("For 2 people, have a look:", lead="Have a look:", customer="a tent for 2")).sound


def test_a_reply_that_goes_round_breaks_off_or_asks_what_was_not_asked_is_not_sound() -> None:
    lead = "All right, let's leave it."
    assert mark(reply("we can do it we can do it we can do it.", lead=lead)).loops
    assert not mark(reply("All right, let's", lead=lead)).whole
    assert not mark(reply("All right, shall we leave it?", lead=lead)).whole
    assert not mark(reply("", lead=lead)).sound


def test_a_report_counts_and_tells_variety() -> None:
    told = writing_report([reply(LEAD), reply("It costs a lot.")])

    assert told["replies"] == 2
    assert told["facts_kept"]["hits"] == 1
    assert told["kinds"]["grounded"]["of"] == 2
    assert variety(["A good day to you.", "A good day to you."])["repeated_sentences"] == 0.5
    assert variety(["one two three", "four five six"])["distinct_2"] == 1.0
