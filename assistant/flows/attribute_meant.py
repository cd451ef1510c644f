"""The attribute that a question means without naming it, by the encoder's nearness.

Above: answer_question. Below: the knowledge of the shop.
"""

from __future__ import annotations

import re

from assistant.answering.concepts import read
from assistant.flows.quoting import meaningful
from assistant.flows.work import Work
from retrieval.catalogue import Product

MEANT_BY_ALL = 0.5
"""The same for a question that points at nothing: it may not be about products at all."""
MEANT = 0.42
"""Similarity of a question and "name: value" from which the attribute is what was asked for (39 questions by hand:
right ones 0.44 to 0.78, others at most 0.35)."""


async def by_meaning(work: Work, product: Product, question: str, *, bar: float | None = None) -> tuple[str, str]:
    """The attribute that a question means without naming it: "how long does it take to put up" is the setup time."""
    if not product.attributes or not question:
        return "", ""
    names = list(product.attributes)
    asked = re.sub(
        r"\b(?:the )?(?:first|second|third|fourth|last|1st|2nd|3rd|number \w+)(?: one| ones)?\b", "it", question.lower()
    )
    texts = [f"{name}: {product.attributes[name]}" for name in names]
    for part in dict.fromkeys((asked, *asked.split(". "))):
        best, score = await work.knowledge.closest(part, texts)
        if score >= (MEANT if bar is None else bar) and not another_property(question, names[best]):
            return names[best], product.attributes[names[best]]
    return "", ""


def another_property(question: str, name: str) -> bool:
    """A property asked for by its own name is not answered with its neighbour: windproof is not waterproof."""
    asked = {concept.name for concept in read(question, "en") if concept.group == "flag"}
    named = {word[:_STEM] for word in meaningful(name)}
    return bool(asked) and not any(word[:_STEM] in named for one in asked for word in one.split("_"))


_STEM = 5
"""Letters by which breathable and breathability are the same."""
