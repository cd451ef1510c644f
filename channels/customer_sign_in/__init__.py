"""Customers sign in by a one-time code that is sent to their e-mail address or telephone."""
