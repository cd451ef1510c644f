"""Retrieval as flows see it: searches run in worker threads, and what they find is read fresh from the shop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from copy import copy
from functools import partial
from typing import TypeVar

import numpy as np

from assistant.flows.work import Search
from assistant.ports import Shop
from assistant.sight.spans import stage
from retrieval.catalogue import Product, ProductId, StoreId
from retrieval.constraints import Need, merge, parse_need
from retrieval.errors import RetrievalError
from retrieval.evidence import Evidence
from retrieval.goes_with import Companions, complements
from retrieval.ports import Embedder
from retrieval.retriever import Found, Retriever
from retrieval.similar import cheaper, instead_of
from retrieval.wording import describe
from retrieval.words import stems, words

T = TypeVar("T")

ENGLISH = "en"

_NAMED = 6
"""Departments, and categories of each, that are named to a customer."""

log = logging.getLogger(__name__)


class ShopKnowledge:
    """`retriever` is asked for at each call, so that a new index takes over between two searches."""

    def __init__(
        self,
        retriever: Callable[[], Retriever],
        shop: Shop,
        executor: Executor,
        *,
        embedder: Embedder,
        category_counts: Callable[[], Mapping[tuple[str, ...], int]],
        currency: str,
        places: Mapping[str, StoreId],
        store_names: Mapping[str, str],
        bought_together: Callable[[], Companions] = Companions,
    ) -> None:
        self._retriever = retriever
        self._shop = shop
        self._executor = executor
        self._embedder = embedder
        self._category_counts = category_counts
        self._currency = currency
        self._places = places
        self._store_names = store_names
        self._bought_together = bought_together
        self._language = ENGLISH
        self._warmed = {ENGLISH}
        """Languages whose first customer has come, shared by all that speak."""

    def speaking(self, language: str) -> ShopKnowledge:
        """The same for a customer of that language; "" is English."""
        bound = copy(self)
        bound._language = language or ENGLISH
        if bound._language not in self._warmed:
            self._warmed.add(bound._language)
            self._executor.submit(_warm, self._retriever(), bound._language)
        return bound

    async def find(self, need: Need, *, k: int) -> Search:
        found, taught = await self._in_thread(partial(_found_in, self._retriever, need, k))
        products = await self._shop.products([ProductId(evidence.id) for evidence in found.products])
        return Search(
            products=products,
            need=found.need,
            relaxed=found.relaxed,
            total=found.total,
            missing=_as_said(found.missing, found.need) if found.near else (),
            called_otherwise=bool(taught and taught.intersection(stems(need.text))),
        )

    async def similar(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        found = await self._in_thread(lambda: self._retriever().similar(product_id, k=k))
        return await self._shop.products([ProductId(evidence.id) for evidence in found])

    async def cheaper_than(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        return await self._evidenced(await self._in_thread(lambda: cheaper(self._retriever(), product_id, k=k)))

    async def instead_of(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        return await self._evidenced(await self._in_thread(lambda: instead_of(self._retriever(), product_id, k=k)))

    async def goes_with(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        bought = self._bought_together
        return await self._evidenced(
            await self._in_thread(lambda: complements(self._retriever(), product_id, bought(), k=k))
        )

    async def _evidenced(self, found: Sequence[Evidence]) -> tuple[Product, ...]:
        return await self._shop.products([ProductId(evidence.id) for evidence in found])

    async def passages(self, question: str, *, k: int = 3) -> tuple[Evidence, ...]:
        language = self._language
        return await self._in_thread(lambda: self._retriever().find_policies(question, k=k, language=language))

    async def closest(self, question: str, texts: Sequence[str]) -> tuple[int, float]:
        return await self._in_thread(lambda: self._closest(question, texts))

    def _closest(self, question: str, texts: Sequence[str]) -> tuple[int, float]:
        # One by one, so that the embedder's cache of single texts answers for attributes asked about before.
        vectors = np.vstack([self._embedder.embed([text])[0] for text in texts])
        similarity = vectors @ self._embedder.embed([question])[0]
        best = int(np.argmax(similarity))
        return best, float(similarity[best])

    async def departments(self) -> Sequence[tuple[str, Sequence[str]]]:
        counts = await self._in_thread(self._category_counts)
        widest: dict[str, int] = {}
        narrow: dict[str, dict[str, int]] = {}
        for path, count in counts.items():
            widest[path[0]] = widest.get(path[0], 0) + count
            narrow.setdefault(path[0], {})[path[-1]] = count
        ranked = sorted(widest, key=lambda name: -widest[name])
        return [(name, sorted(narrow[name], key=lambda leaf: -narrow[name][leaf])[:_NAMED]) for name in ranked[:_NAMED]]

    def parse(self, text: str) -> Need:
        return parse_need(
            text,
            self._retriever().vocabulary,
            stores=self._places,
            language=self._language,
            into=self._retriever().shop_language,
        )

    def merge(self, previous: Need, change: Need) -> Need:
        return merge(previous, change, self._retriever().vocabulary)

    def describe(self, need: Need) -> str:
        return describe(need, self._currency, stores=self._store_names, language=self._language)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        with stage("retrieval"):
            return await asyncio.get_running_loop().run_in_executor(self._executor, call)


def _found_in(retriever: Callable[[], Retriever], need: Need, k: int) -> tuple[Found, frozenset[str]]:
    """With the words that it was taught when it looked."""
    asked = retriever()
    return asked.find(need, k=k), asked.taught


def _as_said(missing: Sequence[str], need: Need) -> tuple[str, ...]:
    """What is not carried, in the customer's words where the whole of what they asked for is meant."""
    whole = set(words(need.text))
    return tuple(need.said if need.said and whole <= set(words(one)) else one for one in missing)


def _warm(retriever: Retriever, language: str) -> None:
    """A second's work at a language's first message, beside the turn: many of its requests need no encoder."""
    try:
        retriever.warm(language)
    except RetrievalError:
        log.exception("other languages are searched by the tables alone")
