"""What must hold whatever is said, looked at in the real product: `python -m eval.integrity`, a part of `aisle eval all`."""
