"""ShopFacts: everything a shop's records say, read once, so that replies can be judged against them.

Below: the shop's SQL adapter. Above: `checking` and `grounded`. The records are the judge's own copy: nothing here comes
through the assistant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.shops.records import Customer, CustomerId, Order, OrderId, Store
from assistant.shops.sql import SqlShop
from retrieval.catalogue import Product, ProductId, StoreId, VariantId
from retrieval.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    name: str = ""
    products: Mapping[ProductId, Product] = field(default_factory=dict)
    stores: Mapping[StoreId, Store] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    customers: Mapping[CustomerId, Customer] = field(default_factory=dict)
    orders: Mapping[OrderId, Order] = field(default_factory=dict)

    def product(self, product_id: str) -> Product | None:
        """By its own id, or by one of its variants'."""
        found = self.products.get(ProductId(product_id))
        return found or next((p for p in self.products.values() if p.variant(VariantId(product_id))), None)

    def customer_by_email(self, email: str) -> Customer | None:
        return next((c for c in self.customers.values() if c.email.lower() == email.lower()), None)

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """Newest first."""
        own = [order for order in self.orders.values() if order.customer_id == customer_id]
        return tuple(sorted(own, key=lambda order: (str(order.placed_at or ""), order.id), reverse=True))

    def stores_called(self, words: str) -> tuple[Store, ...]:
        """Stores whose name, city, alias or id holds these words."""
        wanted = words.lower()
        return tuple(store for store in self.stores.values() if wanted in " | ".join(_names(store)).lower())

    @property
    def categories(self) -> frozenset[str]:
        """Every level, lower case."""
        return frozenset(part.lower() for product in self.products.values() for part in product.category)


def _names(store: Store) -> tuple[str, ...]:
    return (store.id, store.name, store.address.city, *store.aliases)


def read_shop_facts(path: Path) -> ShopFacts:
    """From a shop's database. Raises ShopUnavailable."""
    shop = SqlShop.open(path, create=False)
    try:
        return facts_of(shop)
    finally:
        shop.close()


def facts_of(shop: SqlShop) -> ShopFacts:
    return facts_of_records(
        name=shop.shop_info().name,
        products=shop.all_products(),
        stores=shop.all_stores(),
        policies=shop.all_policies(),
        customers=shop.all_customers(),
        orders=shop.all_orders(),
    )


def facts_of_records(
    *,
    name: str,
    products: Iterable[Product],
    stores: Iterable[Store],
    policies: Iterable[Policy],
    customers: Iterable[Customer],
    orders: Iterable[Order],
) -> ShopFacts:
    return ShopFacts(
        name=name,
        products={product.id: product for product in products},
        stores={store.id: store for store in stores},
        policies={policy.id: policy for policy in policies},
        customers={customer.id: customer for customer in customers},
        orders={order.id: order for order in orders},
    )
