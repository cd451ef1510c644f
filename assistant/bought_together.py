"""What the shop's customers bought together, counted from its orders and counted anew now and then.

Above: `bootstrap`, which hands it to knowledge. Below: the shop, `retrieval.goes_with`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock

from assistant.shops.records import Order
from retrieval.catalogue import Product, ProductId
from retrieval.goes_with import Companions, companions_of, kind_of

LASTS_SECONDS = 900.0


class BoughtTogether:
    """Call it for the companions. Thread-safe; blocks while it counts, at the first call and then every quarter of an hour."""

    def __init__(
        self,
        orders: Callable[[], Iterable[Order]],
        product: Callable[[ProductId], Product | None],
        monotonic: Callable[[], float],
    ) -> None:
        self._orders, self._product, self._monotonic = orders, product, monotonic
        self._companions = Companions()
        self._until = 0.0
        self._counting = Lock()

    def __call__(self) -> Companions:
        with self._counting:
            if self._monotonic() >= self._until:
                self._companions = self._counted()
                self._until = self._monotonic() + LASTS_SECONDS
            return self._companions

    def _counted(self) -> Companions:
        baskets = [[line.product_id for line in order.lines] for order in self._orders() if order.status != "cancelled"]
        kinds: dict[ProductId, str] = {}

        def kind(product_id: ProductId) -> str:
            if product_id not in kinds:
                found = self._product(product_id)
                kinds[product_id] = kind_of(found) if found else ""
            return kinds[product_id]

        return companions_of(baskets, kind)
