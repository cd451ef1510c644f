"""What the writing tools are asked, typed. None of them names the customer: that is the session's to know.

`read_arguments` admits plain values from outside (a model, a log, a button) and refuses every field that it does not know.
Above: the rules and `service`. Below: the records' words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import msgspec

from assistant.shops.records import Address, OrderId
from assistant.tools.policy import WriteName
from assistant.tools.refusals import Refusal
from retrieval.catalogue import VariantId

MOST_ITEMS: Final = 100
_MOST_TEXT: Final = 300
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One piece for another option of its product."""

    old: VariantId
    new: VariantId


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    order_id: OrderId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItems:
    """All pieces that are to change: many shops allow it once per order."""

    order_id: OrderId
    swaps: tuple[Swap, ...]
    payment_method_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrderAddress:
    order_id: OrderId
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProfileAddress:
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePayment:
    order_id: OrderId
    payment_method_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnItems:
    order_id: OrderId
    items: tuple[VariantId, ...]
    """A variant as often as pieces of it go back."""
    payment_method_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeItems:
    order_id: OrderId
    swaps: tuple[Swap, ...]
    payment_method_id: str


Arguments = (
    CancelOrder | ChangeItems | ChangeOrderAddress | ChangeProfileAddress | ChangePayment | ReturnItems | ExchangeItems
)

ARGUMENTS: Final[Mapping[WriteName, type[Arguments]]] = {
    "cancel_order": CancelOrder,
    "change_items": ChangeItems,
    "change_order_address": ChangeOrderAddress,
    "change_profile_address": ChangeProfileAddress,
    "change_payment": ChangePayment,
    "return_items": ReturnItems,
    "exchange_items": ExchangeItems,
}
_TOOLS: Final[Mapping[type, WriteName]] = {kind: tool for tool, kind in ARGUMENTS.items()}


def tool_of(arguments: Arguments) -> WriteName:
    """Raises Refusal for what is none of them, whatever its type says."""
    tool = _TOOLS.get(type(arguments))
    if tool is None:
        raise Refusal("unknown_tool", tool=type(arguments).__name__)
    return tool


def order_of(arguments: Arguments) -> OrderId | None:
    return None if isinstance(arguments, ChangeProfileAddress) else arguments.order_id


def plain(arguments: Arguments) -> dict[str, Any]:
    """As JSON values, for the log; `read_arguments` brings them back."""
    values: dict[str, Any] = msgspec.to_builtins(arguments)
    return values


def read_arguments(tool: str, values: Mapping[str, Any]) -> Arguments:
    """Raises Refusal: unknown tool, a missing, unknown or wrong field, too many items, too long a text."""
    kind = ARGUMENTS.get(tool)  # type: ignore[call-overload]
    if kind is None:
        raise Refusal("unknown_tool", tool=tool[:60])
    unknown = [str(name)[:60] for name in values if name not in {each.name for each in fields(kind)}]
    if unknown:
        raise Refusal("bad_arguments", problem=f"{', '.join(unknown)} is not among what {tool} is asked")
    try:
        arguments: Arguments = msgspec.convert(dict(values), kind)
    except msgspec.ValidationError as error:
        raise Refusal("bad_arguments", problem=str(error)) from None
    return checked(arguments)


def checked(arguments: Arguments) -> Arguments:
    """Typed arguments that a caller has built itself, held to the same limits. Raises Refusal."""
    swaps = getattr(arguments, "swaps", ()) or getattr(arguments, "items", ())
    if len(swaps) > MOST_ITEMS:
        raise Refusal("bad_arguments", problem=f"{len(swaps)} items at once are more than {MOST_ITEMS}")
    for text in _texts(plain(arguments)):
        if len(text) > _MOST_TEXT:
            raise Refusal("bad_arguments", problem=f"a text is longer than {_MOST_TEXT} characters")
        if _CONTROL.search(text):
            raise Refusal("bad_arguments", problem="a text holds control characters")
    return arguments


def digest_of(arguments: Arguments, *, conversation: str, customer_id: str, epoch: int = 0) -> str:
    """SHA-256 of the tool, its arguments in one spelling, the conversation, the customer and the conversation's epoch."""
    bound = [tool_of(arguments), plain(arguments), conversation, customer_id, epoch]
    return hashlib.sha256(msgspec.json.encode(bound, order="deterministic")).hexdigest()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in _texts(one)]
