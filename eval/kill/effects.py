"""What a turn does to the shop, so that doing it twice would show: a point for a customer, once a confirmation.

The confirmation's record and the point are written in one transaction, as the service agent's tools do it. Points that are more
than the records are effects that were doubled. Above: small_server, replicas. Below: the shop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

from assistant.errors import ShopUnavailable
from assistant.ports import ServiceTransaction, ShopInfo
from assistant.shops import schema
from assistant.shops.records import Address, Customer, CustomerId, ServiceAction
from assistant.shops.sql import SqlShop

COLLECTOR: Final = CustomerId("collector")
_HOME: Final = Address(address1="1 Main St", city="Denver", state="CO", zip="80279", country="USA")


def prepare(shop: SqlShop) -> None:
    collector = Customer(id=COLLECTOR, first_name="C", last_name="C", email="c@example.com", address=_HOME)
    shop.replace(info=ShopInfo(name="Points", currency="USD"), customers=[collector])


@dataclass(frozen=True, slots=True)
class Effects:
    shop: SqlShop

    async def have(self, confirmation_id: str) -> None:
        """Once, however often it is asked for. A shop that is away now has no effect: the turn says so and ends."""

        def once(shop: ServiceTransaction) -> None:
            collector = shop.customer(COLLECTOR)
            if shop.action(confirmation_id) is not None or collector is None:
                return
            shop.save_customer(replace(collector, loyalty_points=(collector.loyalty_points or 0) + 1))
            shop.record_action(_action(confirmation_id))

        try:
            await self.shop.transact(once)
        except ShopUnavailable:
            return


def _action(confirmation_id: str) -> ServiceAction:
    return ServiceAction(
        confirmation_id=confirmation_id,
        tool="collect",
        conversation=confirmation_id.split(":")[0],
        customer_id=COLLECTOR,
        digest="",
        said=1,
        at=datetime.now(UTC),
        outcome={},
    )


def counted(shop: SqlShop) -> tuple[int, int]:
    """Effects that were had, and confirmations they were had under."""
    with shop._reading() as db:
        records = db.execute(select(func.count()).select_from(schema.service_actions)).scalar_one()
    collector = next(one for one in shop.all_customers() if one.id == COLLECTOR)
    return collector.loyalty_points or 0, records
