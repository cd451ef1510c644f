"""Plays generated customers against the real assistant and keeps every draft that was to be written, with its evidence.

A walk over the families of phrasings: after a search something is on the table, after an addition in the cart. Each split
plays in a demo shop of its own. Above: `writer_examples`. Below: `eval.writer.writer`, the product in this process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from assistant.bootstrap import Aisle, open_aisle
from assistant.ports import ShopInfo
from assistant.shops.demo.shop import generate
from assistant.shops.records import Customer, Order
from assistant.shops.sql import SqlShop
from eval.opening import SHOP_FILE, Measured
from eval.shopfronts import InProcess
from eval.tuning.data.phrasings import Family, families, slots_of, worded
from eval.tuning.data.scenes import SEEDS, products_of
from eval.tuning.data.values import Drawing
from eval.writer.writer import Case, RecordingWriter
from model_serving.settings import ModelSettings
from model_serving.tuning.examples import Split
from retrieval.catalogue import Product
from retrieval.words import listed

TURNS: Final = (2, 6)
SIGNED_IN: Final = 0.45
_AFTER: Final = {
    "find": "table", "find_for_use": "table", "find_by_budget": "table", "add_one": "cart", "add_it": "cart", "add_many": "cart",
    "add_many_of": "cart", "add_superlative": "cart", "choose_like": "talked", "ask_attribute_of": "talked", "stock_one": "talked",
    "empty_cart": "none", "goes_with": "table", "alike": "table",
}  # fmt: skip
_LEFT_OUT: Final = frozenset(("asked_who", "asked_order", "asked_product"))
_OFTEN: Final = frozenset(
    listed(
        "find ask_attribute_of ask_attribute stock_there add_one track_number store_hours ask_more_rules refine_cheaper"
        " refine_price more compare_two add_it ask_colours stock_any show_cart"
    )
)


async def played(
    split: Split, conversations: int, *, seed: int, home: Path, on_played: Callable[[int], None]
) -> list[Case]:
    """home: where the split's shop and index lie, made there the first time. Raises what opening raises."""
    recorder = RecordingWriter()
    _open_shop(home, split)
    with tempfile.TemporaryDirectory(prefix="aisle-tuning-") as folder:
        settings = Measured(home=home, log_folder=Path(folder))
        async with open_aisle(settings, model_settings=ModelSettings(engine="none"), writer=recorder) as aisle:
            front = InProcess(aisle.assistant)
            people = _people(aisle)
            for number in range(conversations):
                await _converse(front, Random(f"{seed}/script/{split}/{number}"), split, people)
                on_played(number + 1)
    return recorder.cases


People = Sequence[tuple[Customer, Sequence[Order]]]


def _people(aisle: Aisle) -> People:
    orders = tuple(aisle.shop.all_orders())
    return [(one, [order for order in orders if order.customer_id == one.id]) for one in aisle.shop.all_customers()]


def _open_shop(home: Path, split: Split) -> None:
    """The split's demo shop, as of a fixed day."""
    if (home / SHOP_FILE).exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    made = generate(SEEDS[split])
    shop = SqlShop.open(home / SHOP_FILE)
    shop.replace(
        info=ShopInfo(name=made.name, currency=made.currency, as_of=made.as_of),
        products=made.products,
        policies=made.policies,
        stores=made.stores,
        customers=made.customers,
        orders=made.orders,
        origin="demo",
    )
    shop.close()


async def _converse(front: InProcess, rng: Random, split: Split, people: People) -> None:
    customer, orders = rng.choice(people)
    signed_in = rng.random() < SIGNED_IN
    conversation = await front.start(locale="en", customer_id=customer.id if signed_in else "")
    state = "orders" if signed_in and rng.random() < 0.5 else "none"
    subject = rng.choice(products_of(split))
    for turn in range(rng.randint(*TURNS)):
        family = _next(state, split, rng)
        said = _said(family, subject, split, rng, orders if signed_in else ())
        await front.say(conversation, said, client_id=f"turn-{turn}")
        state = _AFTER.get(family.name, state)


def _next(state: str, split: Split, rng: Random) -> Family:
    able = [
        family for family in families() if state in family.at and family.of(split) and not set(family.at) <= _LEFT_OUT
    ]
    return rng.choices(able, [_weight(family) for family in able])[0]


def _weight(family: Family) -> float:
    """Changes of orders are rare: the process they open holds on to what is said next."""
    if any(command.get("flow") == "serve_orders" for command in family.commands):
        return 0.2
    return 4.0 if family.name in _OFTEN else 1.0


def _said(family: Family, subject: Product, split: Split, rng: Random, orders: Sequence[Order]) -> str:
    """Of one kind of thing throughout, whose attributes are asked for; of orders that are theirs."""
    wording = rng.choice(family.of(split))
    kind = subject.category[-1].lower().partition(" & ")[0]
    drawing = Drawing(rng=rng, split=split, titles=(subject.title.partition(",")[0],), items=(kind.removesuffix("s"),))
    drawn = drawing.draw(slots_of(family, wording))
    known = rng.choice(tuple(subject.attributes))
    drawn |= {"attribute": (known, known), "kind": (kind, kind)}
    if "need" in drawn and rng.random() < 0.8:
        drawn["need"] = (kind, kind)
    if orders and "order" in drawn:
        drawn["order"] = (rng.choice(orders).id,) * 2
    return worded(wording, drawn, rng, typos=0.0)
