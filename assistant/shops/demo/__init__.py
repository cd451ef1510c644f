"""The demo shop, Fjord & Field: a mid-size retailer of outdoor, sport, home and electronics, made by seeded code."""

from assistant.shops.demo.shop import AS_OF, DemoShop, generate

__all__ = ["AS_OF", "DemoShop", "generate"]
