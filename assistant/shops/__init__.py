"""Shops: where products, stock, customers and orders come from."""
