"""Faults of what is done: carts, orders, who is who, people, slow and failing tools. Above: `faults`. Below: flows, tools."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assistant import identity
from assistant.answering import grounding
from assistant.erasing.erasing import Erasing
from assistant.errors import ToolError
from assistant.events import Cart, CartItem
from assistant.flows import change_cart, fill_cart, find_store, talk_to_human, track_order
from assistant.flows.work import Work
from assistant.tools.service import ServiceTools
from eval.grounding import measure as grounding_measure
from eval.integrity.talk import patience
from eval.mutations.fault import Fault, all_of, swap
from retrieval.catalogue import Money


def _total_wrong(kept: Any) -> Any:
    def with_total(items: tuple[CartItem, ...], currency: str) -> Cart:
        cart: Cart = kept(items, currency)
        return replace(cart, total=Money(amount=cart.total.amount + Decimal("1.00"), currency=currency))

    return with_total


def _twice_as_many(kept: Any) -> Any:
    return lambda work, product, variant, quantity, **more: kept(work, product, variant, quantity * 2, **more)


def _anybodys(kept: Any) -> Any:
    del kept
    return lambda order, customer_id: order


def _without_a_yes(kept: Any) -> Any:
    async def propose(self: ServiceTools, caller: Any, arguments: Any, after: Any = ()) -> Any:
        made = await kept(self, caller, arguments, after)
        await self.writes.transact(lambda shop: self._commit(shop, arguments, made.confirmation, 0))
        return made

    return propose


def _deaf_to_yes(kept: Any) -> Any:
    async def execute(self: ServiceTools, *arguments: Any) -> Any:
        raise ToolError("nothing is carried out")

    del kept
    return execute


def _nobody_asked(kept: Any) -> Any:
    async def request(*arguments: Any, **more: Any) -> None:
        return None

    del kept
    return request


def _as_anybody(kept: Any) -> Any:
    async def recognise(shop: Any, **facts: Any) -> Any:
        *_, order = shop.all_orders()
        return await shop.customer(order.customer_id) if facts.get("email") else await kept(shop, **facts)

    return recognise


def _elsewhere(kept: Any) -> Any:
    return lambda store, *arguments, **more: kept(replace(store, name="Boise"), *arguments, **more)


def _slow(kept: Any) -> Any:
    left = [1]

    async def call(self: Work, *arguments: Any) -> Any:
        if left:
            left.pop()
            await asyncio.sleep(patience() + 2)
        return await kept(self, *arguments)

    return call


def _failing(kept: Any) -> Any:
    async def call(self: Work, name: str, arguments: Any, tool: Any, result: Any) -> Any:
        tool.close()
        raise ToolError(f"{name} is down")

    del kept
    return call


async def _no_keys(self: Erasing, *arguments: Any) -> int:
    return 0


FAULTS = (
    Fault(name="cart total wrong", about="a dollar more than the lines come to",
          plant=all_of(swap(fill_cart, "with_total", _total_wrong), swap(change_cart, "with_total", _total_wrong)),
          meant="integrity/carts add up"),
    Fault(name="quantity doubled", about="two of it become four",
          plant=all_of(swap(fill_cart, "put", _twice_as_many), swap(change_cart, "put", _twice_as_many)),
          meant="integrity/the cart holds what was asked"),
    Fault(name="foreign order shown", about="an order's number is enough to see it", plant=swap(identity, "owned", _anybodys),
          meant="integrity/own orders only"),
    Fault(name="confirmation skipped", about="what is proposed is done at once",
          plant=swap(ServiceTools, "propose", _without_a_yes), meant="integrity/a yes before each change"),
    Fault(name="a yes is not carried out", about="nothing is cancelled, whatever is said",
          plant=swap(ServiceTools, "execute", _deaf_to_yes), meant="integrity/a yes before each change"),
    Fault(name="handoff never", about="nobody is called", plant=swap(talk_to_human, "request", _nobody_asked),
          meant="integrity/a person is reached"),
    Fault(name="identified as another", about="any address names the last customer",
          plant=swap(track_order, "recognise", _as_anybody), meant="integrity/known as themselves"),
    Fault(name="wrong store", about="every store is called after another town", plant=swap(find_store, "store_card", _elsewhere),
          meant="integrity/stores are the shop's"),
    Fault(name="slow tool", about="one call takes longer than a promise allows", plant=swap(Work, "call", _slow),
          meant="integrity/in time"),
    Fault(name="failing tool", about="every tool is down", plant=swap(Work, "call", _failing),
          meant="sentinels/turns reached"),
    Fault(name="erased data still found", about="an erasure destroys no key",
          plant=swap(Erasing, "_destroy", lambda kept: _no_keys), meant="integrity/erased is gone"),
    Fault(name="grounding off", about="no draft is objected to",
          plant=all_of(swap(grounding, "ungrounded", lambda kept: lambda text, support: ()),
                       swap(grounding_measure, "ungrounded", lambda kept: lambda text, support: ())),
          meant="grounding/wrong caught"),
    Fault(name="grounding too strict", about="every draft is objected to",
          plant=swap(grounding_measure, "ungrounded", lambda kept: lambda text, support: ("all of it",)),
          meant="grounding/good passed"),
)  # fmt: skip
