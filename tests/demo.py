"""The demo shop, made once in each test process: its records are frozen, so that all may read the same ones."""

from __future__ import annotations

from functools import cache

from assistant.shops.demo.shop import DemoShop, generate

SEED = 7


@cache
def the_demo() -> DemoShop:
    """As `generate()` makes it. Takes a second or two the first time: not for use at import."""
    return generate(seed=SEED)
