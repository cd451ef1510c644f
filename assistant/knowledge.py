"""Retrieval as flows see it: searches run in worker threads, and what they find is read fresh from the shop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import TypeVar

from assistant.flows.work import Search
from assistant.ports import Shop
from retrieval.catalogue import Product, ProductId, StoreId
from retrieval.constraints import Need, merge, parse_need
from retrieval.evidence import Evidence
from retrieval.retriever import Retriever
from retrieval.wording import describe

T = TypeVar("T")


class ShopKnowledge:
    """`retriever` is asked for at each call, so that a new index takes over between two searches."""

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        shop: Shop,
        executor: Executor,
        *,
        currency: str,
        places: Mapping[str, StoreId],
        store_names: Mapping[str, str],
    ) -> None:
        self._retriever = retriever
        self._shop = shop
        self._executor = executor
        self._currency = currency
        self._places = places
        self._store_names = store_names

    async def find(self, need: Need, *, k: int) -> Search:
        found = await self._in_thread(lambda: self._retriever().find(need, k=k))
        products = await self._shop.products([ProductId(evidence.id) for evidence in found.products])
        return Search(products=products, need=found.need, relaxed=found.relaxed, total=found.total)

    async def similar(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        found = await self._in_thread(lambda: self._retriever().similar(product_id, k=k))
        return await self._shop.products([ProductId(evidence.id) for evidence in found])

    async def passages(self, question: str, *, k: int = 3) -> tuple[Evidence, ...]:
        return await self._in_thread(lambda: self._retriever().find_policies(question, k=k))

    def parse(self, text: str) -> Need:
        return parse_need(text, self._retriever().vocabulary, stores=self._places)

    def merge(self, previous: Need, change: Need) -> Need:
        return merge(previous, change)

    def describe(self, need: Need) -> str:
        return describe(need, self._currency, stores=self._store_names)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)
