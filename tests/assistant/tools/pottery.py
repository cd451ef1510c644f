"""A small shop of our own for the tools' tests: two customers, orders in every state, and a clock that a test can turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

from assistant.events import Actor, Fact, TurnId
from assistant.ports import ShopInfo
from assistant.shops.records import (
    Address,
    Customer,
    CustomerId,
    Fulfilment,
    Order,
    OrderId,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
)
from assistant.shops.sql import SqlShop
from assistant.tools.arguments import Arguments, digest_of, tool_of
from assistant.tools.confirmations import Answer, Confirmation, sealed
from assistant.tools.policy import ServicePolicy, shop_policy
from assistant.tools.proposals import Caller, Done, Proposal
from assistant.tools.service import ServiceTools, open_tools
from assistant.tools.session import ToolSession
from retrieval.catalogue import ONLINE, Product, ProductId, StoreId, Variant, VariantId

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
HOME = Address(address1="4 Kiln Lane", address2="", city="Salem", state="OR", zip="97301", country="USA")
ELSEWHERE = Address(address1="77 Clay Road", address2="Unit 2", city="Eugene", state="OR", zip="97401", country="USA")
BENCHMARK, DEMO = shop_policy("tau2"), shop_policy("demo")


def variant(
    id: str, price: str | None, *, available: bool = True, stock: dict[str, int] | None = None, **options: str
) -> Variant:
    return Variant(
        id=VariantId(id),
        options=options,
        price=Decimal(price) if price else None,
        available=available,
        stock={StoreId(store): units for store, units in (stock or {}).items()},
    )


def product(id: str, title: str, *variants: Variant, category: str = "Kitchen") -> Product:
    return Product(id=ProductId(id), title=title, category=("Home", category), variants=variants)


PRODUCTS = (
    product(
        "pan",
        "Skillet",
        variant("pan-20", "30.10", size="20 cm", colour="black"),
        variant("pan-24", "41.35", size="24 cm", colour="black"),
        variant("pan-24r", "39.99", size="24 cm", colour="red"),
        variant("pan-28", "55.00", available=False, size="28 cm", colour="black"),
        variant("pan-32", None, size="32 cm", colour="black"),
    ),
    product("lamp", "Clay Lamp", variant("lamp-w", "80.20", colour="white"), variant("lamp-b", "99.95", colour="blue")),
    product(
        "kettle",
        "Kettle",
        variant("kettle-s", "25.00", stock={ONLINE: 9}, finish="steel"),
        variant("kettle-g", "27.50", stock={ONLINE: 1}, finish="green"),
        variant("kettle-x", "26.00", stock={ONLINE: 0, "salem": 4}, finish="copper"),
    ),
    product(
        "briefs",
        "Linen Briefs",
        variant("briefs-m", "12.00", size="M"),
        variant("briefs-l", "12.00", size="L"),
        category="Underwear",
    ),
    product("kiln", "Studio Kiln", variant("kiln-s", "6000.00", size="S"), variant("kiln-l", "11500.50", size="L")),
)
_OWNERS = {each.id: one for one in PRODUCTS for each in one.variants}

METHODS = (
    PaymentMethod(id="card_a", source="credit_card", brand="visa", last_four="1111"),
    PaymentMethod(id="paypal_a", source="paypal"),
    PaymentMethod(id="gift_a", source="gift_card", balance=Decimal("20.00")),
    PaymentMethod(id="rich_a", source="gift_card", balance=Decimal("500.00")),
    PaymentMethod(id="invoice_a", source="invoice"),
)
ANN = Customer(
    id=CustomerId("ann"),
    first_name="Ann",
    last_name="Potter",
    email="ann@example.org",
    address=HOME,
    payment_methods=METHODS,
)
BOB = Customer(
    id=CustomerId("bob"),
    first_name="Bob",
    last_name="Turner",
    email="bob@example.org",
    address=HOME,
    payment_methods=(PaymentMethod(id="card_b", source="credit_card"),),
)


def line(variant_id: str, quantity: int = 1) -> OrderLine:
    owner = _OWNERS[VariantId(variant_id)]
    found = owner.variant(VariantId(variant_id))
    assert found is not None
    return OrderLine(
        product_id=owner.id,
        variant_id=found.id,
        title=owner.title,
        options=found.options,
        price=found.price or Decimal(1),
        quantity=quantity,
    )


def an_order(
    id: str,
    status: OrderStatus,
    *lines: OrderLine,
    paid_by: str = "card_a",
    customer: Customer = ANN,
    payments: tuple[Payment, ...] = (),
    delivered_days_ago: int | None = None,
    placed: bool = True,
) -> Order:
    held = lines or (line("pan-24"), line("lamp-w"))
    total = sum((each.price * each.quantity for each in held), Decimal(0))
    arrived = None if delivered_days_ago is None else NOW - timedelta(days=delivered_days_ago)
    parcels = (
        Fulfilment(tracking_ids=("T1",), variant_ids=tuple(each.variant_id for each in held), delivered_at=arrived),
    )
    return Order(
        id=OrderId(id),
        customer_id=customer.id,
        status=status,
        address=HOME,
        lines=held,
        fulfilments=parcels if arrived else (),
        payments=payments or (Payment(kind="payment", amount=total, payment_method_id=paid_by),),
        placed_at=NOW - timedelta(days=50) if placed else None,
    )


def _payment(kind: str, amount: str, method: str) -> Payment:
    return Payment(kind="refund" if kind == "refund" else "payment", amount=Decimal(amount), payment_method_id=method)


STATUSES: dict[str, OrderStatus] = {
    "#MODIFIED": "pending (item modified)",
    "#PROCESSED": "processed",
    "#SHIPPED": "shipped",
    "#CANCELLED": "cancelled",
    "#RETURNING": "return requested",
    "#EXCHANGING": "exchange requested",
    "#RETURNED": "returned",
}
EVERYTHING = (line("pan-24"), line("pan-20", 2), line("lamp-w"), line("kettle-s", 2), line("briefs-m"))
ORDERS = (
    *(an_order(id, status) for id, status in STATUSES.items()),
    an_order("#PENDING", "pending", *EVERYTHING),
    an_order("#DELIVERED", "delivered", *EVERYTHING, delivered_days_ago=10),
    an_order("#OLD", "delivered", delivered_days_ago=45),
    an_order("#UNDATED", "delivered", placed=False),
    an_order("#BYGIFT", "pending", line("pan-20"), paid_by="gift_a"),
    an_order(
        "#REPAID",
        "pending",
        line("pan-20"),
        payments=(
            _payment("payment", "30.10", "card_a"),
            _payment("payment", "30.10", "paypal_a"),
            _payment("refund", "30.10", "card_a"),
        ),
    ),
    an_order("#GONE", "pending", line("pan-20"), paid_by="card_of_before"),
    an_order("#DEAR", "pending", line("kiln-s")),
    an_order("#DEARSENT", "delivered", line("kiln-s"), delivered_days_ago=3),
    an_order("#BOB", "pending", customer=BOB, paid_by="card_b"),
    an_order("#BOBSENT", "delivered", customer=BOB, paid_by="card_b", delivered_days_ago=2),
)


@dataclass(slots=True)
class HandClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def open_pottery(file: Path) -> SqlShop:
    return fill_pottery(SqlShop.open(file))


def fill_pottery(shop: SqlShop) -> SqlShop:
    shop.replace(info=ShopInfo(name="Pottery", currency="USD"), products=PRODUCTS, customers=(ANN, BOB), orders=ORDERS)
    return shop


def contents(shop: SqlShop) -> tuple[list[Customer], list[Order]]:
    return list(shop.all_customers()), list(shop.all_orders())


@dataclass(slots=True, kw_only=True)
class Counter:
    """One conversation at the shop's service counter."""

    shop: SqlShop
    policy: ServicePolicy = BENCHMARK
    customer_id: str = "ann"
    conversation: str = "c_1"
    epoch: int = 0
    clock: HandClock = field(default_factory=HandClock)
    key: bytes = b"a key of the tests"
    facts: list[tuple[Actor, Fact]] = field(default_factory=list)
    turns: count[int] = field(default_factory=lambda: count(1))

    @property
    def tools(self) -> ServiceTools:
        return open_tools(self.shop, self.shop, self.policy, self.clock, key=self.key)

    @property
    def caller(self) -> Caller:
        turn_id = TurnId(f"t_{next(self.turns)}")
        return Caller(conversation=self.conversation, customer_id=self.customer_id, turn_id=turn_id, epoch=self.epoch)

    @property
    def session(self) -> ToolSession:
        """As in a new turn."""
        return ToolSession(
            tools=self.tools, caller=self.caller, record=lambda fact, actor: self.facts.append((actor, fact))
        )

    def confirmation(self, arguments: Arguments, *, effects: str = "") -> Confirmation:
        """One that nobody proposed, sealed with the right key."""
        made = Confirmation(
            id="y_1",
            tool=tool_of(arguments),
            conversation=self.conversation,
            customer_id=self.customer_id,
            digest=digest_of(arguments, conversation=self.conversation, customer_id=self.customer_id),
            effects=effects,
            expires_at=self.clock.now() + timedelta(minutes=5),
        )
        return sealed(made, self.key)

    def yes(self, confirmation_id: str, *, said: int = 7) -> Answer:
        return Answer(confirmation_id=confirmation_id, yes=True, said=said)

    async def say_yes(self, proposal: Proposal, *, said: int = 7) -> Done:
        return await self.session.execute(proposal.arguments, proposal.confirmation, self.yes(proposal.id, said=said))

    async def do(self, arguments: Arguments, *, said: int = 7) -> Done:
        """Asked, answered with yes, done."""
        return await self.say_yes(await self.session.propose(arguments), said=said)
