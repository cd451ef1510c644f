"""Marks: keyed hashes in place of who somebody is and of what was searched, so that equal things can be counted (pure).

Above: `folding`, `searches`. Below: nothing.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Marks:
    key: bytes = field(repr=False)
    """This installation's own; without it nobody can tell whose mark it is by trying names."""

    def of_person(self, customer_id: str) -> str:
        return self._of("person", customer_id)

    def of_search(self, words: str) -> str:
        return self._of("search", normalised(words))

    def _of(self, what: str, text: str) -> str:
        if not text:
            return ""
        return hmac.new(self.key, f"aisle:analytics:{what}:{text}".encode(), sha256).hexdigest()[:32]


def normalised(words: str) -> str:
    """What differs in case, space or punctuation is one search."""
    return " ".join(re.findall(r"[^\W_]+", words.lower()))
