"""English words of everyday talk, which are no typing errors of the shop's words however near they are: "looks" is no "loops".

Above: `vocabulary`. Beside: the words, as text.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def common_words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split())
