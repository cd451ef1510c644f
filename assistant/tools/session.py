"""ToolSession: the service agent's tools as flows call them, in one turn for one customer. Every call leaves its two facts.

    session = ToolSession(tools=tools, caller=Caller(conversation=…, customer_id=…, turn_id=…), record=work.record)
    proposal = await session.propose(CancelOrder(order_id=…, reason=…))          # nothing is changed yet
    done = await session.execute(proposal.arguments, proposal.confirmation, Answer(…, yes=True, said=seq))

Errors: `Refusal` (the rules forbid it), `Unconfirmed` (no valid yes), `AccessDenied` (not theirs, or not there: alike).
Above: flows. Below: `service`, `matching`, identity.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from assistant.acts import Act
from assistant.authority import Decision, Thing, customer_role, permit
from assistant.errors import AssistantError
from assistant.events import ASSISTANT, SYSTEM, Actor, Fact, HandoffRequested, ToolCalled, ToolReturned
from assistant.identity import access_customer, access_order, access_orders
from assistant.shops.records import Customer, Order, OrderStatus
from assistant.sight.spans import stage
from assistant.tools.arguments import Arguments, plain, tool_of
from assistant.tools.confirmations import Answer, Confirmation
from assistant.tools.matching import OrderMatch, match_orders, same_order_id
from assistant.tools.policy import ToolName
from assistant.tools.proposals import Caller, Done, Proposal
from assistant.tools.refusals import Refusal
from assistant.tools.rules import Step, rule_of
from assistant.tools.service import ServiceTools
from retrieval.catalogue import Product, ProductId, Variant, VariantId

T = TypeVar("T")
Record = Callable[[Fact, Actor], None]

MOST_SUMMARY = 2_000


@dataclass(slots=True, kw_only=True)
class ToolSession:
    tools: ServiceTools
    caller: Caller
    record: Record
    _calls: int = field(default=0, init=False)

    async def profile(self) -> Customer:
        shop, customer_id = self.tools.shop, self.caller.customer_id
        return await self._call("profile", {}, lambda: access_customer(shop, customer_id), lambda found: found.id)

    async def orders(self) -> tuple[Order, ...]:
        """All of the customer's, newest first."""
        return await self._call("orders", {}, self._orders, _order_ids)

    async def order_details(self, order_id: str) -> Order:
        """By its number as people write it."""
        asked = {"order_id": order_id}
        return await self._call("order_details", asked, lambda: self._order(order_id), _order_state)

    async def find_orders(
        self, description: str = "", *, statuses: Sequence[OrderStatus] = ()
    ) -> tuple[OrderMatch, ...]:
        """The customer's orders that hold what is described, best first; all of them when nothing is."""

        async def find() -> tuple[OrderMatch, ...]:
            return match_orders(await self._orders(), description, statuses)

        asked = {"description": description, "statuses": list(statuses)}
        return await self._call("find_orders", asked, find, lambda found: _order_ids([one.order for one in found]))

    async def product_details(self, product_id: str) -> Product | None:
        read = self.tools.shop.product
        return await self._call(
            "product_details", {"product_id": product_id}, lambda: read(ProductId(product_id)), _product_id
        )

    async def variant_details(self, variant_id: str) -> tuple[Product, Variant] | None:
        """A variant with the product that it is of."""

        async def find() -> tuple[Product, Variant] | None:
            product = await self.tools.shop.product_of(VariantId(variant_id))
            variant = product.variant(VariantId(variant_id)) if product else None
            return (product, variant) if product and variant else None

        asked = {"variant_id": variant_id}
        return await self._call("variant_details", asked, find, lambda found: _product_id(found[0] if found else None))

    async def propose(self, arguments: Arguments, *, after: Sequence[Proposal] = ()) -> Proposal:
        """What would be done, with a confirmation for exactly that. Changes nothing.

        `after`: proposals that will be carried out before this one, so that one yes can answer a list of them.
        """
        asked = {"step": "propose", **plain(arguments)}
        return await self._call(
            tool_of(arguments),
            asked,
            lambda: self.tools.propose(self.caller, arguments, after),
            _proposed,
            step="propose",
        )

    async def propose_all(self, wanted: Sequence[Arguments]) -> tuple[Proposal, ...]:
        """In this order, each as if those before it were done. Execute them in the same order."""
        made: list[Proposal] = []
        for arguments in wanted:
            made.append(await self.propose(arguments, after=made))
        return tuple(made)

    async def execute(self, arguments: Arguments, confirmation: Confirmation, answer: Answer | None) -> Done:
        """Does it, once: all is checked again in the transaction that writes, and on an error nothing was changed.

        The same message's yes a second time is a retry, and gets the first outcome.
        """
        asked = {"step": "execute", "confirmation_id": confirmation.id, **plain(arguments)}
        return await self._call(
            tool_of(arguments),
            asked,
            lambda: self.tools.execute(self.caller, arguments, confirmation, answer),
            _done,
            step="execute",
        )

    async def withdraw(self, confirmation: Confirmation, *, said: int) -> None:
        """After a no: that confirmation is spent."""
        asked = {"step": "withdraw", "confirmation_id": confirmation.id}
        await self._call(
            confirmation.tool,
            asked,
            lambda: self.tools.withdraw(self.caller, confirmation, said),
            lambda _: None,
            step="withdraw",
        )

    async def transfer_to_person(self, *, reason: str, summary: str) -> None:
        """Hands the conversation over, for anybody."""

        async def hand_over() -> None:
            if not summary.strip() or len(summary) > MOST_SUMMARY:
                raise Refusal("bad_arguments", problem=f"a summary of 1 to {MOST_SUMMARY} characters is needed")
            self.record(HandoffRequested(reason=reason, summary=summary), SYSTEM)

        await self._call("transfer_to_person", {"reason": reason}, hand_over, lambda _: None)

    async def _orders(self) -> tuple[Order, ...]:
        return await access_orders(self.tools.shop, self.caller.customer_id)

    async def _order(self, order_id: str) -> Order:
        own = [order for order in await self._orders() if same_order_id(order_id, order)]
        return own[0] if len(own) == 1 else await access_order(self.tools.shop, self.caller.customer_id, order_id)

    async def _call(
        self,
        tool: ToolName,
        asked: dict[str, Any],
        work: Callable[[], Awaitable[T]],
        result: Callable[[T], Any],
        *,
        step: Step = "",
    ) -> T:
        """Allowed by its rule, counted, and noted before and after, whatever becomes of it."""
        self._calls += 1
        call_id, turn_id = f"{self.caller.turn_id}.tool{self._calls}", self.caller.turn_id
        self.record(ToolCalled(turn_id=turn_id, call_id=call_id, name=tool, arguments=asked), ASSISTANT)
        try:
            self.admit(tool, step=step)
            with stage("tool", tool=str(tool)):
                answer = await work()
        except AssistantError as error:
            why = str(getattr(error, "code", type(error).__name__))
            self.record(ToolReturned(turn_id=turn_id, call_id=call_id, name=tool, error=why), SYSTEM)
            raise
        self.record(ToolReturned(turn_id=turn_id, call_id=call_id, name=tool, result=result(answer)), SYSTEM)
        return answer

    def admit(self, tool: str, *, step: Step = "") -> None:
        """By the tool's rule, and so often: counted for the customer and for the conversation, for either may be changed for
        another. Raises Refusal, AccessDenied."""
        caller, now = self.caller, self.tools.clock.now()
        rule = rule_of(tool, customer_id=caller.customer_id, step=step, rules=self.tools.rules)
        if caller.customer_id and step in ("propose", "execute"):
            role = customer_role(known=True, proven=caller.proven, asks=self.tools.policy.changes_by)
            if permit(role, Act.CHANGE_OWN_RECORDS, Thing.OWN) is not Decision.ALLOWED:
                raise Refusal("proof_needed")
        for who in filter(None, (caller.conversation, caller.customer_id)):
            if not self.tools.limit.admits(who, tool, now, most=rule.a_minute):
                raise Refusal("too_many_calls")


def _order_ids(orders: Sequence[Order]) -> list[str]:
    return [order.id for order in orders]


def _order_state(order: Order) -> dict[str, str]:
    return {"order_id": order.id, "status": order.status}


def _product_id(product: Product | None) -> str | None:
    return product.id if product else None


def _proposed(proposal: Proposal) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(proposal.facts)
    return {"confirmation_id": proposal.id, "facts": facts}


def _done(done: Done) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(done.facts)
    return {"repeated": done.repeated, "facts": facts}
