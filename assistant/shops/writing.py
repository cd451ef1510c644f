"""Writes to the SQL shop: everything inside one `ShopWriter` becomes visible at once, or not at all.

Below it: `rows` and `schema`. Above it: `sql.SqlShop`, which opens writers, and `importing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select, tuple_, update

from assistant.ports import ShopInfo
from assistant.shops import rows, schema
from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.records import Customer, Order, Store
from retrieval.catalogue import ONLINE, Product, ProductId, VariantId
from retrieval.policies import Policy

RecordKind = Literal["product", "store", "customer", "order", "policy", "floor_plan", "place"]
Record = Product | Store | Customer | Order | Policy | FloorPlan | Placement | ShopInfo

TABLES: Mapping[RecordKind, Table] = {
    "product": schema.products,
    "store": schema.stores,
    "customer": schema.customers,
    "order": schema.orders,
    "policy": schema.policies,
    "floor_plan": schema.floor_plans,
    "place": schema.placements,
}

_BESIDE: Mapping[RecordKind, tuple[Table, ...]] = {
    "product": (schema.stock, schema.variants),
    "customer": (schema.customer_phones,),
}
"""What goes with a kind of record."""

_BATCH = 500
_MOST_TOLD = 20

T = TypeVar("T")


class VariantTaken(ValueError):
    """A variant's id belongs to another product already: ids of variants are unique in the whole shop."""

    def __init__(self, variant: VariantId, product: ProductId, owner: ProductId) -> None:
        super().__init__(f"variant {variant!r} of product {product!r} belongs to product {owner!r}: give it its own id")
        self.variant, self.product, self.owner = variant, product, owner


class ShopWriter:
    """One transaction. An upserted record replaces the one of the same id and keeps its place in the shop's order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # The first statement takes the write lock, on SQLite the file's, on PostgreSQL the row's: writers queue up here.
        counters = schema.counters
        self._connection.execute(
            update(counters).where(counters.c.name == "revision").values(value=counters.c.value + 1)
        )
        self._next_position: dict[str, int] = {}

    def upsert_products(self, products: Iterable[Product]) -> None:
        """Raises VariantTaken: the caller's transaction is then to be given up."""
        for batch in _batches(products):
            self._write_products(batch)

    def upsert_stores(self, stores: Iterable[Store]) -> None:
        self._upsert(schema.stores, stores, rows.store_row)

    def upsert_customers(self, customers: Iterable[Customer]) -> None:
        for batch in _batches(customers):
            self._upsert(schema.customers, batch, rows.customer_row)
            self.note_phones(batch)

    def note_phones(self, customers: Sequence[Customer]) -> None:
        """What customers are found by when they telephone; those without a number have no row."""
        phones, latest = schema.customer_phones, {customer.id: customer for customer in customers}
        self._connection.execute(delete(phones).where(phones.c.customer_id.in_(list(latest))))
        found = [rows.phone_row(customer) for customer in latest.values() if customer.phone]
        self._insert(phones, [row for row in found if row["phone_key"]])

    def upsert_orders(self, orders: Iterable[Order]) -> None:
        self._upsert(schema.orders, orders, rows.order_row)

    def upsert_policies(self, policies: Iterable[Policy]) -> None:
        self._upsert(schema.policies, policies, rows.policy_row)

    def upsert_floor_plans(self, plans: Iterable[FloorPlan]) -> None:
        self._upsert(schema.floor_plans, plans, rows.floor_plan_row)

    def upsert_placements(self, placements: Iterable[Placement]) -> None:
        self._upsert(schema.placements, placements, rows.placement_row)

    def set_info(self, info: ShopInfo) -> None:
        self.set_meta("name", info.name)
        self.set_meta("currency", info.currency)
        self.set_meta("locale", info.locale)
        self.set_meta("as_of", info.as_of.isoformat() if info.as_of else "")

    def set_meta(self, key: str, value: str) -> None:
        self._connection.execute(delete(schema.meta).where(schema.meta.c.key == key))
        self._connection.execute(insert(schema.meta).values(key=key, value=value))

    def clear(self, kind: RecordKind) -> None:
        """Removes all records of a kind; products with their variants and stock."""
        for table in (*_BESIDE.get(kind, ()), TABLES[kind]):
            self._connection.execute(delete(table))

    def clear_all(self) -> None:
        """Every record, and what is known of the shop as a whole."""
        for kind in TABLES:
            self.clear(kind)
        self._connection.execute(delete(schema.meta))

    def delete_products(self, product_ids: Sequence[ProductId]) -> None:
        for batch in _batches(product_ids):
            self._delete_products(batch)

    def _delete_products(self, ids: Sequence[str]) -> None:
        self._connection.execute(delete(schema.stock).where(schema.stock.c.product_id.in_(ids)))
        self._connection.execute(delete(schema.variants).where(schema.variants.c.product_id.in_(ids)))
        self._connection.execute(delete(schema.products).where(schema.products.c.id.in_(ids)))

    def _write_products(self, products: Sequence[Product]) -> None:
        latest = {product.id: product for product in products}
        positions = self._positions(schema.products, list(latest))
        if positions:
            self._delete_products(list(positions))
        for taken in self.taken_variants(latest.values()):
            raise taken
        written = [rows.product_rows(product, position=positions.get(product.id, -1)) for product in latest.values()]
        product_rows = [self._placed(schema.products, row) for row, _, _ in written]
        self._insert(schema.products, product_rows)
        self._insert(schema.variants, [row for _, variants, _ in written for row in variants])
        self._insert(schema.stock, [row for _, _, stock in written for row in stock])

    def taken_variants(self, products: Iterable[Product]) -> Iterator[VariantTaken]:
        """The conflicts that these products would bring, with each other and with other products of the shop."""
        owners: dict[VariantId, ProductId] = {}
        for product in products:
            for variant in product.variants:
                owner = owners.setdefault(variant.id, product.id)
                if owner != product.id:
                    yield VariantTaken(variant.id, product.id, owner)
        columns = (schema.variants.c.id, schema.variants.c.product_id)
        for batch in _batches(owners):
            for taken in self._connection.execute(select(*columns).where(columns[0].in_(batch))):
                if owners[taken.id] != taken.product_id:
                    yield VariantTaken(taken.id, owners[taken.id], taken.product_id)

    def dangling(self) -> Iterator[str]:
        """What refers to something that the shop does not have, told for people."""
        stores = select(schema.stores.c.id)
        stock = select(schema.stock.c.store_id).distinct()
        unknown = stock.where(schema.stock.c.store_id != ONLINE, schema.stock.c.store_id.not_in(stores))
        for (store,) in self._connection.execute(unknown.order_by(schema.stock.c.store_id).limit(_MOST_TOLD)):
            yield f"stock is stated for store {store!r}, which the shop does not have: import its record too"
        known = select(schema.customers.c.id)
        orphans = select(func.count()).where(schema.orders.c.customer_id.not_in(known))
        count = self._connection.execute(orphans).scalar_one()
        if count:
            yield f"orders of customers whom the shop does not have, so that nobody can ask for them: {count}"

    def _upsert(self, table: Table, records: Iterable[T], to_row: Callable[..., rows.Row]) -> None:
        for batch in _batches(records):
            new = {_key_of(table, row): row for row in (to_row(record, position=-1) for record in batch)}
            positions = self._positions(table, list(new))
            if positions:
                self._connection.execute(delete(table).where(_key(table).in_(list(positions))))
            for key, row in new.items():
                row["position"] = positions.get(key, -1)
            self._insert(table, [self._placed(table, row) for row in new.values()])

    def _positions(self, table: Table, keys: Sequence[Any]) -> dict[Any, int]:
        found = self._connection.execute(
            select(*table.primary_key.columns, table.c.position).where(_key(table).in_(keys))
        )
        return {(row[0] if len(row) == 2 else tuple(row[:-1])): row[-1] for row in found}

    def _placed(self, table: Table, row: rows.Row) -> rows.Row:
        if row["position"] < 0:
            following = self._next_position.get(table.name)
            if following is None:
                last = self._connection.execute(select(func.max(table.c.position))).scalar()
                following = 0 if last is None else last + 1
            row["position"] = following
            self._next_position[table.name] = following + 1
        return row

    def _insert(self, table: Table, new: Sequence[rows.Row]) -> None:
        if new:
            self._connection.execute(insert(table), new)


def _key(table: Table) -> Any:
    columns = list(table.primary_key.columns)
    return columns[0] if len(columns) == 1 else tuple_(*columns)


def _key_of(table: Table, row: rows.Row) -> Any:
    key = tuple(row[column.name] for column in table.primary_key.columns)
    return key[0] if len(key) == 1 else key


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(things)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
