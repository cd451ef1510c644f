"""English words that a foreign sentence must not hold: function words that the other three languages do not have."""

from __future__ import annotations

import re

_WORDS = (
    "the of and or to for with your you is are was been this that these those it its not from have has had in stock sold "
    "which what where when who how there here each order orders total price rated shipped delivered cancelled "
    "pending processed free more less only show cart add sorry please yes closed open item items store stores"
)
_ENGLISH = frozenset(_WORDS.split())
_ALSO_FOREIGN = {"in", "was", "total", "es", "for", "stock", "item", "store", "or", "has", "to", "is", "it"}
"""French and Spanish say "total" and "stock", German "in" and "was"."""
_NO_PROSE = re.compile(r"\*\*.+?\*\*|«[^»]*»|„[^“]*“|“[^”]*”|\{\w+\}|https?://\S+|#\w+", re.S)
"""Titles, quotes, placeholders: as the shop wrote them."""


def english_left(text: str) -> list[str]:
    words = re.findall(r"[a-zà-ÿœß']+", _NO_PROSE.sub(" ", text).lower())
    return [word for word in words if word in _ENGLISH - _ALSO_FOREIGN]
