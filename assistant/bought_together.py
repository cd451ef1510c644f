"""What the shop's customers bought together, counted from its orders and counted anew now and then.

Above: `bootstrap`, which hands it to knowledge. Below: the shop, `retrieval.goes_with`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from assistant.shops.records import Order
from retrieval.catalogue import Product, ProductId
from retrieval.goes_with import Companions, companions_of, kind_of

LASTS_SECONDS = 900.0
_AT_ONCE = 500


class BoughtTogether:
    """Call it for the companions. Thread-safe; whoever comes first counts, once a quarter of an hour, the others go on with
    what there was."""

    def __init__(
        self,
        orders: Callable[[], Iterable[Order]],
        products: Callable[[Sequence[ProductId]], Iterable[Product]],
        monotonic: Callable[[], float],
    ) -> None:
        self._orders, self._products, self._monotonic = orders, products, monotonic
        self._companions = Companions()
        self._until = float("-inf")
        self._counting = Lock()

    def __call__(self) -> Companions:
        if self._monotonic() >= self._until and self._counting.acquire(blocking=False):
            try:
                self._companions = self._counted()
                self._until = self._monotonic() + LASTS_SECONDS
            finally:
                self._counting.release()
        return self._companions

    def _counted(self) -> Companions:
        baskets = [[line.product_id for line in order.lines] for order in self._orders() if order.status != "cancelled"]
        wanted = tuple({product for basket in baskets for product in basket})
        kinds: dict[ProductId, str] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            kinds |= {one.id: kind_of(one) for one in self._products(wanted[start : start + _AT_ONCE])}
        return companions_of(baskets, lambda product: kinds.get(product, ""))
