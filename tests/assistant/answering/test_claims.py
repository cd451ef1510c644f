"""Claims: what a reply says of a thing must be true of that thing, in each language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answering.grounding import support_of, ungrounded, unsupported
from assistant.events import Card, Citation
from retrieval.catalogue import Money


def product(key: str, title: str, price: str, rating: str, availability: str = "in stock") -> Card:
    money = Money(amount=Decimal(price), currency="USD")
    subtitle = f"{title.split()[0]} · Tents · ★ {rating} (40)"
    return Card(kind="product", id=key, title=title, subtitle=subtitle, price=money, availability=availability)


STORM = product("t1", "Fjell Storm 2 Tent, 2 Persons", "189.95", "4.6", "only 3 left online")
VARDE = product("t2", "Varde Basecamp Max Tent, Waterproof", "249.00", "4.1", "sold out")
FACTS = (
    Citation(kind="product", id="t1", title=STORM.title, quote="weight: 2.1 kg; waterproof: no"),
    Citation(kind="product", id="t2", title=VARDE.title, quote="weight: 3.4 kg"),
)
TENTS = support_of(
    [STORM, VARDE], FACTS, ["a tent under $300 for 4 people"], names=frozenset({"fjell", "varde", "sola"})
)
ORDER = support_of(
    [Card(kind="order", id="#F1000002", title="Order #F1000002", availability="shipped")],
    [
        Citation(
            kind="order",
            id="#F1000002",
            title="Order #F1000002",
            quote="order #F1000002; status: shipped; Fjell Storm 2 Tent, 2 Persons; total $189.95; day: Tuesday, November 24",
        )
    ],
)
RULES = support_of(
    [],
    [
        Citation(
            kind="policy",
            id="returns",
            title="Returns",
            quote="You can return any item within 30 days. Gold members have 60 days. Underwear cannot be returned.",
        )
    ],
)


@pytest.mark.parametrize(
    "text",
    [
        "The Fjell Storm costs $189.95 and the Varde Basecamp $249.",
        "$189.95 for the Fjell Storm, $249.00 for the Varde Basecamp Max.",
        "The Fjell Storm and the Varde Basecamp cost $189.95 and $249.00 respectively.",
        "The Fjell Storm is about $190, and it has 4.6 stars.",
        "The Fjell Storm is just under $190. It weighs 2100 g.",
        "One hundred and eighty-nine dollars and ninety-five cents for the Fjell Storm.",
        "The Varde Basecamp is $59.05 dearer than the Fjell Storm.",
        "The Fjell Storm is the cheapest of them, and lighter than the Varde Basecamp.",
        "The Fjell Storm isn't waterproof. The Varde Basecamp is waterproof, but it is sold out.",
        "Only 3 of the Fjell Storm are left.",
        "The fjel storm is in stock.",
        "Nothing under $300 sleeps 4 people.",
        "Das Fjell Storm kostet 189,95 $ und ist günstiger als das Varde Basecamp.",
        "El Fjell Storm no es impermeable y pesa 2,1 kg.",
        "Le Fjell Storm coûte 189,95 $ ; le Varde Basecamp est épuisé.",
    ],
)
def test_what_is_true_of_a_product_may_be_said_of_it(text: str) -> None:
    assert ungrounded(text, TENTS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The Fjell Storm costs $249.00 and the Varde Basecamp $189.95.",
        "The Fjell Storm and the Varde Basecamp cost $249.00 and $189.95 respectively.",
        "The Fjell Storm is about $200.",
        "The Fjell Storm weighs 3.4 kg.",
        "The Fjell Storm is rated 4.1.",
        "Only 2 of the Fjell Storm are left.",
        "The Varde Basecamp Pro costs $249.00.",
        "The Sola Palace would do.",
        "The Varde Basecamp is the cheapest.",
        "The Varde Basecamp is lighter than the Fjell Storm.",
        "The Fjell Storm is our bestseller.",
        "The Fjell Storm is the cheapest on the market.",
        "The Fjell Storm is waterproof.",
        "The Varde Basecamp is not waterproof.",
        "The Varde Basecamp is in stock.",
        "The Fjell Storm comes with free shipping.",
        "It arrives tomorrow.",
        "You can return it.",
        "Das Fjell Storm kostet 249,00 $.",
        "Das Varde Basecamp ist am günstigsten.",
        "El Fjell Storm es impermeable.",
        "El envío es gratis.",
        "Le Varde Basecamp est en stock.",
        "Le Fjell Storm est notre meilleure vente.",
    ],
)
def test_what_is_not_true_of_a_product_is_caught(text: str) -> None:
    assert ungrounded(text, TENTS)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Your order #F1000002 is on its way.", True),
        ("Order #F1000002 has shipped and is due on November 24.", True),
        ("It hasn't been delivered yet.", True),
        ("Ihre Bestellung #F1000002 ist unterwegs.", True),
        ("Order #F1000002 was delivered.", False),
        ("Order #F1000002 hasn't shipped yet.", False),
        ("Order #F1000002 is cancelled.", False),
        ("Order #F1000002 is due on November 26.", False),
        ("Order #F1000009 has shipped.", False),
        ("La commande #F1000002 est annulée.", False),
    ],
)
def test_an_order_is_told_in_the_state_that_it_is_in(text: str, right: bool) -> None:
    assert (ungrounded(text, ORDER) == ()) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("You can return it within thirty days.", True),
        ("Gold members have 60 days to return things.", True),
        ("Underwear can't be returned.", True),
        ("Sie können es innerhalb von 30 Tagen zurückgeben.", True),
        ("You have 60 days to return it.", False),
        ("You can return it within 14 days.", False),
        ("You can return underwear.", False),
        ("You cannot return any item.", False),
        ("You can return it free of charge.", False),
        ("No puedes devolver nada.", False),
    ],
)
def test_a_rule_is_told_with_its_numbers_and_its_sign(text: str, right: bool) -> None:
    assert (ungrounded(text, RULES) == ()) is right


def test_what_the_flows_declare_may_be_said_without_evidence_of_its_own() -> None:
    declared = support_of([STORM], (), stated="Those are the lowest prices we have. Returns are free.")
    assert ungrounded("Returns are free.", declared) == ()
    assert ungrounded("Returns are free.", support_of([STORM], ()))


def test_a_declaration_makes_no_figure_true() -> None:
    assert unsupported("It costs $12.", support_of([STORM], (), stated="It costs $12."))


def test_a_quote_that_stands_in_the_evidence_proves_itself() -> None:
    assert ungrounded("Our policy says: “Gold members have 60 days. Underwear cannot be returned.”", RULES) == ()
    assert ungrounded("Our policy says: “Gold members have 90 days. Underwear cannot be returned.”", RULES)
