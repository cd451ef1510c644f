"""The independent reading of replies against evidence."""

from dataclasses import replace
from decimal import Decimal

from assistant.events import AssistantSaid, Card, Citation, TurnId, empty_cart
from assistant.shops.records import Address, Store
from eval.dialogue.product_names import ProductNames
from eval.dialogue.shop_facts import ShopFacts
from eval.grounding.grounded import Verdict, in_english_forms, judge
from retrieval.catalogue import Money, Product, ProductId, StoreId, Variant, VariantId


def _tent(product_id: str, title: str, price: str, weight: str, rating: float) -> Product:
    variant = Variant(
        id=VariantId(product_id + "-1"), options={"colour": "green"}, price=Decimal(price), stock={StoreId("online"): 7}
    )
    return Product(
        id=ProductId(product_id), title=title, brand=title.split()[0], category=("Outdoor", "Camping", "Tents"),
        attributes={"weight": weight, "persons": "2"}, variants=(variant,), rating=rating, rating_count=31,
    )  # fmt: skip


SKARVIK = _tent("p1", "Skarvik Hollin 2-Person Tent, 3-Season", "289.00", "1.8 kg", 4.6)
VARGHULT = _tent("p2", "Varghult Rimfrost 2-Person Tent, 2.4 kg", "189.00", "2.4 kg", 4.1)
HIDDEN = _tent("p3", "Driftlark Gaupe 2-Person Tent", "99.00", "3.1 kg", 3.9)
PORTLAND = Store(
    id=StoreId("portland"), name="Fjord & Field Portland", latitude=45.5, longitude=-122.6, phone="(503) 555-0142",
    address=Address(address1="21 Burnside St", city="Portland", state="OR", zip="97205", country="US"),
    opening_hours={"mon": "09:00-18:00", "sun": "closed"},
)  # fmt: skip
SHOP = ShopFacts(
    products={product.id: product for product in (SKARVIK, VARGHULT, HIDDEN)}, stores={PORTLAND.id: PORTLAND}
)
NAMES = ProductNames.of(SHOP.products.values())


def card_of(product: Product) -> Card:
    price = product.variants[0].price
    assert price is not None
    return Card(kind="product", id=product.id, title=product.title, price=Money(amount=price, currency="USD"))


def verdict(text: str, *products: Product, said: tuple[str, ...] = (), citations: tuple[Citation, ...] = ()) -> Verdict:
    cards = tuple(card_of(product) for product in products)
    reply = AssistantSaid(turn_id=TurnId("t"), text=text, language="en", cards=cards, citations=citations)
    return judge(reply, said=said, cart=empty_cart("USD"), shop=SHOP, names=NAMES)


def ungrounded(text: str, *products: Product, **more: object) -> list[str]:
    return [found.text for found in verdict(text, *products, **more).ungrounded]  # type: ignore[arg-type]


def test_a_true_reply_has_nothing_ungrounded_and_names_its_cards() -> None:
    text = (
        "I found two tents: the Skarvik Hollin 2-Person Tent, 3-Season ($289.00, 1.8 kg) and the "
        "Varghult Rimfrost at $189, rated 4.1 out of 5. The Varghult Rimfrost is $100 cheaper."
    )
    found = verdict(text, SKARVIK, VARGHULT)
    assert found.ungrounded == ()
    assert found.unnamed == ()
    assert (found.cards, found.cards_in_full) == (2, 1)


def test_prices_swapped_between_two_products_are_found() -> None:
    text = "The Skarvik Hollin costs $189.00 and the Varghult Rimfrost costs $289.00."
    assert ungrounded(text, SKARVIK, VARGHULT) == ["$189.00", "$289.00"]


def test_an_invented_figure_of_each_kind_is_found() -> None:
    text = (
        "The Skarvik Hollin weighs 1.2 kg. It has 4.9 stars. Only 3 left. It is 15% off until March 4. Order F9999999 "
        "arrives tomorrow, Tuesday at 9 am. It holds 17 pegs in five bags for $12."
    )
    assert ungrounded(text, SKARVIK) == [
        "1.2 kg", "4.9 stars", "3 left", "15%", "March 4", "F9999999", "tomorrow", "Tuesday", "9 am", "17", "five", "$12",
    ]  # fmt: skip


def test_a_product_that_no_card_carries_is_found_unless_the_customer_named_it() -> None:
    text = "The Driftlark Gaupe is a fine tent too."
    assert ungrounded(text, SKARVIK) == ["Driftlark Gaupe"]
    assert ungrounded(text, SKARVIK, said=("is the driftlark gaupe any good",)) == []


def test_the_customers_own_numbers_may_be_said_back_but_not_as_a_products_price() -> None:
    assert ungrounded("Nothing under $150 for 3 people, sorry.", said=("3 people, below 150",)) == []
    assert ungrounded("The Skarvik Hollin costs $150.", SKARVIK, said=("below 150",)) == ["$150"]


def test_a_cited_store_grounds_its_hours_phone_and_address_and_a_silent_one_does_not() -> None:
    text = "Fjord & Field Portland, 21 Burnside St, is open Monday from 9 am to 6 pm; call (503) 555-0142."
    store = Citation(kind="store", id="portland", title="Fjord & Field Portland", quote="")
    assert ungrounded(text, citations=(store,)) == []
    assert set(ungrounded(text)) == {"21", "Monday", "9 am", "6 pm", "(503) 555-0142"}


def test_a_policy_grounds_only_what_it_quotes() -> None:
    quote = Citation(kind="policy", id="returns", title="Returns", quote="You may return items within 30 days.")
    assert ungrounded("You have 30 days.", citations=(quote,)) == []
    assert ungrounded("You have 60 days.", citations=(quote,)) == ["60 days"]


def test_a_card_that_the_text_does_not_name_is_reported() -> None:
    assert verdict("Here is the Skarvik Hollin.", SKARVIK, VARGHULT).unnamed == (VARGHULT.title,)


def test_a_stock_level_must_be_one_that_the_record_has() -> None:
    assert ungrounded("The Skarvik Hollin: 7 in stock.", SKARVIK) == []
    assert ungrounded("The Skarvik Hollin: 8 in stock.", SKARVIK) == ["8 in stock"]


def test_a_number_word_in_a_question_or_an_example_claims_nothing() -> None:
    assert ungrounded("Which two shall I compare? Say “a tent for three”.") == []
    assert ungrounded("There are three more.") == ["three"]


def test_amounts_of_another_language_are_judged_as_english_ones() -> None:
    said = AssistantSaid(turn_id=TurnId("t"), text="1.234,50\u00a0€, 4,5 von 5, 2.5 kg, 24 da", language="de")
    assert in_english_forms(said).text == "1234.50 €, 4.5 von 5, 2.5 kg, 24 da"
    assert in_english_forms(replace(said, language="en")).text == said.text
