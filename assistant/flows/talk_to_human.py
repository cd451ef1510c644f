"""Handing over to a person: always possible, never silent."""

from __future__ import annotations

from assistant.answering.say_acts import Inform
from assistant.events import SYSTEM, HandoffRequested
from assistant.flows.work import Work
from assistant.understanding.commands import TalkToHuman


async def talk_to_human(work: Work, command: TalkToHuman) -> None:
    if work.conversation.status == "waiting_for_agent":
        work.acts.append(Inform(about="handoff_waiting"))
        return
    work.record(HandoffRequested(reason=command.reason, summary=summary(work)), SYSTEM)
    work.acts.append(Inform(about="handoff"))


def summary(work: Work) -> str:
    """What a colleague needs to take over without asking again; plain facts, no model."""
    said = [line.text for line in work.conversation.transcript if line.who == "customer"][-3:]
    parts = [f"Customer: {'identified' if work.customer_id else 'not identified'}."]
    if work.context.need is not None:
        parts.append(f"Looking for: {work.knowledge.describe(work.context.need)}.")
    if work.cart.items:
        parts.append(f"Cart: {len(work.cart.items)} line(s), {work.cart.total.amount} {work.cart.total.currency}.")
    if work.context.order:
        parts.append(f"About order {work.context.order}.")
    if said:
        parts.append("Last words: " + " / ".join(text[:200] for text in said))
    return " ".join(parts)
