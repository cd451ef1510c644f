"""The same reply on every channel: what stands where, and that nothing of it is lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.formats import money
from assistant.events import (
    Actor,
    AgentJoined,
    AgentLeft,
    AgentSaid,
    Card,
    CardAction,
    ConversationClosed,
    HandoffRequested,
    NoteAdded,
    ToolCalled,
    TurnFailed,
    TurnId,
)
from channels.channel import Buttons, Capabilities
from channels.channels import CHANNELS
from channels.rendering.rendered import Rendered, read_button_id
from channels.rendering.rendering import render
from channels.rendering.segments import is_gsm, segments
from channels.rendering.written import MOST_SEGMENTS
from channels.text_message.capabilities import SMS, WHATSAPP, WHATSAPP_BY_TWILIO
from tests.channels.rendering.replies import TENTS, TENTS_SAID, happened, product, replies, said

ALL = [*CHANNELS.values(), WHATSAPP, WHATSAPP_BY_TWILIO]
WRITTEN = [each for each in ALL if each.markup != "speech"]


def shown(reply, capabilities: Capabilities = SMS, **fields) -> Rendered:
    rendered = render(happened(reply), capabilities, **fields)
    assert rendered is not None
    return rendered


def all_of(rendered: Rendered) -> str:
    """Everything a customer can read or ask to hear, white space and marks aside."""
    said = [part.text for part in rendered.parts] + [rendered.later]
    bare = "\n".join(re.sub(r" \(\d+/\d+\)$", "", text) for text in said)
    return plain(re.sub(r"^(?:[-•]|\d+\.) ", "", bare, flags=re.MULTILINE))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("*", "").replace("\u00a0", " ")).strip()


def test_cards_become_a_numbered_list_in_an_sms():
    (part,) = shown(TENTS_SAID).parts
    assert part.text == (
        "These fit best:\n"
        "1. Sola Garden 3 Tent: $79.00, in stock\n"
        "2. Varde Weekend 2 Tent: $99.00, in stock\n"
        "3. Cheaper\n"
        "4. Compare the first two\n"
        "Reply with a number, or in your own words."
    )


def test_the_same_cards_become_a_list_to_press_in_whatsapp():
    (part,) = shown(TENTS_SAID, WHATSAPP).parts
    assert part.text.startswith("These fit best:\n1. *Sola Garden 3 Tent*: $79.00")
    assert [(row.id, row.label, row.note) for row in part.rows] == [
        ("7.1", "Sola Garden 3 Tent", "$79.00, in stock"),
        ("7.2", "Varde Weekend 2 Tent", "$99.00, in stock"),
        ("7.3", "Cheaper", ""),
        ("7.4", "Compare the first two", ""),
    ]
    assert part.opens == "Choose" and not part.buttons


def test_the_same_cards_become_spoken_sentences_on_the_phone():
    rendered = shown(replace(TENTS_SAID, quick_replies=()), CHANNELS["call"])
    (part,) = rendered.parts
    assert "Sola Garden 3 Tent" in part.text and "Varde Weekend 2 Tent" in part.text
    assert "*" not in part.text and "$" not in part.text and "\n" not in part.text


def test_what_a_voice_leaves_out_of_a_long_list_is_there_when_asked_for():
    many = [product(n, f"Tent {name}", f"{n}0.00") for n, name in enumerate(("Ask", "Bor", "Dag", "Eik"), 1)]
    text = "These fit:\n" + "\n".join(f"- **{card.title}**: {money(card.price)}" for card in many)
    rendered = shown(said(text, many), CHANNELS["call"])
    assert "There are 2 more" in rendered.parts[0].text
    assert "Tent Dag" in rendered.later and "Tent Eik" in rendered.later and "Tent Ask" not in rendered.later


def test_up_to_three_short_answers_are_buttons_in_whatsapp():
    question = said("Shall I add it?", replies=[("Yes", "Yes"), ("No", "No")])
    (part,) = shown(question, WHATSAPP).parts
    assert [(button.id, button.label) for button in part.buttons] == [("7.1", "Yes"), ("7.2", "No")]
    assert part.text == "Shall I add it?"


def test_a_confirmation_offers_its_two_buttons():
    card = Card(
        kind="confirmation",
        id="k1",
        title="Cancel order #W1000001",
        subtitle="$189.00 back",
        actions=tuple(
            CardAction(id=name, label=label, action=name, arguments={"confirmation_id": "k1"})
            for name, label in (("confirm", "Yes, do it"), ("decline", "No"))
        ),
    )
    rendered = shown(said("Cancel order #W1000001? You get $189.00 back.", [card]), WHATSAPP)
    assert [button.label for button in rendered.parts[0].buttons] == ["Yes, do it", "No"]
    assert [(o.action, o.arguments) for o in rendered.options] == [
        ("confirm", {"confirmation_id": "k1"}),
        ("decline", {"confirmation_id": "k1"}),
    ]


def test_a_price_that_stands_on_a_card_alone_is_written_out_where_cards_are_not_drawn():
    (part,) = shown(said("I found **Sola Garden 3 Tent**.", TENTS[:1])).parts
    assert "- Sola Garden 3 Tent: $79.00, in stock" in part.text


def test_a_number_that_is_an_answer_itself_is_not_a_place_in_a_list():
    rendered = shown(said("Which size?", replies=[("42", "Size 42"), ("43", "Size 43")]))
    assert not rendered.numbered
    assert rendered.parts[0].text == "Which size?\n- 42\n- 43"


def test_orders_are_chosen_by_the_words_of_the_quick_reply_that_names_them():
    cards = [Card(kind="order", id=f"#W{n}", title=f"Order #W{n}") for n in (1, 2)]
    text = "Your orders:\n- **Order #W1**: shipped\n- **Order #W2**: delivered"
    rendered = shown(said(text, cards, [("#W1", "Where is #W1?"), ("#W2", "Where is #W2?")]))
    assert [(option.label, option.text) for option in rendered.options] == [
        ("Order #W1", "Where is #W1?"),
        ("Order #W2", "Where is #W2?"),
    ]
    assert "2. Order #W2: delivered" in rendered.parts[0].text


def test_rows_beyond_the_tenth_stand_in_the_text_by_number():
    many = [product(n, f"Tent number {n:02}") for n in range(1, 13)]
    text = "\n".join(f"- **{card.title}**: $89.00" for card in many)
    (part,) = shown(said(text, many, [("Cheaper", "Cheaper")]), WHATSAPP).parts
    assert len(part.rows) == 10 and part.text.endswith("13. Cheaper")


def test_a_german_reply_is_answered_in_german():
    reply = said("Welches?", replies=[("Günstiger", "Etwas Günstigeres")], language="de")
    assert shown(reply).parts[0].text.endswith("Antworten Sie mit einer Nummer oder in eigenen Worten.")


@pytest.mark.parametrize(
    ("fact", "fields", "told"),
    [
        (AgentSaid(agent_id="a", text="Hello!"), {"agent": "Maya"}, "Maya: Hello!"),
        (AgentJoined(agent_id="a", name="Maya"), {}, "Maya from our team has joined the conversation."),
        (AgentLeft(agent_id="a", name="Maya"), {}, "Maya has left the conversation. The assistant is here again."),
        (ConversationClosed(reason="solved"), {"language": "fr"}, "Cette conversation est terminée."),
        (TurnFailed(turn_id=TurnId("t"), code="internal", text="Sorry."), {}, "Sorry."),
    ],
)
@pytest.mark.parametrize("capabilities", ALL, ids=lambda each: f"{each.name}-{each.markup}")
def test_what_people_at_the_desk_do_is_told_everywhere(capabilities, fact, fields, told):
    rendered = render(happened(fact), capabilities, **fields)
    assert rendered is not None
    assert rendered.parts[0].text.replace("*", "").startswith(
        told.replace(":", "", capabilities.markup == "speech")
    ) or (capabilities.markup == "speech")


def test_what_no_customer_is_told_is_not_rendered():
    for fact in (
        NoteAdded(agent_id="a", text="secret"),
        ToolCalled(turn_id=TurnId("t"), call_id="1", name="find"),
        TurnFailed(turn_id=TurnId("t"), code="interrupted"),
        HandoffRequested(reason="asked", summary="…"),
    ):
        assert render(happened(fact), SMS) is None


def test_a_customer_who_is_passed_on_by_an_agent_is_told_to_whom():
    passed = happened(HandoffRequested(reason="r", summary="s", to_name="Lars"), actor=Actor(kind="agent", id="a"))
    rendered = render(passed, SMS)
    assert rendered is not None and "Lars" in rendered.parts[0].text


def test_of_a_reply_that_was_cut_off_only_whole_sentences_are_sent_as_a_text():
    cut = replace(said("I have put it in your cart. Your total is $12", TENTS), interrupted=True)
    assert [part.text for part in shown(cut).parts] == ["I have put it in your cart."]
    assert render(happened(replace(cut, text="I have put")), SMS) is None


@settings(deadline=None, max_examples=60)
@given(replies(), st.sampled_from(ALL))
def test_no_title_no_price_and_no_question_is_lost_and_their_order_is_kept(reply, capabilities):
    rendered = render(happened(reply), capabilities)
    assert rendered is not None
    if capabilities.markup == "speech":
        return
    read = all_of(rendered)
    assert "Which one would you like?" in read
    for card in reply.cards:
        assert capabilities.cards or plain(card.title) in read
        assert capabilities.cards or plain(money(card.price)) in read
    told = plain(re.sub(r"^[-•] ", "", reply.text, flags=re.MULTILINE))
    assert in_order(told.split(), read.split())


def in_order(few: list[str], many: list[str]) -> bool:
    following = iter(many)
    return all(word in following for word in few)


@settings(deadline=None, max_examples=60)
@given(replies())
def test_on_the_phone_every_title_is_said_or_comes_when_asked_for(reply):
    rendered = render(happened(reply), CHANNELS["call"])
    assert rendered is not None
    read = all_of(rendered).casefold()
    for card in reply.cards:
        head = card.title.split(",")[0]
        assert all(word.casefold() in read for word in re.findall(r"[^\W\d_]{2,}", head) if word.casefold() not in "nb")


@settings(deadline=None, max_examples=60)
@given(replies())
def test_no_sms_is_longer_than_a_network_takes_and_no_price_or_date_is_divided(reply):
    parts = shown(reply).parts
    assert all(segments(part.text) <= MOST_SEGMENTS for part in parts)
    for whole in ("$1,234.50", "12 March 2026"):
        assert sum(part.text.count(whole) for part in parts) == reply.text.count(whole)


@settings(deadline=None, max_examples=60)
@given(replies(), st.sampled_from([WHATSAPP, WHATSAPP_BY_TWILIO]))
def test_no_message_is_longer_than_its_network_takes(reply, capabilities):
    rendered = shown(reply, capabilities)
    limits = capabilities.buttons
    assert limits is not None
    for part in rendered.parts:
        assert 0 < len(part.text) <= capabilities.longest_text
        assert len(part.buttons) <= limits.most and len(part.rows) <= limits.most_rows
        assert not (part.buttons and part.rows)
        assert not part.rows or len(part.text) <= limits.longest_text
        assert all(
            len(row.label) <= limits.longest_row and len(row.note) <= limits.longest_row_note for row in part.rows
        )
        assert all(0 < len(button.label) <= limits.longest_label for button in part.buttons)
        for button in (*part.buttons, *part.rows):
            assert read_button_id(button.id) is not None


@settings(deadline=None, max_examples=60)
@given(replies(), st.integers(0, 3), st.integers(0, 12), st.integers(40, 400))
def test_any_limits_of_buttons_are_kept(reply, most, rows, longest):
    limits = Buttons(most=most, longest_label=20, longest_text=40, most_rows=rows, longest_row=24, longest_row_note=72)
    capabilities = Capabilities(name="text", streams_words=False, cards=False, buttons=limits, longest_text=longest)
    rendered = shown(reply, capabilities)
    assert all(
        len(part.text) <= longest and len(part.buttons) <= most and len(part.rows) <= rows for part in rendered.parts
    )
    assert len({option.label for option in rendered.options}) == len(rendered.options)


def test_typographic_signs_do_not_make_a_text_three_times_as_dear():
    (part,) = shown(said("It’s “in stock” – 2 × $5…")).parts
    assert part.text == 'It\'s "in stock" - 2 x $5...' and is_gsm(part.text)


def test_a_name_keeps_its_letters_though_they_cost():
    assert "Ängelholm kŷrre" in shown(said("Ängelholm kŷrre")).parts[0].text


def test_a_button_is_of_the_event_that_it_was_shown_with():
    assert read_button_id("7.2") == (7, 2)
    for other in ("", "7", "7.x", "²7.1", "7.2.1", "1" * 30 + ".1"):
        assert read_button_id(other) is None
