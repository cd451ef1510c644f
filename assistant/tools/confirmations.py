"""A yes that allows exactly one change: sealed when it is asked for, checked piece by piece when it is used.

The seal (HMAC-SHA256) lets a confirmation lie in the log or in a page between question and answer: nobody without the key
can make one or alter one. That it is used once is remembered by the shop, in the transaction that acts.
Above: `service`. Below: `arguments`, refusals.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from assistant.tools.arguments import Arguments, digest_of
from assistant.tools.policy import WriteName
from assistant.tools.refusals import Unconfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What was asked. `plain` and `read_confirmation` carry it through the log."""

    id: str
    tool: WriteName
    conversation: str
    customer_id: str
    epoch: int = 0
    """Of the conversation (`Conversation.epoch`): who speaks in it and who serves them have not changed since."""
    digest: str
    """Of the tool, its arguments, the conversation, the customer and the epoch."""
    effects: str
    """Of the plan: the state that it starts from and what it brings."""
    expires_at: datetime
    seal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the customer said to it, in the message of seq `said`."""

    confirmation_id: str
    yes: bool
    said: int


def plain_confirmation(confirmation: Confirmation) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(confirmation)
    return values


def read_confirmation(values: object) -> Confirmation:
    """Raises Unconfirmed for what is not one."""
    try:
        return msgspec.convert(values, Confirmation)
    except msgspec.ValidationError:
        raise Unconfirmed("forged") from None


def sealed(confirmation: Confirmation, key: bytes) -> Confirmation:
    return replace(confirmation, seal=_seal(confirmation, key))


def check_answer(
    confirmation: Confirmation,
    arguments: Arguments,
    answer: Answer | None,
    *,
    key: bytes,
    conversation: str,
    customer_id: str,
    epoch: int,
) -> None:
    """All that can be known without the shop. Raises Unconfirmed."""
    check_given_here(confirmation, key=key, conversation=conversation, customer_id=customer_id)
    if confirmation.epoch != epoch:
        raise Unconfirmed("other_epoch")
    if confirmation.digest != digest_of(arguments, conversation=conversation, customer_id=customer_id, epoch=epoch):
        raise Unconfirmed("other_arguments")
    if answer is None:
        raise Unconfirmed("no_answer")
    if answer.confirmation_id != confirmation.id:
        raise Unconfirmed("other_confirmation")
    if answer.yes is not True:
        raise Unconfirmed("declined")


def check_given_here(confirmation: Confirmation, *, key: bytes, conversation: str, customer_id: str) -> None:
    """Whole, unaltered, and of this conversation with this customer. Raises Unconfirmed."""
    if not hmac.compare_digest(_seal(confirmation, key).encode(), confirmation.seal.encode()):
        raise Unconfirmed("forged")
    if confirmation.conversation != conversation:
        raise Unconfirmed("other_conversation")
    if confirmation.customer_id != customer_id:
        raise Unconfirmed("other_customer")


def _seal(confirmation: Confirmation, key: bytes) -> str:
    body = msgspec.json.encode(replace(confirmation, seal=""), order="deterministic")
    return hmac.new(key, body, hashlib.sha256).hexdigest()
