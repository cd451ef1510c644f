"""What is written into the audit log: a closed set of acts, who did them, to what, whose data it was, and why. Values alone.

Ids stand as they are, so that a customer's data can be erased and the chain still holds; words never stand here, only keyed
digests of them (`journal.Audit.digest`). Above: `journal`, whoever acts. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["agent", "operator", "assistant", "customer", "system"]
"""agent: somebody at the desk. operator: the command line or the admin token. assistant: its tools, for a customer."""

Act = Literal[
    # doors
    "signed_in",
    "sign_in_refused",
    "signed_out",
    "password_changed",
    "password_refused",
    "screen_opened",
    # accounts
    "accounts_read",
    "account_added",
    "account_removed",
    "role_changed",
    # access to personal data
    "queue_read",
    "conversation_read",
    "customer_read",
    "archive_searched",
    "callbacks_read",
    "lineage_read",
    "feedback_read",
    "audit_read",
    "data_exported",
    # an agent's work
    "conversation_claimed",
    "conversation_released",
    "conversation_transferred",
    "conversation_snoozed",
    "conversation_woken",
    "conversation_closed",
    "conversation_joined",
    "message_sent",
    "note_written",
    "whispered",
    "draft_made",
    "summary_made",
    "reply_filled",
    "translated",
    "call_given_on",
    "callback_taken",
    "callback_released",
    "callback_done",
    "canned_reply_changed",
    "change_proposed",
    "change_asked",
    "change_done",
    # tools
    "tool_asked",
    "tool_done",
    # the house
    "model_changed",
    "settings_changed",
    "feedback_decided",
    "index_built",
    "shop_imported",
    "log_restored",
    "log_backed_up",
    "privacy_exported",
    "privacy_erased",
    "privacy_retained",
    "privacy_held",
    "privacy_released",
    "privacy_consent",
    "keys_rotated",
    # the audit log itself
    "opened",
    "key_rotated",
    "pruned",
    "entries_lost",
]
ACTS: tuple[Act, ...] = get_args(Act)
DISCLOSING: frozenset[Act] = frozenset(
    {
        *("queue_read", "conversation_read", "customer_read", "archive_searched", "callbacks_read", "lineage_read"),
        "feedback_read",
        *("audit_read", "data_exported", "privacy_exported", "summary_made", "draft_made", "reply_filled"),
    }
)
"""Accesses to personal data: who looked, whose, what, why."""

Value = str | int | bool | tuple[str, ...]
LONGEST = 200
MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    kind: Kind
    id: str = ""


ASSISTANT = Who(kind="assistant")
SYSTEM = Who(kind="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    act: Act
    who: Who
    what: str = ""
    """On what: "conversation:c_1", "order:O-7", "account:mara"."""
    whose: str = ""
    """The customer's id whose data it touched; empty: nobody's, or nobody is known."""
    why: str = ""
    """On what grounds: "claimed", "turn:tn_1", "confirmation:y_1", a reason that was given by an id or a word of a closed set."""
    result: str = "done"
    """Or the code of the error that came of it."""
    details: Mapping[str, Value] = field(default_factory=dict)
    """Ids, counts, versions, digests; never words."""


def clipped(entry: Entry) -> Entry:
    """Bounded: what comes from outside cannot swell the log."""
    details = {name[:40]: _clip(value) for name, value in list(entry.details.items())[:24]}
    return Entry(
        act=entry.act,
        who=Who(kind=entry.who.kind, id=entry.who.id[:LONGEST]),
        what=entry.what[:LONGEST],
        whose=entry.whose[:LONGEST],
        why=entry.why[:LONGEST],
        result=entry.result[:60],
        details=details,
    )


def _clip(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(one[:LONGEST] for one in value[:MOST_LISTED])
    return value[:LONGEST] if isinstance(value, str) else value
