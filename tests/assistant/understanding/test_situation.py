"""What a rule may know of a segment besides its words."""

from __future__ import annotations

from assistant.context import Context
from assistant.understanding.situation import Situation
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import SHOWN


def situation(brains: Brains, said: str, context: Context = SHOWN) -> Situation:
    return Situation(original=said, lexicon=brains.lexicon, context=context, titles=context.titles, cart_titles={})


def test_fillers_are_left_out_of_the_text_and_kept_in_what_was_said(brains: Brains) -> None:
    one = situation(brains, "Ok and is  that tent waterproof")
    assert one.text == "is that tent waterproof"
    assert one.said == "ok and is that tent waterproof"
    assert one.words == ["is", "that", "tent", "waterproof"]


def test_a_name_points_more_exactly_than_a_pronoun(brains: Brains) -> None:
    assert [r.text for r in situation(brains, "is that fjell storm any good").pointed] == ["t1"]


def test_an_ordinal_points_more_exactly_than_a_name(brains: Brains) -> None:
    (reference,) = situation(brains, "not the storm, the second one").pointed
    assert (reference.kind, reference.position) == ("ordinal", 2)


def test_the_table_is_empty_until_something_was_shown(brains: Brains) -> None:
    assert situation(brains, "it").table
    assert not situation(brains, "it", Context()).table


def test_a_place_in_the_words_is_the_store_there(brains: Brains) -> None:
    assert situation(brains, "is it in Portland?").place == "portland"
