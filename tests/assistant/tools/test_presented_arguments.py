"""Whatever is called, in whatever order, by whom: nothing forbidden is written, and nothing without its own yes.

A state machine proposes, answers, withdraws, mixes up confirmations, arguments and answers, alters seals, lets time pass and
changes the rules. After each step the shop's records may differ from before only where one execution was right in every
part; what may be written at all is said here once more, in other words than the tools' own.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from assistant.errors import AssistantError
from assistant.shops.records import Order
from assistant.tools.arguments import Arguments, read_arguments
from assistant.tools.confirmations import Answer, Confirmation
from assistant.tools.proposals import Proposal
from tests.assistant.tools.pottery import ORDERS, PRODUCTS, Counter, HandClock, contents, open_pottery

ORDER_IDS = [order.id for order in ORDERS] + ["#NOSUCH"]
VARIANTS = [variant.id for product in PRODUCTS for variant in product.variants]
METHODS = ["card_a", "paypal_a", "gift_a", "rich_a", "invoice_a", "card_b", "card_of_before", ""]
REASONS = ["no longer needed", "ordered by mistake", "the weather"]

_variant = st.sampled_from(VARIANTS)
_order = st.sampled_from(ORDER_IDS) | st.sampled_from(["#PENDING", "#DELIVERED", "#BYGIFT"])
_method = st.sampled_from(METHODS)
_swaps = st.lists(st.fixed_dictionaries({"old": _variant, "new": _variant}), min_size=1, max_size=3)
_likely = st.sampled_from(
    [
        [{"old": "pan-24", "new": "pan-24r"}],
        [{"old": "lamp-w", "new": "lamp-b"}],
        [{"old": "pan-20", "new": "pan-24"}],
    ]
)
_address = st.fixed_dictionaries(
    {
        "address1": st.sampled_from(["77 Clay Road", "1 Glaze Street", ""]),
        "address2": st.just(""),
        "city": st.just("Eugene"),
        "state": st.just("OR"),
        "zip": st.sampled_from(["97401", "9740"]),
        "country": st.sampled_from(["USA", "Atlantis"]),
    }
)
_calls = st.one_of(
    st.tuples(st.just("cancel_order"), st.fixed_dictionaries({"order_id": _order, "reason": st.sampled_from(REASONS)})),
    *(
        st.tuples(
            st.just(tool),
            st.fixed_dictionaries({"order_id": _order, "swaps": _swaps | _likely, "payment_method_id": _method}),
        )
        for tool in ("change_items", "exchange_items")
    ),
    st.tuples(
        st.just("return_items"),
        st.fixed_dictionaries(
            {"order_id": _order, "items": st.lists(_variant, min_size=1, max_size=3), "payment_method_id": _method}
        ),
    ),
    st.tuples(st.just("change_payment"), st.fixed_dictionaries({"order_id": _order, "payment_method_id": _method})),
    st.tuples(st.just("change_order_address"), st.fixed_dictionaries({"order_id": _order, "address": _address})),
    st.tuples(st.just("change_profile_address"), st.fixed_dictionaries({"address": _address})),
)
_POSSIBLE: list[tuple[str, dict[str, Any]]] = [
    ("cancel_order", {"order_id": "#PENDING", "reason": "no longer needed"}),
    ("cancel_order", {"order_id": "#BYGIFT", "reason": "ordered by mistake"}),
    ("change_items", {"order_id": "#PENDING", "swaps": [{"old": "pan-24", "new": "pan-24r"}], "payment_method_id": "card_a"}),
    ("change_items", {"order_id": "#BYGIFT", "swaps": [{"old": "pan-20", "new": "pan-24"}], "payment_method_id": "gift_a"}),
    ("exchange_items", {"order_id": "#DELIVERED", "swaps": [{"old": "lamp-w", "new": "lamp-b"}], "payment_method_id": "card_a"}),
    ("return_items", {"order_id": "#DELIVERED", "items": ["pan-24", "kettle-s"], "payment_method_id": "gift_a"}),
    ("return_items", {"order_id": "#OLD", "items": ["pan-24"], "payment_method_id": "card_a"}),
    ("change_payment", {"order_id": "#PENDING", "payment_method_id": "rich_a"}),
    ("change_payment", {"order_id": "#BYGIFT", "payment_method_id": "paypal_a"}),
]  # fmt: skip
_who = st.sampled_from(["ann", "ann", "ann", "bob", ""])
_where = st.sampled_from(["c_1", "c_1", "c_2"])


@dataclass(frozen=True)
class Asked:
    who: str
    where: str
    proposal: Proposal
    at: datetime


class ServiceCounter(RuleBasedStateMachine):
    asked = Bundle("asked")
    answers = Bundle("answers")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pottery"))
        self.shop = open_pottery(self.folder / "shop.db")
        self.clock = HandClock()
        self.before = contents(self.shop)
        self.spent: set[str] = set()
        self.said = 0

    def teardown(self) -> None:
        self.shop.close()
        shutil.rmtree(self.folder)

    def counter(self, who: str, where: str) -> Counter:
        return Counter(shop=self.shop, customer_id=who, conversation=where, clock=self.clock)

    @rule(target=asked, who=_who, where=_where, call=_calls)
    def propose_anything(self, who: str, where: str, call: tuple[str, dict[str, Any]]) -> Any:
        return self.propose(who, where, call)

    def propose(self, who: str, where: str, call: tuple[str, dict[str, Any]]) -> Any:
        try:
            arguments = read_arguments(*call)
            proposal = anyio.run(self.counter(who, where).session.propose, arguments)
        except AssistantError:
            return multiple()
        return Asked(who=who, where=where, proposal=proposal, at=self.clock.now())

    @rule(target=asked, call=st.sampled_from(_POSSIBLE))
    def propose_what_can_be_had(self, call: tuple[str, dict[str, Any]]) -> Any:
        return self.propose("ann", "c_1", call)

    @rule(target=answers, one=asked, yes=st.booleans())
    def answer(self, one: Asked, yes: bool) -> Answer:
        self.said += 1
        return Answer(confirmation_id=one.proposal.id, yes=yes, said=self.said)

    @rule(one=asked, given=answers)
    def execute_as_asked(self, one: Asked, given: Answer) -> None:
        self._execute(one.who, one.where, one.proposal.arguments, one, one.proposal.confirmation, given)

    @rule(one=asked)
    def say_yes(self, one: Asked) -> None:
        self.said += 1
        yes = Answer(confirmation_id=one.proposal.id, yes=True, said=self.said)
        self._execute(one.who, one.where, one.proposal.arguments, one, one.proposal.confirmation, yes)

    @rule(one=asked, other=asked, given=answers | st.none(), who=_who, where=_where)
    def execute_mixed_up(self, one: Asked, other: Asked, given: Answer | None, who: str, where: str) -> None:
        self._execute(who, where, other.proposal.arguments, one, one.proposal.confirmation, given)

    @rule(one=asked, change=st.sampled_from(["expires_at", "customer_id", "digest", "effects", "id", "conversation"]))
    def execute_altered(self, one: Asked, change: str) -> None:
        made = one.proposal.confirmation
        values = {"expires_at": made.expires_at + timedelta(days=9), "customer_id": "bob", "conversation": "c_9"}
        altered = replace(made, **{change: values.get(change, "f" * 64)})  # type: ignore[arg-type]
        yes = Answer(confirmation_id=altered.id, yes=True, said=self.said)
        who, where = altered.customer_id, altered.conversation
        self._execute(who, where, one.proposal.arguments, one, altered, yes)

    @rule(one=asked)
    def withdraw(self, one: Asked) -> None:
        anyio.run(lambda: self.counter(one.who, one.where).session.withdraw(one.proposal.confirmation, said=self.said))
        self.spent.add(one.proposal.id)

    @rule(minutes=st.sampled_from([1, 29, 31]))
    def time_passes(self, minutes: int) -> None:
        self.clock.moment += timedelta(minutes=minutes)

    def _execute(
        self, who: str, where: str, arguments: Arguments, one: Asked, confirmation: Confirmation, given: Answer | None
    ) -> None:
        session = self.counter(who, where).session
        try:
            done = anyio.run(session.execute, arguments, confirmation, given)
        except AssistantError:
            return
        assert given is not None and given.yes and given.confirmation_id == confirmation.id == one.proposal.id
        assert (who, where) == (one.who, one.where) and arguments == one.proposal.arguments
        assert confirmation == one.proposal.confirmation
        if not done.repeated:
            assert one.proposal.id not in self.spent
            assert self.clock.now() < one.at + timedelta(minutes=30)
            assert done.facts == one.proposal.facts
            self._only_what_was_agreed(one)
            self.spent.add(one.proposal.id)
            self.before = contents(self.shop)

    def _only_what_was_agreed(self, one: Asked) -> None:
        (customers, orders), (customers_before, orders_before) = contents(self.shop), self.before
        changed = [now for now in orders if now not in orders_before]
        wanted = one.proposal.plan.changed_order
        assert changed == ([] if wanted is None else [wanted])
        assert all(order.customer_id == one.who for order in changed)
        assert {now.id for now in customers if now not in customers_before} <= {one.who}
        assert all(_allowed(before, now) for now in changed for before in orders_before if before.id == now.id)
        for customer in customers:
            assert all((method.balance or 0) >= 0 for method in customer.payment_methods)

    @invariant()
    def nothing_is_written_without_a_right_execution(self) -> None:
        assert contents(self.shop) == self.before


def _allowed(before: Order, now: Order) -> bool:
    """The benchmark's policy, as a table of what may become of an order."""
    moves = {
        "pending": {"pending", "cancelled", "pending (item modified)"},
        "delivered": {"return requested", "exchange requested"},
    }
    return now.status in moves.get(before.status, set()) and now.id == before.id


TestServiceCounter = ServiceCounter.TestCase
TestServiceCounter.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
