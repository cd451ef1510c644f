"""The attribute of a product that answers a question, by its name or by its words; never a guess (pure).

Above: answer_question. Below: the catalogue.
"""

from __future__ import annotations

from assistant.answering.formats import listed
from assistant.flows.quoting import meaningful
from retrieval.catalogue import Product

_ALIASES: dict[str, tuple[str, ...]] = {
    "waterproof": ("waterproof", "water resistance", "water resistant", "hydrostatic head", "water rating"),
    "battery life": ("battery life", "electric range", "range", "battery", "runtime", "run time", "battery capacity"),
    "persons": ("persons", "sleeps", "capacity", "people"),
    "capacity": ("capacity", "volume", "load", "max load"),
    "noise": ("noise", "noise level", "noise cancelling"),
    "power": ("power", "wattage", "output", "motor"),
    "screen size": ("screen size", "screen", "display"),
    "packable": ("packable", "foldable", "folding", "packed size", "pack size", "folded size"),
    "charging": ("charging", "battery", "power source", "batteries", "rechargeable"),
    "material": ("material", "upper", "upper material", "fabric", "shell material", "frame", "fill"),
    "care": ("care", "washing", "cleaning"),
    "compatible with": ("compatible with", "compatibility", "connectivity", "connection", "works with"),
    "comfort temperature": ("comfort temperature", "temperature rating", "temperature", "limit temperature", "season"),
    "season": ("season", "temperature rating", "comfort temperature", "temperature", "insulation"),
    "dimensions": ("dimensions", "size", "length", "packed size", "pack size", "width", "height", "diameter"),
    "age range": ("age range", "age", "ages"),
}


def find_attribute(product: Product, asked: str, question: str) -> tuple[str, str]:
    """The attribute that answers, and its value; ("", "") when the catalogue does not say. Never guesses."""
    said = meaningful(question)
    for name in sorted(product.attributes, key=len, reverse=True):
        vague = name in ("size", "type", "use") or (asked == "battery life" and name == "charging")
        if not vague and meaningful(name) and meaningful(name) <= said:
            return name, product.attributes[name]
    for name in (asked, *_ALIASES.get(asked, ())):
        if name and name in product.attributes:
            return name, product.attributes[name]
    for variant in product.variants[:1]:
        if asked and asked in variant.options:
            return asked, listed(list(dict.fromkeys(v.options[asked] for v in product.variants if asked in v.options)))
    if asked:
        return "", ""
    return _by_words(product, question)


_ASKING = frozenset({"come", "product", "item", "thing", "good", "use", "say", "tell", "ani", "ok", "pleas", "know"})


def _by_words(product: Product, question: str) -> tuple[str, str]:
    """An attribute whose name, or whose value, holds the question's own words."""
    asked = {word for word in meaningful(question) - _ASKING if not word.isdigit()}
    for said in (asked - meaningful(product.title), asked):
        named_by = [(len(said & meaningful(name)), name) for name in product.attributes]
        best = max(named_by, default=(0, ""))
        if best[0] > 0:
            return best[1], product.attributes[best[1]]
        for name, value in product.attributes.items():
            if said & meaningful(value):
                return name, value
    return "", ""
