"""Whatever the catalogue states of a product is told when it is asked for by its name: one product of every kind."""

from __future__ import annotations

import pytest

from assistant.understanding.classifier import FewShotClassifier
from retrieval.build import in_memory
from retrieval.catalogue import Product
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop
from tests.demo import the_demo

pytestmark = pytest.mark.anyio
_LEAST = 0.97


@pytest.fixture(scope="module")
def products() -> tuple[Product, ...]:
    """The last of each kind, by its place in the catalogue."""
    return tuple({product.category[-1]: product for product in the_demo().products}.values())


@pytest.fixture(scope="module")
def well_stocked(brains: Brains, products: tuple[Product, ...]) -> Brains:
    retriever = in_memory(products, the_demo().policies, brains.embedder)
    classifier: FewShotClassifier = brains.classifier
    return Brains(embedder=brains.embedder, retriever=retriever, classifier=classifier, executor=brains.executor)


@pytest.mark.parametrize("asked", ["{}?", "what is the {}?"])
async def test_what_is_stated_is_told(well_stocked: Brains, products: tuple[Product, ...], asked: str) -> None:
    shop = SmallShop(products_by_id={product.id: product for product in products})
    assistant = assistant_of(well_stocked, shop)
    told, missed = 0, []
    for product in products:
        conversation, _ = await assistant.start(channel="web")
        shopper = Shopper(assistant, conversation)
        if (await shopper.say(product.title)).shown[:1] != [product.id]:
            missed.append(product.title)
            continue
        for name, value in product.attributes.items():
            reply = await shopper.say(asked.format(name))
            if value.lower() in reply.text.lower():
                told += 1
            else:
                missed.append(f"{product.title}: {asked.format(name)} {value!r}: {reply.text[:120]!r}")
    await assistant.drain(seconds=1)
    assert told > 300
    assert told / (told + len(missed)) >= _LEAST, "\n".join(missed)
