"""Say-acts become a draft: varied, in order, with nothing lost and no gap left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.say_acts import AskSlot, Greet, Inform, Offer, SayAct
from assistant.answering.wording import MOST_QUICK_REPLIES, Draft, TemplateMissing, draft, load_templates
from assistant.events import Card, Citation, QuickReply

TEMPLATES = load_templates("en")
VARIED = sorted(key for key, wordings in TEMPLATES.items() if len(wordings) > 1)


def a_draft(*acts: SayAct, before: set[str] | None = None, pick: int = 0) -> Draft:
    return draft(acts, TEMPLATES, said_before=before or set(), pick=lambda count: pick % count)


class Anything(dict[str, str]):
    """Whatever a template names, shown by its name."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


@given(st.sampled_from(VARIED), st.lists(st.integers(0, 10**6), min_size=2, max_size=12))
def test_no_sentence_comes_twice_in_a_row_however_it_is_picked(key: str, picks: list[int]) -> None:
    before: set[str] = set()
    for pick in picks:
        act = Inform(about=key, values=Anything())
        said = a_draft(act, before=before, pick=pick).paragraphs[0].sentence
        assert said not in before
        before = {said}


@given(st.integers(0, 10**6))
def test_any_pick_is_one_of_the_wordings(pick: int) -> None:
    assert a_draft(Greet(about="greet_bye"), pick=pick).text in TEMPLATES["greet_bye"]


def test_a_sentence_with_one_wording_is_said_again_rather_than_nothing() -> None:
    act = Inform(about="no_orders")
    once = a_draft(act).text
    assert a_draft(act, before={once}).text == once


def test_a_key_without_template_is_a_mistake_of_ours() -> None:
    with pytest.raises(TemplateMissing):
        a_draft(Inform(about="no_such_key"))


def test_a_value_that_is_missing_is_a_mistake_of_ours() -> None:
    with pytest.raises(TemplateMissing):
        a_draft(Inform(about="price", values={"title": "Mug"}))


def test_values_are_data_and_never_templates() -> None:
    act = Inform(about="price", values={"title": "{price} {0}", "price": "$1.00"})
    assert "{price} {0}" in a_draft(act).text


def test_a_greeting_comes_first_short_and_a_question_last() -> None:
    made = a_draft(AskSlot(about="ask_need"), Inform(about="cart_empty"), Greet(about="greet_hello"))
    sentences = [paragraph.sentence for paragraph in made.paragraphs]
    assert sentences[0] in TEMPLATES["greet_prefix"]
    assert sentences[1] in TEMPLATES["cart_empty"]
    assert sentences[2] in TEMPLATES["ask_need"]


def test_only_the_last_of_several_questions_is_asked() -> None:
    made = a_draft(AskSlot(about="ask_zip"), AskSlot(about="ask_need"))
    assert [p.sentence in TEMPLATES["ask_need"] for p in made.paragraphs] == [True]


def test_a_goodbye_beside_an_answer_is_left_out() -> None:
    made = a_draft(Greet(about="greet_bye"), Inform(about="cart_empty"))
    assert len(made.paragraphs) == 1


def test_the_same_act_twice_is_said_once() -> None:
    assert len(a_draft(Inform(about="cart_empty"), Inform(about="cart_empty")).paragraphs) == 1


def test_cards_and_sources_of_all_acts_are_kept_once_each() -> None:
    card, other = Card(kind="product", id="a", title="A"), Card(kind="store", id="a", title="B")
    cited = Citation(kind="product", id="a", title="A", quote="q")
    made = a_draft(
        Inform(about="cart_empty", cards=(card, other), citations=(cited,)),
        Offer(about="declined", cards=(card,), citations=(cited,)),
    )
    assert made.cards == (card, other) and made.citations == (cited,)


def test_quick_replies_answer_what_was_said_last_and_are_few() -> None:
    first, last = ([QuickReply(label=f"{n}{i}", text=f"{n}{i}") for i in range(9)] for n in "ab")
    made = a_draft(
        Inform(about="cart_empty", quick_replies=tuple(first)), Offer(about="declined", quick_replies=tuple(last))
    )
    assert made.quick_replies == tuple(last[:MOST_QUICK_REPLIES])


def test_lines_follow_their_sentence_as_a_list() -> None:
    made = a_draft(Inform(about="orders_listed", lines=("one", "two")))
    assert made.text.splitlines()[1:] == ["- one", "- two"]
