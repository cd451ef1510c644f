"""Planted faults: does a gate see each of them? `aisle eval mutate`."""
