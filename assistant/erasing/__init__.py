"""Erasing: a customer's or a conversation's data made unreadable everywhere, for good. `ports` says what it promises."""
