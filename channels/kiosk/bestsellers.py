"""What sells in a store: the shop's orders counted, of what lies there. For the screen that invites. Counts only, no orders.

Above: `kiosk_app`. Below: the shop; one that does not give out its orders in bulk tells its best rated instead.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Protocol, runtime_checkable

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from assistant.shops.records import Order
from channels.front_door import Door, FrontDoor
from channels.rest import problems_of, store_of
from channels.shopfront.product_documents import brief
from channels.shopfront.shop_search import Search, search
from retrieval.catalogue import Product, ProductId, StoreId

KEPT_SECONDS = 600.0
LOOKED_AT = 200
"""Products in demand that are looked up, to find those which lie in one store."""

bestsellers = APIRouter(prefix="/v1", tags=["kiosk"])


@runtime_checkable
class OrderBook(Protocol):
    def all_orders(self) -> Iterable[Order]: ...


class Demand:
    """Products by how many were bought, newly counted every ten minutes. Blocking: run `ranked` in a thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._counted: tuple[float, tuple[ProductId, ...]] | None = None

    def ranked(self, orders: OrderBook) -> tuple[ProductId, ...]:
        if self._counted is None or self._now() - self._counted[0] > KEPT_SECONDS:
            sold: Counter[ProductId] = Counter()
            for order in orders.all_orders():
                sold.update({line.product_id: line.quantity for line in order.lines})
            self._counted = (self._now(), tuple(product for product, _ in sold.most_common(LOOKED_AT)))
        return self._counted[1]


@bestsellers.get("/stores/{store_id}/bestsellers", response_class=JSONResponse, responses=problems_of(422, 503))
async def list_bestsellers(
    store_id: Annotated[str, Path(max_length=256)],
    request: Request,
    door: Door,
    limit: Annotated[int, Query(ge=1, le=48)] = 12,
) -> JSONResponse:
    """What is bought most of what lies in this store, one of a category; products as the search lists them."""
    store = StoreId(await store_of(door, store_id))
    found = [product for product in await _candidates(request, door, store) if _is_there(product, store)]
    chosen = _one_of_each(found)[:limit]
    return JSONResponse({"products": [brief(product, door.settings.image_origins) for product in chosen]})


async def _candidates(request: Request, door: FrontDoor, store: StoreId) -> Sequence[Product]:
    shop, demand = door.product.shop, request.app.state.demand
    if isinstance(shop, OrderBook):
        ranked = await door.product.in_thread(demand.ranked, shop)
        if ranked:
            return await shop.products(ranked)
    rated = await door.product.in_thread(_best_rated, door.product.retriever, store, await shop.stores())
    return await shop.products(rated)


def _best_rated(retriever: Any, store: StoreId, stores: Any) -> tuple[ProductId, ...]:
    return search(retriever, Search(store=store, sort="rating", limit=48), stores).ids


def _is_there(product: Product, store: StoreId) -> bool:
    return any(variant.price is not None and variant.in_stock(store) for variant in product.variants)


def _one_of_each(products: Sequence[Product]) -> list[Product]:
    """The first of each category, then the rest."""
    first = {product.category: product for product in reversed(products)}
    leading = [product for product in products if first[product.category] is product]
    return leading + [product for product in products if first[product.category] is not product]
