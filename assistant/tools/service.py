"""ServiceTools: proposes and commits the changes that a shop's policy allows. Flows come through `session.ToolSession`.

Whoever asks, the same is checked: that order and customer belong together, the rules, a yes to exactly this change, and
at commit all of it again inside the transaction that writes. Below: the rules, the shop's ports.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from assistant.identity import access_customer, access_order, owned
from assistant.ports import Clock, ServiceTransaction, Shop, ShopWrites
from assistant.shops.records import Customer, CustomerId, Order, ServiceAction
from assistant.tools.arguments import Arguments, checked, digest_of, order_of
from assistant.tools.ceilings import check_day
from assistant.tools.confirmations import Answer, Confirmation, check_answer, check_given_here, sealed
from assistant.tools.limits import CallsPerMinute, RateLimit
from assistant.tools.plan import Facts, Scene
from assistant.tools.planning import plan
from assistant.tools.policy import ServicePolicy
from assistant.tools.proposals import Caller, Done, Proposal
from assistant.tools.refusals import Unconfirmed
from assistant.tools.rules import RULES, ToolRule
from retrieval.catalogue import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTools:
    shop: Shop
    writes: ShopWrites
    policy: ServicePolicy
    clock: Clock
    limit: RateLimit
    key: bytes
    """Seals confirmations."""
    new_id: Callable[[], str]
    """Ids of confirmations: unguessable, never twice."""
    as_of: datetime | None = None
    """The day of a shop that is told from a fixed one; None: the clock's."""
    rules: Mapping[str, ToolRule] = field(default_factory=lambda: RULES)

    async def propose(self, caller: Caller, arguments: Arguments, after: Sequence[Proposal] = ()) -> Proposal:
        """Changes nothing. `after` is taken as done already. Raises Refusal, AccessDenied."""
        checked(arguments)
        made = plan(await self._scene(caller, arguments, after), arguments)
        confirmation = Confirmation(
            id=self.new_id(),
            tool=made.facts.tool,
            conversation=caller.conversation,
            customer_id=caller.customer_id,
            epoch=caller.epoch,
            digest=digest_of(
                arguments, conversation=caller.conversation, customer_id=caller.customer_id, epoch=caller.epoch
            ),
            effects=made.digest(),
            expires_at=self.clock.now() + timedelta(minutes=self.policy.confirmation_minutes),
        )
        return Proposal(arguments=arguments, facts=made.facts, confirmation=sealed(confirmation, self.key), plan=made)

    async def execute(
        self, caller: Caller, arguments: Arguments, confirmation: Confirmation, answer: Answer | None
    ) -> Done:
        """Once, or not at all. Raises Unconfirmed, Refusal, AccessDenied, ShopUnavailable."""
        check_answer(
            confirmation,
            arguments,
            answer,
            key=self.key,
            conversation=caller.conversation,
            customer_id=caller.customer_id,
            epoch=caller.epoch,
        )
        said = answer.said if answer else 0
        return await self.writes.transact(lambda shop: self._commit(shop, arguments, confirmation, said))

    async def withdraw(self, caller: Caller, confirmation: Confirmation, said: int) -> None:
        """The answer was no: a later yes to the same question comes too late. Raises Unconfirmed, ShopUnavailable."""
        check_given_here(confirmation, key=self.key, conversation=caller.conversation, customer_id=caller.customer_id)

        def spend(shop: ServiceTransaction) -> None:
            if shop.action(confirmation.id) is None:
                shop.record_action(self._action(confirmation, said))

        await self.writes.transact(spend)

    async def _scene(self, caller: Caller, arguments: Arguments, after: Sequence[Proposal]) -> Scene:
        customer, order = await access_customer(self.shop, caller.customer_id), None
        if (order_id := order_of(arguments)) is not None:
            order = await access_order(self.shop, caller.customer_id, order_id)
        for earlier in after:
            customer = earlier.plan.customer
            changed = earlier.plan.changed_order
            order = changed if order and changed and changed.id == order.id else order
        return self._scene_of(customer, order, await self.shop.products(_product_ids(order)))

    def _scene_of(self, customer: Customer, order: Order | None, products: Sequence[Product]) -> Scene:
        by_id = {product.id: product for product in products}
        now = self.as_of or self.clock.now()
        return Scene(policy=self.policy, customer=customer, order=order, products=by_id, now=now)

    def _commit(self, shop: ServiceTransaction, arguments: Arguments, confirmation: Confirmation, said: int) -> Done:
        """Inside the transaction: what was true when it was proposed must be true still."""
        before = shop.action(confirmation.id)
        if before is not None:
            return _again(before, confirmation, said)
        if self.clock.now() >= confirmation.expires_at:
            raise Unconfirmed("expired")
        scene = self._fresh_scene(shop, arguments, confirmation.customer_id)
        made = plan(scene, arguments)
        if made.digest() != confirmation.effects:
            raise Unconfirmed("changed_since")
        check_day(self.policy, shop.actions_of(made.customer.id), made.facts, self.clock.now())
        if made.changed_order is not None:
            shop.save_order(made.changed_order)
        if made.customer != scene.customer:
            shop.save_customer(made.customer)
        shop.record_action(self._action(confirmation, said, made.facts))
        return Done(facts=made.facts)

    def _fresh_scene(self, shop: ServiceTransaction, arguments: Arguments, customer_id: str) -> Scene:
        customer, order = shop.customer(CustomerId(customer_id)), None
        if customer is None:
            raise Unconfirmed("other_customer")
        if (order_id := order_of(arguments)) is not None:
            order = owned(shop.order(order_id), customer_id)
        return self._scene_of(customer, order, shop.products(_product_ids(order)))

    def _action(self, confirmation: Confirmation, said: int, facts: Facts | None = None) -> ServiceAction:
        return ServiceAction(
            confirmation_id=confirmation.id,
            tool=confirmation.tool,
            conversation=confirmation.conversation,
            customer_id=CustomerId(confirmation.customer_id),
            digest=confirmation.digest,
            said=said,
            at=self.clock.now(),
            outcome=msgspec.to_builtins(facts) if facts else {},
        )


def open_tools(
    shop: Shop,
    writes: ShopWrites,
    policy: ServicePolicy,
    clock: Clock,
    *,
    key: bytes = b"",
    as_of: datetime | None = None,
) -> ServiceTools:
    """With the usual ids and limit. Without a `key`, a new one: questions open at a restart are then asked again."""
    return ServiceTools(
        shop=shop,
        writes=writes,
        policy=policy,
        clock=clock,
        limit=CallsPerMinute(policy.calls_per_minute, policy.calls_per_minute_of),
        key=key or secrets.token_bytes(32),
        new_id=lambda: f"y_{secrets.token_hex(12)}",
        as_of=as_of,
    )


def _product_ids(order: Order | None) -> tuple[ProductId, ...]:
    return tuple(dict.fromkeys(line.product_id for line in order.lines)) if order else ()


def _again(before: ServiceAction, confirmation: Confirmation, said: int) -> Done:
    """The confirmation was used. By the same message: the first outcome once more. By another: refused."""
    if not before.outcome:
        raise Unconfirmed("declined")
    if before.said != said or before.digest != confirmation.digest:
        raise Unconfirmed("used")
    return Done(facts=msgspec.convert(before.outcome, Facts), repeated=True)
