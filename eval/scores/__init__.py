"""`aisle eval all`: every measurement in a process of its own, one result as JSON and as a page, compared and gated."""
