"""The tables: what the demo shop sells, one module a family. Above: `products`. Below: `blueprint`."""

from __future__ import annotations

from assistant.shops.demo.blueprint import Category
from assistant.shops.demo.departments import (
    camping,
    clothing,
    electronics,
    hiking,
    home,
    kitchen,
    running_cycling,
    sports,
)

CATEGORIES: tuple[Category, ...] = (
    *camping.CATEGORIES,
    *hiking.CATEGORIES,
    *clothing.CATEGORIES,
    *running_cycling.CATEGORIES,
    *sports.CATEGORIES,
    *kitchen.CATEGORIES,
    *home.CATEGORIES,
    *electronics.CATEGORIES,
)
