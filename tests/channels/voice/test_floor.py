"""How long a silence means the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice.expecting import NOTHING, Expecting
from channels.voice.floor import DOUBTFUL, LONG, PLAIN, SHORT, digits_in, patience

ORDER = Expecting(kind="order", least=5)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My order number is", "en"),
        ("My order number is.", "en"),
        ("It's.", "en"),
        ("I'm looking for a", "en"),
        ("I would like to return the...", "en"),
        ("Um", "en"),
        ("Show me tents for", "en"),
        ("Can you check whether?", "en"),
        ("My order number is W23.", "en"),
        ("My phone number is 555.", "en"),
        ("And", "en"),
        ("Mi número de pedido es", "es"),
        ("Busco una", "es"),
        ("Mon numéro de commande est", "fr"),
        ("Je cherche une tente pour", "fr"),
        ("Meine Bestellnummer ist", "de"),
        ("Ich suche ein", "de"),
        ("", "en"),
    ],
)
def test_half_a_sentence_holds_the_floor(text: str, language: str) -> None:
    assert patience(text, NOTHING, language) == LONG


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order?", "en"),
        ("What's that for?", "en"),
        ("Which one are you looking at?", "en"),
        ("I want to return my order.", "en"),
        ("The second one, please.", "en"),
        ("My phone number ends in 34.", "en"),
        ("Quiero devolver mi pedido.", "es"),
        ("Où est ma commande ?", "fr"),
        ("Wo ist meine Bestellung?", "de"),
    ],
)
def test_a_whole_sentence_gives_it_up_soon(text: str, language: str) -> None:
    assert patience(text, NOTHING, language) == SHORT


@pytest.mark.parametrize(
    "text", ["Can you ship it to?", "What is your?", "Do you have a tent for?", "It's order number 441."]
)
def test_a_question_mark_that_the_ears_put_does_not_end_half_a_question(text: str) -> None:
    assert patience(text, NOTHING) == LONG


def test_words_that_may_stand_at_an_end_get_a_second() -> None:
    assert patience("Is the store in?", NOTHING) == DOUBTFUL
    assert patience("Do you have running shoes in size?", NOTHING) == DOUBTFUL
    assert patience("I want the blue one,", NOTHING) == DOUBTFUL


@pytest.mark.parametrize("text", ["4417", "It's 4 4 1.", "four four one", "My order number is 44-17"])
def test_fewer_digits_than_were_asked_for_hold_it(text: str) -> None:
    assert patience(text, ORDER) == LONG


@pytest.mark.parametrize("text", ["441792", "four four one seven nine two", "It's 4-4-1-7-9-2"])
def test_as_many_as_were_asked_for_do_not(text: str) -> None:
    assert patience(text, ORDER) == SHORT


def test_a_number_in_other_words_is_no_half_order_number() -> None:
    assert patience("Do you have 2 of them?", ORDER) == SHORT
    assert patience("I want two tents.", NOTHING) == SHORT


def test_half_an_address_of_mail_holds_it() -> None:
    email = Expecting(kind="email")
    assert patience("ada at", email) == LONG
    assert patience("ada at shop dot com", email) < LONG


def test_an_answer_of_a_word_is_whole() -> None:
    assert patience("Yes", Expecting(kind="yes_or_no")) == SHORT
    assert patience("The blue one", Expecting(kind="choice")) == SHORT
    assert patience("Blue tents", NOTHING) == PLAIN
    assert patience("No.", NOTHING) == PLAIN, "and what they want instead"


def test_digits_are_counted_as_figures_and_as_words() -> None:
    assert digits_in("four four 17 and twenty") == 6


@given(
    st.text(max_size=60),
    st.sampled_from([NOTHING, ORDER, Expecting(kind="email")]),
    st.sampled_from(["en", "de", "xx"]),
)
def test_no_text_makes_it_wait_longer_than_the_cap_or_cut_faster_than_a_breath(
    text: str, expecting: Expecting, language: str
) -> None:
    assert SHORT <= patience(text, expecting, language) <= LONG
