"""A reply in the pieces in which it is spoken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.clauses import Clause, Clauses


def cut(text: str, language: str = "en") -> list[str]:
    """The shown text of each clause."""
    machine = Clauses(language=language)
    found = [*machine.append(text), *machine.finish()[1]]
    return [text[clause.start : clause.end].strip() for clause in found]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Your order has shipped, and it arrives on Friday.", ["Your order has shipped,", "and it arrives on Friday."]),
        ("Hi there! What can I find?", ["Hi there!", "What can I find?"]),
        ("Hi! What can I find?", ["Hi! What can I find?"]),
        ("It costs $1,234.50. Shall I add it?", ["It costs $1,234.50.", "Shall I add it?"]),
        ("**Dr. No, the Tent. Deluxe** is here. Yes.", ["**Dr. No, the Tent. Deluxe** is here.", "Yes."]),
        ("We are at 12 Main St. Portland, OR 97201 now.", ["We are at 12 Main St. Portland, OR 97201 now."]),
        ("It comes on Tuesday, November 24, 2026. Bye now.", ["It comes on Tuesday, November 24, 2026.", "Bye now."]),
        ("They come in sizes 38, 40, 42. Which one?", ["They come in sizes 38, 40, 42.", "Which one?"]),
        ("Use a light, e.g. a lamp. Or not.", ["Use a light,", "e.g. a lamp.", "Or not."]),
        ("Open 9 a.m. to 5 p.m. every day. Come by.", ["Open 9 a.m. to 5 p.m. every day.", "Come by."]),
        ("As it says (no, really, yes) there. End.", ["As it says (no, really, yes) there.", "End."]),
        ("Version 2.1 is out. It is new.", ["Version 2.1 is out.", "It is new."]),
        ("The “Within 30 days.” rule holds. Yes.", ["The “Within 30 days.” rule holds.", "Yes."]),
    ],
)
def test_a_reply_is_divided_where_people_pause(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


@pytest.mark.parametrize(
    ("language", "text", "pieces"),
    [
        (
            "de",
            "Sie kommt am Dienstag, 24. November an. Gut so?",
            ["Sie kommt am Dienstag, 24. November an.", "Gut so?"],
        ),
        ("de", "Das kostet 1.234,50 €. Passt das?", ["Das kostet 1.234,50 €.", "Passt das?"]),
        ("de", "Es gibt es z. B. in Rot. Ja.", ["Es gibt es z. B. in Rot.", "Ja."]),
        ("fr", "Voici ce que j’ai trouvé : rien. Désolé.", ["Voici ce que j’ai trouvé :", "rien.", "Désolé."]),
        ("fr", "Cela coûte 1 234,50 €. Et alors ?", ["Cela coûte 1 234,50 €.", "Et alors ?"]),
        ("es", "¿Qué busca el Sr. López? Dígame más.", ["¿Qué busca el Sr. López?", "Dígame más."]),
    ],
)
def test_the_signs_of_each_language_are_known(language: str, text: str, pieces: list[str]) -> None:
    assert cut(text, language) == pieces


def test_a_long_beginning_without_a_sign_is_begun_before_a_joining_word() -> None:
    pieces = cut("I have looked through all of our stores today and found what may be the last one of its kind.")
    assert pieces == [
        "I have looked through all of our stores today",
        "and found what may be the last one of its kind.",
    ]


def test_a_clause_comes_as_soon_as_it_is_sure() -> None:
    machine = Clauses()
    assert machine.append("It costs $89") == ()
    assert machine.append(".") == ()
    (first,) = machine.append("50 today, and")
    assert (first.spoken, first.start) == ("It costs 89 dollars 50 today,", 0)
    (second,) = machine.append(" ships tomorrow.")
    assert second.spoken == "and ships tomorrow."
    assert machine.finish() == ((), ())


def test_what_is_taken_back_is_named_and_said_anew_from_there() -> None:
    machine = Clauses()
    first, second = machine.append("Here is the first. It is nice. ")
    assert machine.take_back(first.end + 3) == (second,)
    (anew,) = machine.append(" was sold.")
    assert anew.start == second.start
    assert machine.text == "Here is the first. It  was sold."


def test_a_delta_is_put_at_its_offset_and_a_gap_is_filled_by_the_whole_text() -> None:
    machine = Clauses()
    assert machine.put(0, "Hello there. ") == ((), (Clause(spoken="Hello there.", start=0, end=13),))
    assert machine.put(20, "behind a gap") == ((), ())
    withdrawn, new = machine.finish("Hello there. All is well.")
    assert (withdrawn, [clause.spoken for clause in new]) == ((), ["All is well."])


def test_a_reply_that_is_committed_otherwise_withdraws_what_was_streamed() -> None:
    machine = Clauses()
    (said,) = machine.append("It costs nothing at all. ")
    withdrawn, new = machine.finish("It costs $5.")
    assert withdrawn == (said,)
    assert [clause.spoken for clause in new] == ["It costs 5 dollars."]


PRODUCTS = """Here are good matches:
- **Ridge Trail 2**: $154.95, in stock
- **Vale Dome 2**: $99.00, only 3 left
- **Tarn Lite 2**: $244.95, in stock
- **Jerv 2**: $1,299.00, in stock"""


def test_two_products_are_said_and_the_rest_is_one_piece() -> None:
    machine = Clauses()
    found = [*machine.append(PRODUCTS), *machine.finish()[1]]
    assert found[-1].spoken == "There are 2 more on the screen."
    assert PRODUCTS[found[-1].start : found[-1].end].startswith("- **Tarn")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("more", "told"),
    [("", "There are 2 more. Shall I read more?"), ("\n\nShall I add one?", "For 2 more, say read more.")],
)
def test_without_a_screen_the_rest_is_offered(more: str, told: str) -> None:
    machine = Clauses(screen=False)
    found = [*machine.append(PRODUCTS + more), *machine.finish()[1]]
    assert told in [clause.spoken for clause in found]


def test_the_amounts_of_a_confirmation_are_all_said() -> None:
    lines = ["Order #W1: pending", "lamp, $20", "You get back $20 on PayPal", "Reason: no longer needed"]
    text = "Please check:\n" + "\n".join(f"- {line}" for line in lines) + "\n\nShall I do that?"
    machine = Clauses(screen=False)
    found = [*machine.append(text), *machine.finish()[1]]
    assert len(found) == 6


text_like = st.text(alphabet="aB1., :\n-*$()!?€“” ", max_size=120) | st.lists(
    st.sampled_from(
        [
            "Hello there, ",
            "It costs $1,234.50. ",
            "**A b. c**",
            "\n- **Tent**: $5, ok",
            "\n",
            " and ",
            "3.",
            "5 ",
            "Dr. ",
        ]
    ),
    max_size=14,
).map("".join)


@settings(deadline=None)
@given(text_like, st.lists(st.integers(1, 9), min_size=1, max_size=8), st.sampled_from(["en", "de"]), st.booleans())
def test_the_clauses_cover_the_text_once_and_in_order(text: str, steps: list[int], language: str, screen: bool) -> None:
    machine = Clauses(language=language, screen=screen)
    found: list[Clause] = []
    at, turn = 0, 0
    while at < len(text):
        step = steps[turn % len(steps)]
        found += machine.append(text[at : at + step])
        at, turn = at + step, turn + 1
    found += machine.finish()[1]
    assert "".join(text[clause.start : clause.end] for clause in found) == text
    assert [clause.start for clause in found] == [0, *[clause.end for clause in found]][: len(found)]


@settings(deadline=None)
@given(text_like, st.integers(0, 120), text_like)
def test_what_is_given_and_not_withdrawn_covers_the_text_after_a_correction(one: str, keep: int, other: str) -> None:
    machine = Clauses()
    standing = list(machine.append(one))
    withdrawn, new = machine.put(min(keep, len(one)), other)
    assert all(clause in standing for clause in withdrawn)
    standing = [clause for clause in standing if clause not in withdrawn] + list(new)
    standing += machine.finish()[1]
    assert "".join(machine.text[clause.start : clause.end] for clause in standing) == machine.text


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["$1,234.50", "**A, b. c**", "38, 40", "24.11.2026", "10:30", "W123", "e.g. x"]), min_size=1
    )
)
def test_no_price_number_or_name_is_divided(facts: list[str]) -> None:
    text = ". ".join(f"This one is {fact}" for fact in facts)
    pieces = cut(text)
    for fact in facts:
        assert any(fact in piece for piece in pieces), (fact, pieces)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Hello there,", "it costs $5.", "**A b**", "Fine.", "3.5", "and", "so on:"]), max_size=12)
)
def test_how_the_words_arrive_changes_nothing(words: list[str]) -> None:
    text = " ".join(words)
    machine = Clauses()
    found = [clause for word in re.findall(r"\S+\s*", text) for clause in machine.append(word)]
    found += machine.finish()[1]
    assert [text[clause.start : clause.end].strip() for clause in found] == cut(text)
