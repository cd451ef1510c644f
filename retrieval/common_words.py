"""English words of everyday talk, which are no typing errors of the shop's words however near they are: "looks" is no "loops";
and names of goods that some shop sells: who writes nothing but "guitar" looks for one.

Above: `vocabulary`. Beside: the words, as text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def common_words() -> frozenset[str]:
    return frozenset((_HERE / "common_words.txt").read_text(encoding="utf-8").split()) | common_goods()


@cache
def common_goods() -> frozenset[str]:
    """Things that are bought, in the singular and the plural, whether or not this shop has them."""
    return frozenset(
        form for word in (_HERE / "common_goods.txt").read_text(encoding="utf-8").split() for form in _forms(word)
    )


def _forms(word: str) -> tuple[str, str]:
    if word.endswith(("s", "x", "ch", "sh")):
        return word, f"{word}es"
    return word, f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
