"""Whether a turn is reached."""

from decimal import Decimal
from typing import Any

import pytest

from assistant.events import (
    AssistantSaid,
    Card,
    Cart,
    CartChanged,
    CartItem,
    Citation,
    CustomerIdentified,
    Fact,
    HandoffRequested,
    TurnFailed,
    TurnId,
)
from assistant.shops.records import Address, Customer, CustomerId, Order, OrderId, Store
from eval.dialogue.checking import wrongs
from eval.dialogue.expectations import Expectation
from eval.dialogue.seen import Seen
from eval.dialogue.shop_facts import ShopFacts
from eval.progress import Exchange, Progress
from retrieval.catalogue import Money, Product, ProductId, StoreId, Variant, VariantId
from retrieval.policies import Policy

T = TurnId("t")


def _tent(product_id: str, price: str, colour: str, persons: str, rating: float, stock: int = 3) -> Product:
    return Product(
        id=ProductId(product_id), title=f"Skarvik {product_id} Tent", brand="Skarvik", category=("Outdoor", "Tents"),
        attributes={"persons": persons, "weight": "1.8 kg", "waterproof": "yes", "rain cover": "no"}, rating=rating,
        variants=(Variant(id=VariantId(f"{product_id}-v"), options={"colour": colour, "size": "M (55 cm)"},
                          price=Decimal(price), stock={StoreId("pdx"): stock}),),
    )  # fmt: skip


def _place(city: str) -> Address:
    return Address(address1="1 Main St", city=city, zip="97205", country="US")


A, B, C = (
    _tent("a", "100", "green", "2", 4.5),
    _tent("b", "200", "blue", "12", 3.9, 0),
    _tent("c", "300", "red", "2", 4.1),
)
SHOP = ShopFacts(
    products={product.id: product for product in (A, B, C)},
    stores={StoreId("pdx"): Store(id=StoreId("pdx"), name="F&F Portland", address=_place("Portland"), latitude=0, longitude=0)},
    policies={"returns": Policy(id="returns", title="Returns", text="You may return\nit within 30 days.")},
    customers={
        CustomerId(name): Customer(id=CustomerId(name), first_name=name, last_name="", email=f"{name}@x.org", address=_place("X"))
        for name in ("maya", "noah")
    },
    orders={
        OrderId(f"#F100000{number}"): Order(
            id=OrderId(f"#F100000{number}"), customer_id=CustomerId(who), status="shipped", address=_place("X"), lines=()
        )
        for number, who in enumerate(("maya", "noah"))
    },
)  # fmt: skip


def card(product: Product) -> Card:
    price = product.variants[0].price
    assert price is not None
    return Card(kind="product", id=product.id, title=product.title, price=Money(amount=price, currency="USD"))


def order_card(order_id: str) -> Card:
    return Card(kind="order", id=order_id, title=f"Order {order_id}")


def quote(product: Product, words: str) -> Citation:
    return Citation(kind="product", id=product.id, title=product.title, quote=words)


def said(
    text: str = "Here you are.", *cards: Card, cites: tuple[Citation, ...] = (), language: str = "en"
) -> AssistantSaid:
    return AssistantSaid(turn_id=T, text=text, language=language, cards=cards, citations=cites)


def found(expected: dict[str, Any], *facts: Fact, listed: tuple[Product, ...] = (), typed: str = "") -> tuple[str, ...]:
    before = Progress().after(Exchange(facts=(said("", *map(card, listed)),))) if listed else Progress()
    before = before.saying(typed)
    exchange = Exchange(facts=facts)
    seen = Seen(exchange=exchange, before=before, after=before.after(exchange), shop=SHOP, customer_id="maya")
    return wrongs(Expectation.model_validate(expected), seen)


RIGHT: list[tuple[dict[str, Any], Fact]] = [
    ({"cards": {"category_any": "Tents", "price_max": 150, "attribute": {"persons": "2"}}}, said("", card(A))),
    ({"cards": {"option": {"colour": ["red", "green"], "size": "M"}, "rating_min": 4}}, said("", card(A), card(C))),
    ({"cards": {"attribute": {"weight": {"max": "2 kg"}}, "store": "portland", "in_stock": True}}, said("", card(A))),
    ({"cards": {"sorted": "price_ascending"}}, said("", card(A), card(B))),
    ({"cards": {"sorted": "rating"}}, said("", card(A), card(C), card(B))),
    ({"no_cards": True, "asks": True}, said("Sure. Which size do you need?")),
    ({"asks": True}, said("I can look that up. Please give me your e-mail address.")),
    ({"cites": "return"}, said(cites=(Citation(kind="policy", id="returns", title="", quote="You may return it"),))),
    ({"orders": {"status_any": "shipped"}}, said("It is on its way.", order_card("#F1000000"))),
    ({"handoff": True}, HandoffRequested(reason="asked", summary="")),
    ({"identified": True}, CustomerIdentified(customer_id="maya", method="email")),
    ({"says_unknown": True}, said("I’m afraid the maker doesn’t state that.")),
    ({"says_cannot": True}, said("I can't book hotels.")),
    ({"says_relaxed": True}, said("Nothing under $50; the closest is this.")),
    ({"either": [{"asks": True}, {"cards": {}}]}, said("", card(A))),
]
WRONG: list[tuple[dict[str, Any], Fact, str]] = [
    ({"cards": {"attribute": {"persons": "2"}}}, said("", card(B)), "has persons 12"),
    ({"cards": {"price_max": 150}}, said("", card(C)), "costs 300"),
    ({"cards": {"option": {"colour": "red"}, "price_max": 150}}, said("", card(A)), "no variant that meets"),
    ({"cards": {"in_stock": True}}, said("", card(B)), "no variant that meets"),
    ({"cards": {"attribute": {"weight": {"max": "1500 g"}}}}, said("", card(A)), "has weight 1.8 kg"),
    ({"cards": {"attribute_not": {"waterproof": "yes"}}}, said("", card(A)), "has waterproof yes"),
    ({"cards": {"min": 2}}, said("", card(A)), "1 instead of 2"),
    ({"cards": {"sorted": "price_ascending"}}, said("", card(B), card(A)), "not sorted"),
    ({"no_cards": True}, said("", card(A)), "1 shown"),
    ({"asks": True}, said("Here you are."), "no question"),
    ({"cites": "return"}, said(cites=(Citation(kind="policy", id="returns", title="", quote="60 days"),)), "not in the policy"),
    ({"cites": "return"}, said(), "no policy like"),
    ({"orders": {}}, said("", order_card("#F1000001")), "somebody else's"),
    ({"no_orders": True}, said("Order #F1000001 is on its way."), "tells of"),
    ({"identified": True}, CustomerIdentified(customer_id="noah", method="email"), "as noah"),
    ({"cart": {"lines": 1}}, said(), "0 lines instead of 1"),
    ({"text_any": ["zebra"]}, said(), "nothing like"),
    ({"text_none": ["here"]}, said(), "something like"),
    ({"max_words": 2}, said("one two three"), "3 words"),
    ({"language": "de"}, said(), "language: en"),
    ({}, TurnFailed(turn_id=T, code="broken"), "the turn failed: broken"),
    ({"refused": "empty"}, said(), "accepted"),
    ({"either": [{"asks": True}, {"cards": {}}]}, said(), "no question at the end | cards: 0"),
]  # fmt: skip


def _answered(fact: Fact) -> tuple[Fact, ...]:
    return (fact,) if isinstance(fact, AssistantSaid | TurnFailed) else (fact, said())


@pytest.mark.parametrize(("expected", "fact"), RIGHT)
def test_a_turn_that_meets_its_conditions_is_reached(expected: dict[str, Any], fact: Fact) -> None:
    assert found(expected, *_answered(fact)) == ()


@pytest.mark.parametrize(("expected", "fact", "told"), WRONG)
def test_a_condition_that_does_not_hold_is_told(expected: dict[str, Any], fact: Fact, told: str) -> None:
    assert told in " ".join(found(expected, *_answered(fact)))


def test_silence_is_never_reached() -> None:
    assert found({}) == ("no reply came",)


def test_an_answer_needs_the_value_in_the_text_and_in_a_quote_of_that_product() -> None:
    expected = {"about": 2, "answers": ["season", "weight"]}
    good = said("It weighs 1.8 kg.", cites=(quote(C, "weight: 1.8 kg"),))
    assert found(expected, good, listed=(A, C)) == ()
    assert "is not quoted" in found(expected, said("It weighs 1.8 kg.", card(C)), listed=(A, C))[0]
    unsaid = said("It is light.", cites=(quote(C, "weight: 1.8 kg"),))
    assert "is not in the text" in found(expected, unsaid, listed=(A, C))[0]
    other = said("It weighs 1.8 kg.", cites=(quote(A, "weight: 1.8 kg"),))
    assert "of number 2" in found(expected, other, listed=(A, C))[0]


def test_yes_and_no_must_be_said_as_the_record_says() -> None:
    dry = (quote(A, "waterproof: yes"),)
    assert found({"about": 1, "answers": "waterproof"}, said("Yes, it is.", cites=dry), listed=(A, C)) == ()
    assert (
        "denied"
        in found({"about": 1, "answers": "waterproof"}, said("It isn't waterproof.", cites=dry), listed=(A, C))[0]
    )
    cover = (quote(A, "rain cover: no"),)
    assert "is not said" in found({"answers": "rain cover"}, said("It has a rain cover.", cites=cover))[0]
    assert found({"answers": "rain cover"}, said("No, it comes without one.", cites=cover)) == ()


def test_what_is_not_in_the_record_must_be_owned_up_to() -> None:
    assert found({"about": 1, "answers": "colour fastness"}, said("I don't know that.", card(A)), listed=(A, C)) == ()
    assert "does not say so" in found({"about": 1, "answers": "soul"}, said("Lots.", card(A)), listed=(A, C))[0]


def test_positions_refer_to_the_last_list() -> None:
    listed = (A, B, C)
    assert found({"cards": {"of_list": [1, -1]}}, said("", card(C), card(A)), listed=listed) == ()
    assert "not those at 2" in found({"cards": {"of_list": 2}}, said("", card(C)), listed=listed)[0]
    assert "no position 4" in found({"cards": {"of_list": 4}}, said("", card(C)), listed=listed)[0]
    assert "not cheaper" in found({"cards": {"cheaper_than_before": True}}, said("", card(C)), listed=(A, C))[0]
    assert found({"cards": {"cheaper_than_before": True, "within_list": True}}, said("", card(A)), listed=listed) == ()
    assert "nothing new" in found({"cards": {"new": True}}, said("", card(A)), listed=listed)[0]


def test_a_cart_is_judged_by_its_lines_categories_options_and_the_list() -> None:
    item = CartItem(
        variant_id=VariantId("a-v"), product_id=A.id, title=A.title, options={"size": "M (55 cm)"}, quantity=2,
        price=Money(amount=Decimal(100), currency="USD"),
    )  # fmt: skip
    changed = CartChanged(cart=Cart(items=(item,), total=Money(amount=Decimal(200), currency="USD")))
    wanted = {
        "lines": 1,
        "units": 2,
        "contains_category": "Tents",
        "contains_option": {"size": "m"},
        "contains_list": 1,
    }
    assert found({"cart": wanted}, changed, said(), listed=(A, C)) == ()
    wrong = {"units": 1, "empty": True, "contains_category": "Boots", "lacks_category": "Tents", "contains_list": 2}
    assert len(found({"cart": wrong, "cart_unchanged": True}, changed, said(), listed=(A, C))) == 6


def test_an_order_that_the_customer_named_may_be_named_back() -> None:
    reply = said("I couldn't find F1000001.")
    assert found({"no_orders": True}, reply, typed="where is #F1000001") == ()
