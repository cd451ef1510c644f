"""Which of an installation's tables stand where in an export: held by a test to what erasing declares of every table.

Above: `gathering`, tests, docs/privacy.md. Below: `erasing.holdings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SECTIONS: Final[Mapping[str, str]] = {
    "conversations": "conversations",
    "events": "conversations",
    "memories": "memories",
    "desk_callbacks": "callbacks",
    "desk_conversations": "desk",
    "desk_handoffs": "desk",
    "text_lines": "devices",
    "sign_in_codes": "sign_ins",
    "sign_in_asked": "sign_ins",
    "proven_addresses": "sign_ins",
    "push_subscriptions": "devices",
    "transfer_codes": "devices",
    "whereabouts": "devices",
    "privacy_choices": "choices",
    "privacy_erasures": "erasures",
    "privacy_holds": "holds",
    "customers": "profile",
    "customer_phones": "profile",
    "orders": "orders",
    "service_actions": "changes",
    "audit_entries": "looks",
}
"""By table, the section that has what it holds of the customer."""

LEFT_OUT: Final[Mapping[str, str]] = {
    "folds": "the state of a conversation, worked out from its events, which are there",
    "client_ids": "keyed hashes of ids that a device made; the messages they belong to are there",
    "sealing_keys": "wrapped keys: giving them away would undo what they guard",
    "erasure_register": "keyed hashes, as the proof of erasures; the requests themselves are there",
    "erasure_told": "random names, for a day",
    "analytics_conversations": "counts and names of kinds, worked out from the conversation, which is there",
    "analytics_searches": "keyed hashes of searches that found nothing; the messages they come from are there",
    "feedback_candidates": "masked copies of messages, kept with consent to training; the messages are there",
    "feedback_items": "masked copies of messages, kept with consent to training; the messages are there",
    "text_inbox": "a message on its way into a conversation, which is there",
    "text_outgoing": "a message on its way out of a conversation, which is there",
}
"""With the reason why it adds nothing that is theirs."""
NOT_SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "desk_conversations": frozenset({"words"}),
    "push_subscriptions": frozenset({"p256dh", "auth", "sealed"}),
    "transfer_codes": frozenset({"hash", "code"}),
    "sign_in_codes": frozenset({"hash"}),
    "text_lines": frozenset({"sealed"}),
}
"""Columns that are copies of the conversation's words, or secrets; a number that is sealed stands in the conversation."""
