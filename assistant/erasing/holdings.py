"""Every table of an installation: what it holds of people, and how that goes. A test holds this list to the tables there are.

Above: `small_rows`, docs/privacy.md. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`holds` empty: nothing of anybody. `by_conversation`, `by_customer`: the column by which its rows are found and deleted."""

    holds: str = ""
    goes: str = ""
    by_conversation: str = ""
    by_customer: str = ""


def _nothing(why: str) -> Holding:
    return Holding(goes=why)


HOLDINGS: Mapping[str, Holding] = {
    # -- the log -------------------------------------------------------------------------------------------------------
    "conversations": Holding(
        holds="a random name, how it stands", goes="stays: nothing of anybody once its events are erased"
    ),
    "events": Holding(holds="all that was said and done, sealed", goes="its key is destroyed; DataErased is appended"),
    "client_ids": Holding(holds="keyed hashes of what clients call their messages", goes="deleted"),
    "ended_turns": _nothing("random ids"),
    "meta": _nothing("the log's digest key, its generation"),
    "log_meta": _nothing("the log's digest key, its generation"),
    "log_version": _nothing("the version of its tables"),
    "folds": Holding(
        holds="the state of long conversations, sealed",
        goes="deleted, its key destroyed",
        by_conversation="conversation",
    ),
    # -- keys ----------------------------------------------------------------------------------------------------------
    "sealing_meta": _nothing("proofs of the key-encryption keys"),
    "sealing_keys": Holding(
        holds="wrapped keys, a keyed hash of each customer", goes="the key is overwritten; the row stays"
    ),
    "sealing_copies": _nothing("where copies of the keys lie"),
    "sealing_master_keys": _nothing("key-encryption keys of replicas"),
    "erasure_register": Holding(holds="a keyed hash of who was erased", goes="stays, as the proof"),
    "erasure_told": Holding(holds="keyed hashes, random names", goes="after a day"),
    # -- customers -----------------------------------------------------------------------------------------------------
    "memories": Holding(holds="what they said of themselves, sealed", goes="deleted, its key destroyed"),
    "desk_callbacks": Holding(
        holds="name, number, address, wish, sealed",
        goes="deleted",
        by_conversation="conversation_id",
        by_customer="customer_id",
    ),
    "desk_conversations": Holding(
        holds="words to search, sealed; customer's id",
        goes="deleted",
        by_conversation="conversation_id",
        by_customer="customer_id",
    ),
    "desk_handoffs": Holding(
        holds="customer's id, times", goes="deleted", by_conversation="conversation_id", by_customer="customer_id"
    ),
    "text_lines": Holding(
        holds="a telephone number, sealed; which conversation",
        goes="deleted; a STOP is kept without the number",
        by_conversation="conversation",
    ),
    "text_inbox": Holding(holds="a message until the conversation has it", goes="deleted with its line"),
    "text_outgoing": Holding(holds="a message until the carrier has it", goes="deleted with its line"),
    "sign_in_codes": Holding(
        holds="keyed hash of an address, the masked address, customer's id",
        goes="deleted",
        by_conversation="conversation",
        by_customer="customer",
    ),
    "sign_in_asked": Holding(
        holds="keyed hashes of address and network", goes="deleted", by_conversation="conversation"
    ),
    "sign_in_days": _nothing("counts"),
    "proven_addresses": Holding(holds="keyed hash of an address", goes="deleted", by_conversation="conversation"),
    "push_subscriptions": Holding(holds="a device's push address", goes="deleted", by_conversation="conversation"),
    "transfer_codes": Holding(holds="hash of a code", goes="deleted", by_conversation="conversation"),
    "whereabouts": Holding(
        holds="keyed hash of a customer, a conversation", goes="deleted", by_conversation="conversation"
    ),
    "ended_tokens": _nothing(
        "random names of conversations whose tokens open nothing any more: an erasure adds its own"
    ),
    "spent_tickets": _nothing("random ids, for a minute"),
    "reply_documents": _nothing("texts of products and policies, never of customers"),
    "left_devices": _nothing("random ids of devices, until their tokens would have ended"),
    # -- analytics -----------------------------------------------------------------------------------------------------
    "analytics_conversations": Holding(
        holds="how a conversation went, in counts and names of closed sets; a keyed hash of the customer",
        goes="deleted",
        by_conversation="conversation_id",
    ),
    "analytics_searches": Holding(
        holds="keyed hashes of what was searched and not found", goes="deleted", by_conversation="conversation_id"
    ),
    "feedback_candidates": Holding(
        holds="what a conversation could teach, masked and sealed, with consent to training",
        goes="deleted, and with it its case in AISLE_HOME/feedback",
        by_conversation="conversation_id",
    ),
    "feedback_items": Holding(
        holds="what a person accepted of a conversation, masked and sealed, in the numbered set that holds it",
        goes="deleted: the set is smaller from then on, on every replica",
        by_conversation="conversation_id",
    ),
    **dict.fromkeys(
        ("feedback_sets", "feedback_standing", "feedback_acts"),
        _nothing("numbers of learnt sets, which is in use, staff who changed it"),
    ),
    "analytics_words": _nothing(
        "masked words that three conversations and more have searched; gone when fewer are left"
    ),
    "analytics_runs": _nothing("how far was read"),
    **dict.fromkeys(("analytics_drift", "analytics_drift_checks"), _nothing("shares of all conversations, a time")),
    # -- privacy and audit ---------------------------------------------------------------------------------------------
    "privacy_holds": Holding(
        holds="customer's or conversation's id", goes="stays: a hold is the shop's duty, and forbids erasing"
    ),
    "privacy_choices": Holding(holds="customer's id, what they chose", goes="deleted", by_customer="customer_id"),
    "privacy_retention_runs": _nothing("counts"),
    "privacy_erasures": Holding(
        holds="ids of who asked", goes="stays, as the proof that it was asked for and done: ids alone"
    ),
    "audit_heads": _nothing("digests"),
    "audit_entries": Holding(holds="who did what to which id, no content", goes="stays: the proof of what was done"),
    "audit_checkpoints": _nothing("digests, signatures"),
    # -- the house -----------------------------------------------------------------------------------------------------
    "sight_replicas": _nothing(
        "figures of replicas, random ids of turns that failed; deleted a quarter of an hour after a replica ended"
    ),
    "desk_roster": _nothing("staff: who is there"),
    "desk_agents": _nothing("staff: accounts"),
    "desk_sign_ins_spent": _nothing("random ids"),
    "desk_replies": _nothing("the shop's own sentences"),
    "shared_files": _nothing("secrets of the installation"),
    # -- the shop's own records, which are the shop's to erase ------------------------------------------------------------
    "customers": Holding(
        holds="the shop's customers", goes="by the shop, in its own system; the next import brings it here"
    ),
    "customer_phones": Holding(holds="their numbers", goes="with the customer"),
    "orders": Holding(holds="their orders", goes="by the shop, which must keep them as long as its law says"),
    "service_actions": Holding(holds="what was changed of an order, under which confirmation", goes="with the orders"),
    **dict.fromkeys(
        ("counters", "products", "variants", "stock", "stores", "policies", "floor_plans", "placements"),
        _nothing("the shop's goods and rules"),
    ),
    # -- models --------------------------------------------------------------------------------------------------------
    **dict.fromkeys(("versions", "standing", "acts", "running"), _nothing("models' versions, staff who switched them")),
}
