"""From typed arguments to a plan: which rule answers for which tool. A tool without a rule in the policy is refused.

Above: `service`. Below: the rules.
"""

from __future__ import annotations

from typing import TypeVar, assert_never

from assistant.tools.addresses import plan_order_address, plan_profile_address
from assistant.tools.arguments import (
    Arguments,
    CancelOrder,
    ChangeItems,
    ChangeOrderAddress,
    ChangePayment,
    ChangeProfileAddress,
    ExchangeItems,
    ReturnItems,
)
from assistant.tools.cancelling import plan_cancel
from assistant.tools.paying import plan_payment
from assistant.tools.plan import Plan, Scene
from assistant.tools.refusals import Refusal
from assistant.tools.returning import plan_return
from assistant.tools.swapping import plan_change, plan_exchange

R = TypeVar("R")


def plan(scene: Scene, asked: Arguments) -> Plan:
    """Raises Refusal."""
    policy = scene.policy
    match asked:
        case CancelOrder():
            return plan_cancel(scene, asked, _offered(policy.cancel_order))
        case ChangeItems():
            return plan_change(scene, asked, _offered(policy.change_items))
        case ChangeOrderAddress():
            return plan_order_address(scene, asked, _offered(policy.change_order_address))
        case ChangeProfileAddress():
            return plan_profile_address(scene, asked, _offered(policy.change_profile_address))
        case ChangePayment():
            return plan_payment(scene, asked, _offered(policy.change_payment))
        case ReturnItems():
            return plan_return(scene, asked, _offered(policy.return_items))
        case ExchangeItems():
            return plan_exchange(scene, asked, _offered(policy.exchange_items))
        case _:
            assert_never(asked)


def _offered(rule: R | None) -> R:
    if rule is None:
        raise Refusal("not_offered", instead=("transfer_to_person",))
    return rule
