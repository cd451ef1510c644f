"""Why a tool does not act: a stable code, the reason as a sentence for the customer, and what is possible instead.

Templates may say a code in their own words and language: `facts` are what those words need, by the names and types of
`REFUSAL_FIELDS`, amounts as decimals with their currency, days as dates. `nearest` are values that would be accepted in
place of the refused one; `instead` are tools that this order does allow.
Above: the rules, `confirmations` and `service`. Below: errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Final, Literal, get_args

from assistant.errors import ConfirmationRequired, ToolRejected
from assistant.tools.policy import ToolName

RefusalCode = Literal[
    "not_offered",
    "unknown_tool",
    "bad_arguments",
    "too_many_calls",
    "too_many_changes",
    "proof_needed",
    "cancelled_already",
    "changed_already",
    "on_its_way",
    "delivered_already",
    "not_delivered",
    "sent_back_already",
    "wrong_status",
    "reason_not_accepted",
    "no_items",
    "item_not_in_order",
    "not_an_option",
    "same_item",
    "not_available",
    "no_price",
    "payment_method_unknown",
    "payment_method_not_accepted",
    "gift_card_too_low",
    "same_payment_method",
    "payment_changed_already",
    "refund_target",
    "original_payment_gone",
    "too_late",
    "delivery_unknown",
    "not_returnable",
    "refund_too_large",
    "refunds_of_a_day",
    "charge_too_large",
    "address_incomplete",
    "address_invalid",
    "not_sent_there",
    "same_address",
]
UnconfirmedCode = Literal[
    "no_answer",
    "declined",
    "other_confirmation",
    "forged",
    "other_conversation",
    "other_customer",
    "other_epoch",
    "other_arguments",
    "expired",
    "used",
    "changed_since",
]
REFUSALS: Final[tuple[RefusalCode, ...]] = get_args(RefusalCode)
UNCONFIRMED: Final[tuple[UnconfirmedCode, ...]] = get_args(UnconfirmedCode)

_REASONS: Final[Mapping[RefusalCode, str]] = {
    "not_offered": "This shop does not offer that here.",
    "unknown_tool": "There is no such action: {tool}.",
    "bad_arguments": "That cannot be carried out as it was asked: {problem}.",
    "too_many_calls": "That was asked too often just now. Please wait a minute.",
    "proof_needed": "For a change please sign in first: a code comes to your e-mail address or telephone.",
    "too_many_changes": "So much has been changed within a day that a person has to look at it.",
    "cancelled_already": "Order {order} is cancelled already; a cancelled order cannot be changed.",
    "changed_already": "The items of order {order} were changed before; after that it can be neither changed nor cancelled.",
    "on_its_way": "Order {order} is {status}: it is being prepared or on its way and cannot be changed any more.",
    "delivered_already": "Order {order} was delivered already.",
    "not_delivered": "Order {order} is {status}; that is possible only once it has been delivered.",
    "sent_back_already": "A return or an exchange of order {order} was requested before; there can be only one.",
    "wrong_status": "Order {order} is {status}, and then that is not possible.",
    "reason_not_accepted": "The reason for a cancellation must be one of: {accepted}.",
    "no_items": "No item was named.",
    "item_not_in_order": "Order {order} does not hold item {item}, or not that often.",
    "not_an_option": "Item {item} is not an option of {title}: only another option of the same product is possible.",
    "same_item": "That is the very item that is there now; another option has to be chosen.",
    "not_available": "{title} ({options}) is not available now.",
    "no_price": "{title} ({options}) has no price and cannot be ordered.",
    "payment_method_unknown": "There is no payment method {method} in this profile.",
    "payment_method_not_accepted": "{method} cannot be used for this.",
    "gift_card_too_low": "The gift card holds {balance} and {amount} is needed.",
    "same_payment_method": "Order {order} is paid with that method already.",
    "payment_changed_already": "The payment of order {order} was changed before and cannot be changed again.",
    "refund_target": "A refund can go only to the original payment method or to a gift card.",
    "original_payment_gone": "The payment method of order {order} is not in this profile any more.",
    "too_late": "It was delivered on {delivered}; the {days} days for that have passed.",
    "delivery_unknown": "It is not recorded when order {order} was delivered.",
    "not_returnable": "{title} cannot be returned.",
    "refund_too_large": "A refund of {amount} is more than can be given here; a person has to look at it.",
    "refunds_of_a_day": "With {amount} more, the refunds of a day are more than can be given here; a person has to look at it.",
    "charge_too_large": "A charge of {amount} is more than can be taken here; a person has to look at it.",
    "address_incomplete": "The address lacks: {missing}.",
    "address_invalid": "The address cannot be used: {zip!r} is not a zip code of five digits.",
    "not_sent_there": "We do not send to {country}.",
    "same_address": "That is the address that is there already.",
}
_UNCONFIRMED: Final[Mapping[UnconfirmedCode, str]] = {
    "no_answer": "Nothing is changed without a yes to exactly this.",
    "declined": "The answer was no: nothing was changed.",
    "other_confirmation": "The answer was to another question.",
    "forged": "This confirmation was not given out here, or was altered.",
    "other_conversation": "This confirmation belongs to another conversation.",
    "other_customer": "This confirmation belongs to another customer.",
    "other_epoch": "Who speaks here, or who serves them, has changed since that was asked; it has to be asked again.",
    "other_arguments": "The yes was to something else.",
    "expired": "The question has been open for too long; it has to be asked again.",
    "used": "That yes has been used already; nothing more was changed.",
    "changed_since": "Something has changed since that was asked; it has to be asked again.",
}


RefusalFact = str | int | Decimal | date | tuple[str, ...]

_TYPES: Final[Mapping[str, type]] = {
    "accepted": tuple,
    "amount": Decimal,
    "balance": Decimal,
    "days": int,
    "delivered": date,
    "missing": tuple,
}
"""Of the fields that are not words."""
_BY_STATUS: Final = ("cancelled_already", "changed_already", "delivered_already", "sent_back_already")
_MONEY: Final = ("gift_card_too_low", "refund_too_large", "refunds_of_a_day", "charge_too_large")


def _fields(code: RefusalCode) -> Mapping[str, type]:
    names = [name for _, name, _, _ in Formatter().parse(_REASONS[code]) if name]
    currency = {"currency": str} if code in _MONEY else {}
    status = {"status": str} if code in _BY_STATUS else {}
    return {name: _TYPES.get(name, str) for name in names} | currency | status


REFUSAL_FIELDS: Final[Mapping[RefusalCode, Mapping[str, type]]] = {code: _fields(code) for code in REFUSALS}
"""What every refusal of a code carries: names and types of its `facts`."""


class Refusal(ToolRejected):
    """The rules forbid it. `str()` may be told to the customer."""

    def __init__(
        self,
        code: RefusalCode,
        *,
        instead: tuple[ToolName, ...] = (),
        nearest: tuple[str, ...] = (),
        **facts: RefusalFact,
    ) -> None:
        super().__init__(_REASONS[code].format_map({name: _told(value) for name, value in facts.items()}))
        self.code: RefusalCode = code
        self.instead = instead
        """What this order does allow, best first."""
        self.nearest = nearest
        """What would be accepted in place of what was refused, best first: options, reasons, ids of payment methods,
        titles of items, countries, by the code."""
        self.facts: Mapping[str, RefusalFact] = facts


_NAMES: Final = {"address1": "street", "zip": "zip code"}


def _told(value: RefusalFact) -> str:
    return ", ".join(_NAMES.get(name, name) for name in value) if isinstance(value, tuple) else str(value)


class Unconfirmed(ConfirmationRequired):
    """There is no valid yes. Propose again to get one."""

    def __init__(self, code: UnconfirmedCode) -> None:
        super().__init__(_UNCONFIRMED[code])
        self.code: UnconfirmedCode = code
        self.reason = _UNCONFIRMED[code]
