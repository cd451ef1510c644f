"""The products read last, as long as the shop's revision has not risen. Thread-safe. Above it: `sql`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

from retrieval.catalogue import Product, ProductId


class ProductCache:
    """At most `size` products; the one unused for longest leaves first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._revision = -1
        self._products: OrderedDict[ProductId, Product] = OrderedDict()
        self._lock = Lock()

    def get(self, ids: Sequence[ProductId], revision: int) -> dict[ProductId, Product]:
        with self._lock:
            self._turn_to(revision)
            for one in ids:
                if one in self._products:
                    self._products.move_to_end(one)
            return {one: self._products[one] for one in ids if one in self._products}

    def put(self, products: Iterable[Product], revision: int) -> None:
        """What was read at an older revision than the newest seen is not kept."""
        with self._lock:
            if revision < self._revision:
                return
            self._turn_to(revision)
            for product in products:
                self._products[product.id] = product
                self._products.move_to_end(product.id)
            while len(self._products) > self._size:
                self._products.popitem(last=False)

    def _turn_to(self, revision: int) -> None:
        if revision > self._revision:
            self._products.clear()
            self._revision = revision
