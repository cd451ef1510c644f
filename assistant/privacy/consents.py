"""Consents: what may be done with the data of one conversation's customer, and what they change about it.

    consents.of(state)                       -> Permits, for any reader
    consents.keep(customer_id, changes, …)   after the facts are in the log

Above: customers, flows, channels, exports. Below: `purposes` (the decision), `choices` (what was chosen), the shop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.conversation import Conversation
from assistant.errors import ShopUnavailable
from assistant.events import ConsentChanged, Purpose
from assistant.ports import Shop
from assistant.privacy.choices import Choices
from assistant.privacy.purposes import ConsentRules, Permits, permits, region_of_locale
from assistant.shops.records import Customer, CustomerId

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    rules: ConsentRules
    choices: Choices
    shop: Shop
    in_thread: InThread

    async def of(self, state: Conversation) -> Permits:
        """Raises StoreUnavailable; where the shop's record cannot be read, what it might forbid is forbidden."""
        here, region = state.consents, region_of_locale(state.locale)
        if not state.customer_id:
            return permits(self.rules, region=region, here=here)
        try:
            record = await self.shop.customer(CustomerId(state.customer_id))
        except ShopUnavailable:
            return _nothing(self.rules)
        return await self.of_customer(state.customer_id, here=here, region=region, record=record)

    async def of_customer(
        self, customer_id: str, *, here: Mapping[str, bool] | None = None, region: str = "", record: Customer | None
    ) -> Permits:
        """Raises StoreUnavailable."""
        chosen = await self.in_thread(lambda: self.choices.of(customer_id))
        return permits(self.rules, region=region, here=here, chosen=chosen, record=record)

    async def keep(
        self, customer_id: str, changes: Sequence[ConsentChanged], *, conversation: str, proven: bool
    ) -> None:
        """For all their conversations. Whoever only knows somebody's e-mail may turn things off, never on. Raises
        StoreUnavailable."""
        lasting = [change for change in changes if proven or not change.given]
        if customer_id and lasting:
            await self.in_thread(lambda: self.choices.keep(customer_id, lasting, conversation=conversation))


def changes_of(
    wanted: Mapping[Purpose, bool], *, notice: str, client_id: str = "", source: Any = "customer"
) -> tuple[ConsentChanged, ...]:
    return tuple(
        ConsentChanged(purpose=purpose, given=given, source=source, notice=notice, client_id=client_id)
        for purpose, given in wanted.items()
    )


def browser_says(rules: ConsentRules, already: Collection[str]) -> tuple[ConsentChanged, ...]:
    """What Global Privacy Control turns off in a conversation, where its customer has not chosen themselves."""
    wanted: dict[Purpose, bool] = {purpose: False for purpose in rules.browser_signal if purpose not in already}
    return changes_of(wanted, notice=rules.notice, source="browser")


def _nothing(rules: ConsentRules) -> Permits:
    return permits(rules, here=dict.fromkeys(rules.opt_out, False))
