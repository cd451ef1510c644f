"""A way on for whoever found nothing, or not what was asked for: one sentence, from the shop's own words. Pure.

Above lie `aisle index search` and the assistant; below, the need and the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.explaining import told
from retrieval.retriever import Found
from retrieval.vocabulary import Vocabulary

_KINDS = 3


def suggestion(found: Found, vocabulary: Vocabulary) -> str:
    """Empty where what was asked for was found."""
    if found.relaxed:
        return f"nothing meets {_and([told(one) for one in found.relaxed])} as well: shown without"
    if found.missing and found.products:
        return f"the shop has no {_and(found.missing)}: shown is what comes nearest"
    if found.products and (found.need.text or found.need.filters or found.need.wishes):
        return ""
    kinds = _kinds(vocabulary)
    named = f", such as {_or(kinds)}" if kinds else ""
    if not found.need.text and not found.need.filters:
        return f"nothing to search by was said: name a kind of product{named}"
    return f"nothing is near that: try other words, or name a kind of product{named}"


def _kinds(vocabulary: Vocabulary) -> list[str]:
    """The narrowest kinds that hold most products."""
    counts = {name: known.get("", 0) for name, known in vocabulary.stated.items()}
    return sorted(counts, key=lambda name: (-counts[name], name))[:_KINDS]


def _and(parts: Sequence[str]) -> str:
    return " and ".join(parts)


def _or(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" or " if len(parts) > 1 else "") + parts[-1]
