"""What the tests of the assistant share: the small shop, indexed once a session, and a shopper for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.understanding.classifier import FewShotClassifier
from assistant.understanding.examples import EXAMPLES
from retrieval.build import in_memory
from retrieval.embedders.minilm import MiniLmEmbedder
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import POLICIES, PRODUCTS, SmallShop

NewShopper = Callable[..., Awaitable[Shopper]]


@pytest.fixture(scope="session")
def brains() -> Iterator[Brains]:
    embedder = MiniLmEmbedder()
    with ThreadPoolExecutor(1) as executor:
        yield Brains(
            embedder=embedder,
            retriever=in_memory(PRODUCTS, POLICIES, embedder),
            classifier=FewShotClassifier(embedder, EXAMPLES),
            executor=executor,
        )


@pytest.fixture
def shop() -> SmallShop:
    return SmallShop()


@pytest.fixture
async def shopper(brains: Brains, shop: SmallShop) -> AsyncIterator[Shopper]:
    """Not identified."""
    assistant = assistant_of(brains, shop)
    conversation, _ = await assistant.start(channel="web")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


@pytest.fixture
async def maya(brains: Brains, shop: SmallShop) -> AsyncIterator[Shopper]:
    """Identified by a token."""
    assistant = assistant_of(brains, shop)
    conversation, _ = await assistant.start(channel="web", customer_id="maya")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
