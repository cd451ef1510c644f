"""One transaction of the service agent's tools on the SQL shop: read, check, write, and note what was done.

Below it: `schema`, `rows`. Above it: `sql.SqlShop.transact`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from assistant.shops import rows, schema
from assistant.shops.product_query import read_products
from assistant.shops.records import Customer, CustomerId, Order, OrderId, ServiceAction
from retrieval.catalogue import Product, ProductId


class SqlServiceTransaction:
    """Satisfies `assistant.ports.ServiceTransaction`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Takes the write lock before the first read, as `ShopWriter` does, but leaves the revision as it is: the index
        # is built anew when that rises, and nothing of the catalogue changes here.
        counters = schema.counters
        connection.execute(update(counters).where(counters.c.name == "revision").values(value=counters.c.value))

    def customer(self, customer_id: CustomerId) -> Customer | None:
        query = select(schema.customers.c.record).where(schema.customers.c.id == customer_id)
        record = self._connection.execute(query).scalar()
        return None if record is None else msgspec.convert(record, Customer)

    def order(self, order_id: OrderId) -> Order | None:
        row = self._connection.execute(select(schema.orders).where(schema.orders.c.id == order_id)).first()
        return None if row is None else rows.order_from(row._asdict())

    def products(self, product_ids: Sequence[ProductId]) -> tuple[Product, ...]:
        return tuple(read_products(self._connection, list(product_ids))) if product_ids else ()

    def action(self, confirmation_id: str) -> ServiceAction | None:
        actions = schema.service_actions
        record = self._connection.execute(
            select(actions.c.record).where(actions.c.confirmation_id == confirmation_id)
        ).scalar()
        return None if record is None else msgspec.convert(record, ServiceAction)

    def actions_of(self, customer_id: CustomerId) -> tuple[ServiceAction, ...]:
        actions = schema.service_actions
        records = self._connection.execute(select(actions.c.record).where(actions.c.customer_id == customer_id))
        return tuple(msgspec.convert(record, ServiceAction) for record in records.scalars())

    def save_order(self, order: Order) -> None:
        self._save(schema.orders, rows.order_row(order, position=-1))

    def save_customer(self, customer: Customer) -> None:
        self._save(schema.customers, rows.customer_row(customer, position=-1))
        phones, row = schema.customer_phones, rows.phone_row(customer)
        self._connection.execute(delete(phones).where(phones.c.customer_id == customer.id))
        if row["phone_key"]:
            self._connection.execute(insert(phones).values(row))

    def record_action(self, action: ServiceAction) -> None:
        new = {
            "confirmation_id": action.confirmation_id,
            "customer_id": action.customer_id,
            "record": msgspec.to_builtins(action),
        }
        self._connection.execute(insert(schema.service_actions).values(new))

    def _save(self, table: Table, row: rows.Row) -> None:
        changed = {name: value for name, value in row.items() if name not in ("id", "position")}
        self._connection.execute(update(table).where(table.c.id == row["id"]).values(changed))
