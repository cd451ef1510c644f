"""Which words name a material in their own right, so that "steel" finds "three-ply stainless steel" and "three" does not. Pure.

Above lies `vocabulary`. The table is our own, written by hand; a shop's other materials are known by their whole name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from retrieval.words import listed, word_set

KINDS: Mapping[str, Sequence[str]] = {
    "wool": listed("merino cashmere alpaca mohair lambswool"),
    "woolen": listed("wool merino cashmere lambswool"),
    "woollen": listed("wool merino cashmere lambswool"),
    "leather": listed("suede nubuck"),
    "wood": listed("oak walnut pine beech ash teak birch acacia mahogany maple bamboo rattan"),
    "wooden": listed("oak walnut pine beech ash teak birch acacia mahogany maple bamboo rattan wood"),
    "metal": listed("steel iron aluminium aluminum titanium copper brass bronze tin zinc"),
    "aluminum": ["aluminium"],
    "aluminium": ["aluminum"],
    "ceramic": listed("stoneware earthenware porcelain"),
    "microfiber": ["microfibre"],
    "microfibre": ["microfiber"],
    "spandex": listed("elastane lycra"),
    "lycra": listed("elastane spandex"),
}
MATERIALS = word_set("""
cotton linen silk hemp jute sisal canvas denim velvet satin felt viscose rayon modal tencel lyocell fleece flannel steel iron
aluminium aluminum titanium copper brass bronze silver gold tin zinc plastic polycarbonate polypropylene polyethylene acrylic
nylon polyester polyamide elastane spandex lycra microfibre microfiber rubber latex silicone foam cork down feather glass
crystal ceramic porcelain stoneware earthenware marble granite slate concrete carbon graphite paper cardboard pvc vinyl tpe
tpu eva pu abs neoprene softshell mesh ripstop synthetic
""") | frozenset(word for kind, members in KINDS.items() for word in (kind, *members))
_NONE = word_set("none no yes included")
_NOT_THAT = word_set("free plated coated look effect like style lined resistant")
"""After these a material is not what the thing is made of: "pvc-free", "copper-plated"."""


def material_phrases(values: Sequence[str], split: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """The shop's values by the phrases that mean them; `split` gives each value's words."""
    whole = {" ".join(split[value]) for value in values}
    meant: dict[str, dict[str, None]] = {}
    for value in values:
        if value in _NONE:
            continue
        for phrase in _phrases_in(split[value], whole):
            meant.setdefault(phrase, {})[value] = None
    for kind, members in KINDS.items():
        for member in members:
            if member in meant:
                meant.setdefault(kind, {}).update(meant[member])
    return {phrase: tuple(found) for phrase, found in meant.items()}


def _phrases_in(parts: Sequence[str], whole: set[str]) -> Iterator[str]:
    yield " ".join(parts)
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            phrase = " ".join(parts[start:end])
            after = parts[end] if end < len(parts) else ""
            if after not in _NOT_THAT and (parts[end - 1] in MATERIALS or phrase in whole):
                yield phrase
