"""Seen: one turn as it is judged, with what was before and after it. Below: `progress`. Above: the checks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.dialogue.shop_facts import ShopFacts
from eval.progress import Exchange, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One turn as it is judged."""

    exchange: Exchange
    before: Progress
    after: Progress
    shop: ShopFacts
    customer_id: str = ""
    """Of the scenario's customer; empty when the scenario names none."""

    @property
    def text(self) -> str:
        return plain(self.exchange.text)


def plain(text: str) -> str:
    """With typewriter apostrophes and single spaces, so that patterns stay simple."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("‘", "'")).strip()
