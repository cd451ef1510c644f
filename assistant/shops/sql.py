"""The shop in SQL: the port `assistant.ports.Shop`, reading in bulk for the index, and writers.

Reads of the port run in worker threads, so no query stands on the event loop; products come from a cache that the
database's revision keeps fresh. Below it: `schema`, `rows`, `writing`. Above it: bootstrap and the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from sqlalchemy import URL, ColumnElement, Connection, Engine, Select, Table, Text, func, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import ShopUnavailable
from assistant.ports import ServiceTransaction, ShopInfo
from assistant.shops import rows, schema, shelf_query
from assistant.shops.floor_plan import FloorPlan, Place, Placement
from assistant.shops.product_cache import ProductCache
from assistant.shops.product_query import read_products
from assistant.shops.records import Customer, CustomerId, Order, OrderId, Store
from assistant.shops.service import SqlServiceTransaction
from assistant.shops.writing import TABLES, RecordKind, ShopWriter
from assistant.understanding.sounds import figures_and_domain, same_address, same_person
from retrieval.catalogue import Product, ProductId, StoreId, VariantId
from retrieval.policies import Policy

_CONNECTIONS = 8
_PAGE = 500

_SIGNS = {
    "full": "has no room to grow: free some space on its disk; nothing was changed",
    "not a database": "is not a shop's database: move it away, or set AISLE_HOME to another folder",
    "malformed": "is damaged: bring back a copy, or move it away and import the shop anew",
    "readonly": "cannot be written: check the rights of the file and its folder",
    "unable to open": "cannot be opened: check that it is a file and may be read and written",
    "locked": "is being written by another process: try again when that is done",
    "I/O error": "cannot be read or written: check its disk",
}

T = TypeVar("T")


class SqlShop:
    """Satisfies `assistant.ports.Shop` and `ShopWrites`; thread-safe. Close it when done."""

    def __init__(self, engine: Engine, *, cached_products: int = 4096) -> None:
        self._engine = engine
        self._cache = ProductCache(cached_products)
        self._threads = anyio.CapacityLimiter(_CONNECTIONS)

    @classmethod
    def open(cls, path: Path, *, create: bool = True, cached_products: int = 4096) -> SqlShop:
        """The shop in the SQLite file at `path`. Raises ShopUnavailable: missing (unless `create`), broken, too new."""
        if not path.exists() and not create:
            raise ShopUnavailable(f"no shop at {str(path)!r}: fill it with `aisle shop import FILE`")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ShopUnavailable(f"cannot make {str(path.parent)!r}: {error.strerror}; set AISLE_HOME") from error
        return cls.at(schema.sqlite_url(path), cached_products=cached_products)

    @classmethod
    def at(cls, url: str | URL, *, cached_products: int = 4096) -> SqlShop:
        """The shop in the database at an SQLAlchemy URL; its tables are made when missing."""
        engine = schema.open_engine(url, connections=_CONNECTIONS)
        with _translated(engine):
            _prepare(engine)
        return cls(engine, cached_products=cached_products)

    def close(self) -> None:
        self._engine.dispose()

    # The port.

    async def info(self) -> ShopInfo:
        return await self._off_loop(self.shop_info)

    async def product(self, product_id: ProductId) -> Product | None:
        found = await self.products((product_id,))
        return found[0] if found else None

    async def products(self, product_ids: Sequence[ProductId]) -> tuple[Product, ...]:
        return await self._off_loop(lambda: self.find_products(product_ids))

    async def product_of(self, variant_id: VariantId) -> Product | None:
        return await self._off_loop(lambda: self.find_product_of(variant_id))

    async def stores(self) -> tuple[Store, ...]:
        return await self._off_loop(lambda: tuple(self.all_stores()))

    async def floor_plan(self, store_id: StoreId) -> FloorPlan | None:
        return await self._off_loop(lambda: self._with(shelf_query.floor_plan, store_id))

    async def where(self, product: Product, store_id: StoreId) -> Place | None:
        return await self._off_loop(lambda: self._with(shelf_query.where, product, store_id))

    async def policies(self) -> tuple[Policy, ...]:
        return await self._off_loop(lambda: tuple(self.all_policies()))

    async def customer(self, customer_id: CustomerId) -> Customer | None:
        found = await self._off_loop(lambda: self._customers_where(schema.customers.c.id == customer_id))
        return found[0] if found else None

    async def find_customers(
        self,
        *,
        email: str = "",
        phone: str = "",
        first_name: str = "",
        last_name: str = "",
        zip_code: str = "",
        by_sound: bool = False,
    ) -> tuple[Customer, ...]:
        """All that is given must agree; a name counts only when it comes whole and with the zip."""
        if by_sound:
            among = _heard_conditions(email=email, whole_name=bool(first_name and last_name), zip_code=zip_code)
            found = await self._off_loop(lambda: self._customers_where(*among)) if among else ()
            return tuple(one for one in found if _sounds_like(one, email, (first_name, last_name)))
        given = _customer_conditions(
            email=email, phone=phone, first_name=first_name, last_name=last_name, zip_code=zip_code
        )
        return await self._off_loop(lambda: self._customers_where(*given)) if given else ()

    async def order(self, order_id: OrderId) -> Order | None:
        found = await self._off_loop(lambda: self._orders_where(schema.orders.c.id == order_id))
        return found[0] if found else None

    async def orders_of(self, customer_id: CustomerId) -> tuple[Order, ...]:
        """Newest first; orders without a date count by their place in the file, after those with one."""
        found = await self._off_loop(lambda: self._orders_where(schema.orders.c.customer_id == customer_id))
        return tuple(sorted(found, key=_placed_at, reverse=True))

    async def transact(self, work: Callable[[ServiceTransaction], T]) -> T:
        """As `ShopWrites` says. The catalogue's revision stays: orders are no part of the index."""
        return await self._off_loop(lambda: self._transact(work))

    async def _off_loop(self, read: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(read, limiter=self._threads)

    # In bulk and blocking, for the index, exports and checks.

    @property
    def revision(self) -> int:
        """Rises with every change, by whichever process: a reader that remembers it knows when to read again."""
        with self._reading() as connection:
            return _revision(connection)

    def shop_info(self) -> ShopInfo:
        known = self.meta()
        as_of = known.get("as_of")
        return ShopInfo(
            name=known.get("name", "Shop"),
            currency=known.get("currency", "USD"),
            locale=known.get("locale", "en"),
            as_of=datetime.fromisoformat(as_of) if as_of else None,
        )

    def meta(self) -> Mapping[str, str]:
        """What is known of the shop as a whole: name, currency, locale, as_of, origin, option_names."""
        with self._reading() as connection:
            return {row.key: row.value for row in connection.execute(select(schema.meta))}

    def counts(self) -> Mapping[RecordKind, int]:
        with self._reading() as connection:
            return {
                kind: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for kind, table in TABLES.items()
            }

    def category_counts(self) -> dict[tuple[str, ...], int]:
        """How many products lie in each category, by its path, in the shop's order."""
        path = schema.products.c.details["category"].cast(Text).label("path")  # as text: PostgreSQL groups no JSON
        query = select(path, func.count()).group_by(path).order_by(func.min(schema.products.c.position))
        with self._reading() as connection:
            found = connection.execute(query)
            return {tuple(msgspec.json.decode(row.path or "[]") or ()): row[1] for row in found}

    def brand_names(self) -> tuple[str, ...]:
        with self._reading() as connection:
            return tuple(connection.execute(select(schema.products.c.brand).distinct()).scalars())

    def find_products(self, product_ids: Sequence[ProductId]) -> tuple[Product, ...]:
        """In the order asked for, without those that do not exist; what the cache lacks is read by one query."""
        with self._reading() as connection:
            revision = _revision(connection)
            known = self._cache.get(product_ids, revision)
            missing = [one for one in dict.fromkeys(product_ids) if one not in known]
            if missing:
                read = {product.id: product for product in read_products(connection, missing)}
                self._cache.put(read.values(), revision)
                known |= read
        return tuple(known[one] for one in product_ids if one in known)

    def find_product_of(self, variant_id: VariantId) -> Product | None:
        query = select(schema.variants.c.product_id).where(schema.variants.c.id == variant_id)
        with self._reading() as connection:
            product_id = connection.execute(query).scalar_one_or_none()
        return next(iter(self.find_products([product_id])), None) if product_id is not None else None

    def all_products(self) -> Iterator[Product]:
        """In the shop's order, page by page: a write in between may show in later pages."""
        after = -1
        while page := self._product_page(after):
            after = page[-1][0]
            with self._reading() as connection:
                read = {product.id: product for product in read_products(connection, [one for _, one in page])}
            yield from (read[one] for _, one in page if one in read)

    def all_stores(self) -> Iterator[Store]:
        return (msgspec.convert(row.record, Store) for row in self._all(schema.stores))

    def all_floor_plans(self) -> Iterator[FloorPlan]:
        return (msgspec.convert(row.record, FloorPlan) for row in self._all(schema.floor_plans))

    def all_placements(self) -> Iterator[Placement]:
        return (msgspec.convert(row.record, Placement) for row in self._all(schema.placements))

    def all_customers(self) -> Iterator[Customer]:
        return (msgspec.convert(row.record, Customer) for row in self._all(schema.customers))

    def all_orders(self) -> Iterator[Order]:
        return (rows.order_from(row._asdict()) for row in self._all(schema.orders))

    def all_policies(self) -> Iterator[Policy]:
        for row in self._all(schema.policies):
            yield Policy(id=row.id, title=row.title, text=row.text, locale=row.locale)

    # Writing.

    @contextmanager
    def writing(self) -> Iterator[ShopWriter]:
        """One transaction: committed when the block ends well, else nothing happened."""
        with _translated(self._engine), self._engine.begin() as connection:
            yield ShopWriter(connection)

    def _transact(self, work: Callable[[ServiceTransaction], T]) -> T:
        with _translated(self._engine), self._engine.begin() as connection:
            return work(SqlServiceTransaction(connection))

    def upsert_products(self, products: Iterable[Product]) -> None:
        with self.writing() as writer:
            writer.upsert_products(products)

    def replace(
        self,
        *,
        info: ShopInfo,
        products: Iterable[Product] = (),
        stores: Iterable[Store] = (),
        customers: Iterable[Customer] = (),
        orders: Iterable[Order] = (),
        policies: Iterable[Policy] = (),
        floor_plans: Iterable[FloorPlan] = (),
        placements: Iterable[Placement] = (),
        origin: str = "",
    ) -> None:
        """The whole shop anew, in one transaction. `origin` "demo" lets the first import of a real shop clear it."""
        with self.writing() as writer:
            writer.clear_all()
            writer.set_info(info)
            writer.set_meta("origin", origin)
            writer.upsert_stores(stores)
            writer.upsert_products(products)
            writer.upsert_customers(customers)
            writer.upsert_orders(orders)
            writer.upsert_policies(policies)
            writer.upsert_floor_plans(floor_plans)
            writer.upsert_placements(placements)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated(self._engine), self._engine.connect() as connection:
            yield connection

    def _with(self, query: Callable[..., T], *asked: object) -> T:
        with self._reading() as connection:
            return query(connection, *asked)

    def _all(self, table: Table) -> Sequence[Any]:
        with self._reading() as connection:
            return connection.execute(select(table).order_by(table.c.position)).all()

    def _product_page(self, after: int) -> list[tuple[int, ProductId]]:
        columns = (schema.products.c.position, schema.products.c.id)
        query = select(*columns).where(columns[0] > after).order_by(columns[0]).limit(_PAGE)
        with self._reading() as connection:
            return [(row.position, row.id) for row in connection.execute(query)]

    def _customers_where(self, *conditions: ColumnElement[bool]) -> tuple[Customer, ...]:
        query = select(schema.customers.c.record).where(*conditions).order_by(schema.customers.c.position)
        with self._reading() as connection:
            return tuple(msgspec.convert(record, Customer) for (record,) in connection.execute(query))

    def _orders_where(self, condition: ColumnElement[bool]) -> tuple[Order, ...]:
        query = select(schema.orders).where(condition).order_by(schema.orders.c.position.desc())
        with self._reading() as connection:
            return tuple(rows.order_from(row._asdict()) for row in connection.execute(query))


def _revision(connection: Connection) -> int:
    revision: int = connection.execute(_revision_query()).scalar_one()
    return revision


@cache
def _revision_query() -> Select[Any]:
    """Made once: making it takes longer than running it."""
    return select(schema.counters.c.value).where(schema.counters.c.name == "revision")


def _prepare(engine: Engine) -> None:
    knows_phones = inspect(engine).has_table(schema.customer_phones.name)
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        known = {row.name: row.value for row in connection.execute(select(schema.counters))}
        for name, value in (("schema", schema.VERSION), ("revision", 0)):
            if name not in known:
                connection.execute(insert(schema.counters).values(name=name, value=value))
    if known.get("schema", 0) > schema.VERSION:
        raise ShopUnavailable(f"the shop was written by a newer version (tables {known['schema']}): update this one")
    if not knows_phones:
        _note_phones(engine)


def _note_phones(engine: Engine) -> None:
    """Once, for a shop of a release that did not find customers by their numbers."""
    with engine.begin() as connection:
        found = connection.execute(select(schema.customers.c.record)).scalars().all()
        customers = [msgspec.convert(record, Customer) for record in found]
        if customers:
            writer = ShopWriter(connection)
            for start in range(0, len(customers), _PAGE):
                writer.note_phones(customers[start : start + _PAGE])


def _customer_conditions(
    *, email: str, phone: str, first_name: str, last_name: str, zip_code: str
) -> tuple[ColumnElement[bool], ...]:
    """No condition at all for what cannot name one customer, a number that is none among it."""
    columns = schema.customers.c
    conditions = {
        columns.email_key: rows.name_key(email),
        columns.first_name_key: rows.name_key(first_name),
        columns.last_name_key: rows.name_key(last_name),
        columns.zip_key: rows.zip_key(zip_code),
    }
    whole_name = all(conditions[column] for column in list(conditions)[1:])
    number = rows.phone_key(phone)
    if (phone.strip() and not number) or not (conditions[columns.email_key] or number or whole_name):
        return ()
    phones = schema.customer_phones.c
    by_number = (columns.id.in_(select(phones.customer_id).where(phones.phone_key == number)),) if number else ()
    return (*by_number, *(column == key for column, key in conditions.items() if key))


def _heard_conditions(*, email: str, whole_name: bool, zip_code: str) -> tuple[ColumnElement[bool], ...]:
    """What is heard exactly: the figures and the domain of an address, or the zip."""
    columns = schema.customers.c
    if email:
        end = figures_and_domain(email)
        return (columns.email_key.endswith(end, autoescape=True),) if end else ()
    return (columns.zip_key == rows.zip_key(zip_code),) if whole_name and rows.zip_key(zip_code) else ()


def _sounds_like(customer: Customer, email: str, name: tuple[str, str]) -> bool:
    if email:
        return same_address(email, customer.email)
    return same_person(name, (customer.first_name, customer.last_name))


def _placed_at(order: Order) -> tuple[bool, datetime]:
    placed = order.placed_at
    if placed is None:
        return False, datetime.min.replace(tzinfo=UTC)
    return True, placed if placed.tzinfo else placed.replace(tzinfo=UTC)


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """The database's errors as the situation that they are, with the way out."""
    try:
        yield
    except SQLAlchemyError as error:
        raise ShopUnavailable(_situation(error, engine.url.database or "")) from error


def _situation(error: SQLAlchemyError, where: str) -> str:
    said = str(getattr(error, "orig", None) or error)
    for sign, way_out in _SIGNS.items():
        if sign in said:
            return f"the shop at {where!r} {way_out}"
    return f"the shop at {where!r} cannot be used: {said}"
