"""One rule for each tool: whether it is for a known customer alone, whether it changes anything, how often it may be called.

What has no rule here does not run, whoever calls it: a flow, a model, an agent. The customer is the session's; no rule looks at
what was said. Above: `session`, `assistant.flows.work`. Below: `policy`, refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from assistant.errors import AccessDenied
from assistant.tools.policy import WRITES, ReadName
from assistant.tools.refusals import Refusal

Step = Literal["", "propose", "execute", "withdraw"]
"""A change has three; whatever only reads has none."""
FlowCall = Literal[
    "find_products", "find_policies", "check_stock", "get_order", "find_customer", "forget_customer_notes"
]
"""What flows call by themselves, through `Work.call`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRule:
    own: bool = True
    """It touches what is a customer's own: only where the session knows who that is."""
    changes: bool = False
    """A record of the shop: only proposed, and carried out after a yes to just that."""
    a_minute: int | None = None
    """By one customer, and in one conversation; None: as the shop's policy says."""


_OF_THE_SHOP: Final = ("product_details", "variant_details", "transfer_to_person", "find_products", "find_policies")
_ATTEMPTS_TO_BE_SOMEBODY: Final = 10
"""Who guesses at names and addresses is slowed down; who mistypes their own is not."""

RULES: Final[Mapping[str, ToolRule]] = {
    **{tool: ToolRule(changes=True) for tool in WRITES},
    **{tool: ToolRule() for tool in get_args(ReadName)},
    **{tool: ToolRule(own=False) for tool in _OF_THE_SHOP},
    "check_stock": ToolRule(own=False),
    "get_order": ToolRule(),
    "find_customer": ToolRule(own=False, a_minute=_ATTEMPTS_TO_BE_SOMEBODY),
    "forget_customer_notes": ToolRule(),
}


def rule_of(tool: str, *, customer_id: str, step: str = "", rules: Mapping[str, ToolRule] = RULES) -> ToolRule:
    """Raises Refusal where there is no such tool or no such step of it, AccessDenied where nobody is identified."""
    rule = rules.get(tool)
    if rule is None or bool(step) is not rule.changes or step not in get_args(Step):
        raise Refusal("unknown_tool", tool=tool[:60])
    if rule.own and not customer_id and step in ("", "propose"):  # a yes without a customer is no yes of theirs
        raise AccessDenied("nobody is identified in this session")
    return rule
