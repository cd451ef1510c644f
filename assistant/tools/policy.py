"""ServicePolicy: what a shop allows its service agents, as data. A tool that a shop's file leaves out does not exist there.

Two files lie in `policies/`; a shop writes its own (docs/service_policy.md). What is the same in every shop is code, in
the rules beside this module: whose order it is, one yes for exactly one change, available items only, exact money.
Above: `service` and the rules. Below: the records' words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec
import yaml

from assistant.authority import ChangesBy, IdentifyBy
from assistant.errors import AssistantError
from assistant.shops.records import OrderStatus

WriteName = Literal[
    "cancel_order",
    "change_items",
    "change_order_address",
    "change_profile_address",
    "change_payment",
    "return_items",
    "exchange_items",
]
WRITES: tuple[WriteName, ...] = get_args(WriteName)
ReadName = Literal["profile", "orders", "order_details", "find_orders", "product_details", "variant_details"]
ToolName = Literal[WriteName, ReadName, "transfer_to_person"]
PaymentSource = Literal["credit_card", "paypal", "gift_card", "bank_transfer", "invoice"]
RefundTarget = Literal["original", "gift_card", "any"]

_FOLDER: Final = Path(__file__).parent / "policies"


class InvalidServicePolicy(AssistantError):
    """The file of a shop's service rules cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{str(path)!r} cannot be used as service policy: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRule:
    statuses: tuple[OrderStatus, ...]
    reasons: tuple[str, ...] = ()
    """The only ones accepted; empty: none is asked for."""
    fee: Decimal = Decimal(0)
    """Kept back from the refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItemsRule:
    statuses: tuple[OrderStatus, ...]
    becomes: OrderStatus = "pending (item modified)"
    """The status afterwards. One change per order is said by leaving it out of `statuses`, here and in the other rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRule:
    statuses: tuple[OrderStatus, ...]
    window_days: int | None = None
    """Days since delivery; None: no limit."""
    tier_window_days: Mapping[str, int] = field(default_factory=dict)
    """By loyalty tier, where that is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRule:
    statuses: tuple[OrderStatus, ...]
    window_days: int | None = None
    tier_window_days: Mapping[str, int] = field(default_factory=dict)
    refund_to: tuple[RefundTarget, ...] = ("original", "gift_card")
    never: tuple[str, ...] = ()
    """Categories, by any name of their path, whose products are not taken back."""
    fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRule:
    statuses: tuple[OrderStatus, ...] = ()
    """Of an order; a profile has none."""
    countries: tuple[str, ...] = ()
    """Where the shop sends to; empty: everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRule:
    statuses: tuple[OrderStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePolicy:
    name: str
    cancel_order: CancelRule | None = None
    change_items: ChangeItemsRule | None = None
    change_order_address: AddressRule | None = None
    change_profile_address: AddressRule | None = None
    change_payment: PaymentRule | None = None
    return_items: ReturnRule | None = None
    exchange_items: ExchangeRule | None = None
    identify_by: IdentifyBy = "two_facts"
    """What makes a customer known."""
    changes_by: ChangesBy = "identified"
    """Whether that is enough for a change, too."""
    payment_sources: tuple[PaymentSource, ...] = ("credit_card", "paypal", "gift_card")
    """What a customer may pay with, or be refunded to, when something changes."""
    other_option_only: bool = True
    """An item can be changed or exchanged for another option of its product only, not for the very same."""
    largest_refund: Decimal | None = Decimal(1000)
    """More than this at once is for a person. None: no limit, which a file has to say."""
    largest_charge: Decimal | None = Decimal(1000)
    largest_refund_a_day: Decimal | None = Decimal(2000)
    """Of one customer within 24 hours, whatever it is made up of."""
    changes_a_day: int | None = 50
    """The same for how many; on all servers together, for it is counted by the shop's own record of what was done."""
    refund_days: str = "5 to 7"
    """Business days until a refund is there; on a gift card it is at once."""
    confirmation_minutes: int = 30
    """How long a proposal waits for its yes."""
    calls_per_minute: int = 60
    """Of one tool, by one customer and in one conversation; each server counts for itself."""
    calls_per_minute_of: Mapping[ToolName, int] = field(default_factory=dict)
    """Of that tool, where it is another number."""

    def offers(self, tool: WriteName) -> bool:
        return getattr(self, tool) is not None


def shop_policy(name: str) -> ServicePolicy:
    """The one that comes with Aisle under that name: "demo" or "tau2". Raises InvalidServicePolicy."""
    return load_policy(_FOLDER / f"{name}.yaml")


def policy_for(known: Mapping[str, str], own: Path) -> ServicePolicy:
    """The shop's own file when it is there; else what comes along for the demo shop and the benchmark's; else nothing is
    offered: Aisle does not invent a shop's rules. `known` is `SqlShop.meta()`. Raises InvalidServicePolicy.
    """
    if own.exists():
        return load_policy(own)
    if known.get("origin") == "demo":
        return shop_policy("demo")
    return shop_policy("tau2") if known.get("orders_from") == "tau2" else ServicePolicy(name="closed")


def load_policy(path: Path) -> ServicePolicy:
    """Raises InvalidServicePolicy: missing, not YAML, an unknown or wrong field, an amount below zero."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidServicePolicy(path, f"{error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidServicePolicy(path, f"it is not YAML: {error}") from error
    try:
        policy = msgspec.convert(raw, ServicePolicy)
    except msgspec.ValidationError as error:
        raise InvalidServicePolicy(path, str(error)) from error
    problems = [
        *_unknown(raw, msgspec.to_builtins(policy)),
        *_negative(msgspec.to_builtins(policy, builtin_types=(Decimal,))),
    ]
    if problems:
        raise InvalidServicePolicy(path, "; ".join(problems))
    return policy


_FREE_KEYS: Final = ("tier_window_days", "calls_per_minute_of")


def _unknown(raw: Mapping[str, Any], known: Mapping[str, Any], where: str = "") -> list[str]:
    """A misspelt field must not pass for a rule that is not there."""
    found = [f"{where}{name!r} is not a field of it" for name in raw if name not in known]
    for name, inner in raw.items():
        if (
            isinstance(inner, dict)
            and isinstance(known.get(name), dict)
            and name not in ("tier_window_days", "calls_per_minute_of")
        ):
            found += _unknown(inner, known[name], f"{name}: ")
    return found


def _negative(fields: Mapping[str, Any], where: str = "") -> list[str]:
    found = []
    for name, value in fields.items():
        if isinstance(value, Mapping):
            found += _negative(value, f"{where}{name}: ")
        elif isinstance(value, Decimal | int) and value < 0:
            found.append(f"{where}{name} must not be below zero")
    return found
