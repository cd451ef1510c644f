"""What one customer can have changed and refunded within a day, whatever it is made up of: beyond it a person decides.

Looked at inside the transaction that writes, on the shop's own record of what was done: all servers count together, and no
splitting of a sum into many gets round it. Pure. Above: `service`. Below: the records' words, `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from assistant.shops.records import ServiceAction
from assistant.tools.plan import Facts
from assistant.tools.policy import ServicePolicy
from assistant.tools.refusals import Refusal

DAY: Final = timedelta(hours=24)


def check_day(policy: ServicePolicy, before: Iterable[ServiceAction], facts: Facts, now: datetime) -> None:
    """With what was done in the last 24 hours. Raises Refusal."""
    done = [action for action in before if action.outcome and now - action.at < DAY]
    if policy.changes_a_day is not None and len(done) >= policy.changes_a_day:
        raise Refusal("too_many_changes", instead=("transfer_to_person",))
    if policy.largest_refund_a_day is None or not facts.refund:
        return
    given = sum((Decimal(str(action.outcome.get("refund", 0))) for action in done), Decimal(0))
    if given + facts.refund > policy.largest_refund_a_day:
        raise Refusal("refunds_of_a_day", instead=("transfer_to_person",), amount=facts.refund, currency=facts.currency)
