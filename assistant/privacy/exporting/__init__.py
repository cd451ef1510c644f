"""Exporting: all that is kept of one customer, or of one conversation, as signed JSON and as a page to read."""
