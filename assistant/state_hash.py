"""The state hash: one short name for all that a customer could tell apart, the same on every device that has the same events.

A client folds the events it has and compares with the hash that the server gives for a `last_seq`. The algorithm is public
(docs/moving.md; vectors in tests/assistant/state_hash_vectors.json): whatever is changed here is another version of it.
Below: the conversation's fold. Above: channels, in the status and in a socket's welcome.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from assistant.conversation import Conversation

VERSION = 1
DIGITS = 32
"""Hexadecimal: 128 bits of SHA-256."""


def state_hash(conversation: Conversation, *, listed: tuple[str, ...] | None = None) -> str:
    """listed: the products that a public screen was shown, where it was not shown all."""
    told = told_apart(conversation)
    return hash_of(told if listed is None else {**told, "shown": list(listed)})


def told_apart(conversation: Conversation) -> dict[str, Any]:
    """What is hashed, of strings, whole numbers, booleans and null alone: they look the same in every language's JSON."""
    cart = conversation.cart
    return {
        "cart": {
            "items": [{"quantity": item.quantity, "variant_id": item.variant_id} for item in cart.items],
            "total": {"amount": str(cart.total.amount), "currency": cart.total.currency},
        },
        "confirmation": conversation.confirmation.confirmation_id if conversation.confirmation else None,
        "identified": bool(conversation.customer_id),
        "question": _question(conversation.context.get("asked")),
        "shown": list(conversation.listed),
        "status": conversation.status,
        "version": VERSION,
    }


def hash_of(told: dict[str, Any]) -> str:
    """Canonical JSON (RFC 8785 for these kinds of values: keys sorted, no space, UTF-8 unescaped), SHA-256, its first half."""
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:DIGITS]


def _question(asked: Any) -> dict[str, str] | None:
    if not isinstance(asked, dict):
        return None
    return {"flow": str(asked.get("flow", "")), "slot": str(asked.get("slot", ""))}
