"""Grounding: what nothing supports is caught, and what is supported passes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.formats import money
from assistant.answering.grounding import invented, support_of, unnamed, unsupported
from assistant.events import Card, Citation
from retrieval.catalogue import Money

TENT = Card(
    kind="product",
    id="t1",
    title="Fjell Storm 2 Tent",
    subtitle="Fjell · Tents · ★ 4.6 (40)",
    price=Money(amount=Decimal("189.00"), currency="USD"),
    availability="only 3 left online",
)
WINDOW = Citation(kind="policy", id="returns#0", title="Returns", quote="You can return any item within 30 days.")
WEIGHT = Citation(kind="product", id="t1", title="Fjell Storm 2 Tent", quote="weight: 2.1 kg")
SUPPORT = support_of([TENT], [WINDOW, WEIGHT], ["a tent under $200 please"])


@pytest.mark.parametrize(
    "text",
    [
        "**Fjell Storm 2 Tent** costs $189.00.",
        "It is 189 dollars, and rated 4.6 by 40 customers.",
        "Under $200 there is one tent.",
        "You have 30 days to return it.",
        "It weighs 2.1 kg; only 3 are left.",
        "Here it is:",
        "**weight**: 2.1 kg",
        "**Fjell Storm 2 Tent (blue)** is the 1 I would take.",
        "",
    ],
)
def test_what_the_evidence_says_passes(text: str) -> None:
    assert unsupported(text, SUPPORT) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It costs $179.00.", "179"),
        ("It costs $18,900.", "18900"),
        ("You have 60 days.", "60"),
        ("**Varde Basecamp** would do.", "Varde Basecamp"),
        ("It weighs 2.2 kg.", "2.2"),
        ("Rated 5 of 5.", "5"),
        ("Call 555-0199.", "555"),
    ],
)
def test_what_nothing_supports_is_caught(text: str, wrong: str) -> None:
    assert wrong in unsupported(text, SUPPORT)


DRAFT = "One product fits tents under $200:"


@pytest.mark.parametrize(
    "text",
    [
        "Sure, this one fits tents under $200:",
        "Here is a tent for under 200 dollars:",
        "Good news, one product fits:",
        "This one fits and is in stock:",
    ],
)
def test_a_rewording_that_adds_nothing_passes(text: str) -> None:
    assert invented(text, DRAFT, SUPPORT) == ()


@pytest.mark.parametrize(
    "text",
    [
        "This one fits, and it is free:",
        "This one fits and is sold out:",
        "It fits and is waterproof:",
        "It arrives on Tuesday:",
        "It arrives tomorrow:",
        "See https://evil.example for more:",
        "See www.evil.example:",
        "Mail help@evil.example:",
        "It fits for only $99:",
        "With a discount, this one fits:",
        "**Sola Palace 8 Tent** fits:",
        "Delivered by December:",
        "This one comes with a lifetime guarantee:",
    ],
)
def test_a_rewording_that_adds_a_fact_is_caught(text: str) -> None:
    assert invented(text, DRAFT, SUPPORT)


def test_a_state_that_the_draft_names_may_be_said_again() -> None:
    assert invented("It is in stock, yes.", "Yes, it is in stock.", SUPPORT) == ()


def test_cards_that_the_text_does_not_name_are_told() -> None:
    other = Card(kind="product", id="x", title="Hearth Enamel Mug")
    assert unnamed("The fjell storm 2 tent it is.", [TENT, other]) == ("Hearth Enamel Mug",)
    assert unnamed("", []) == ()


amounts = st.decimals(min_value=1, max_value=99_999, places=2)


@given(amounts)
def test_the_price_on_a_card_may_be_said_in_any_form(amount: Decimal) -> None:
    card = Card(kind="product", id="p", title="P", price=Money(amount=amount, currency="USD"))
    support = support_of([card], [])
    assert unsupported(f"It costs {money(card.price)}.", support) == ()  # type: ignore[arg-type]
    assert unsupported(f"It costs {amount} dollars.", support) == ()


@given(amounts, amounts)
def test_any_other_price_is_caught(amount: Decimal, other: Decimal) -> None:
    card = Card(kind="product", id="p", title="P", price=Money(amount=amount, currency="USD"))
    wrong = unsupported(f"It costs ${other:,}.", support_of([card], []))
    assert bool(wrong) is (other != amount)


@given(st.lists(st.sampled_from([TENT]), max_size=3), st.text(max_size=80))
def test_what_the_customer_said_may_be_said_back(cards: list[Card], said: str) -> None:
    assert [w for w in unsupported(said.replace("*", ""), support_of(cards, [], [said])) if w] == []


@given(st.text(max_size=200))
def test_no_text_breaks_the_check(text: str) -> None:
    assert set(unsupported(text, SUPPORT)) <= set(invented(text, DRAFT, SUPPORT))
    assert (unnamed(text, [TENT]) == ()) == (TENT.title.lower() in text.lower())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_as_there_are_cards_may_be_counted(count: int) -> None:
    cards = [TENT] * count
    assert unsupported(f"Here are {count} of them.", support_of(cards, [])) == ()


def test_sun_protection_is_no_sunday_and_a_size_no_number_of_pieces() -> None:
    quote = "Fibre Pillow (standard 51 x 66 cm): $34.95; sun protection: UPF 50"
    pillow = Citation(kind="product", id="p", title="Fibre Pillow", quote=quote)
    support = support_of([], [pillow])
    assert unsupported("Added: **Fibre Pillow** (standard 51 x 66 cm) at $34.95.", support) == ()
    assert unsupported("- **Sun protection**: UPF 50", support) == ()
    assert unsupported("We are open on Sun from 10:00.", support) != ()
    assert unsupported("Your cart has 2 × **Fibre Pillow**.", support) != ()


def test_a_bound_on_ratings_is_the_customers_and_no_products_rating() -> None:
    text = "One product fits tents rated 4 or better:\n- **Fjell Storm 2 Tent**: $189.00"
    assert unsupported(text, support_of([TENT], [], ["only with 4 stars or more"])) == ()
    assert unsupported(text, support_of([TENT], [], ["only the best"])) != ()
