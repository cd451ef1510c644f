"""Handing over to a person: always possible, never silent. What happens next is said at once: place, wait, opening hours."""

from __future__ import annotations

from assistant.answering.say_acts import Inform
from assistant.desk.handoff_rules import HandoffRule
from assistant.events import SYSTEM, Citation, HandoffRequested, QuickReply, WaitOffered
from assistant.flows.work import Work
from assistant.outlook import Outlook
from assistant.understanding.commands import TalkToHuman


async def talk_to_human(work: Work, command: TalkToHuman) -> None:
    if work.conversation.status == "waiting_for_agent":
        work.acts.append(Inform(about="handoff_waiting"))
        if work.office is not None:
            tell_outlook(work, await work.office.outlook(work.conversation))
        return
    asked = work.office.rules.asked if work.office is not None else None
    await request(work, asked, reason=command.reason)


async def request(work: Work, rule: HandoffRule | None, *, reason: str = "") -> None:
    """Asks for a person, and says what that means now."""
    asked = HandoffRequested(
        reason=reason or (rule.reason if rule is not None else "asked"),
        summary=summary(work),
        rule=rule.id if rule is not None else "",
        priority=rule.priority if rule is not None else 0,
        skills=rule.skills if rule is not None else (),
    )
    work.record(asked, SYSTEM)
    work.acts.append(Inform(about="handoff"))
    if work.office is not None:
        outlook = await work.office.outlook(work.conversation, priority=asked.priority)
        tell_outlook(work, outlook)
        if not outlook.open:
            work.record(WaitOffered(turn_id=work.live.id), SYSTEM)


def tell_outlook(work: Work, outlook: Outlook) -> None:
    if not outlook.open:
        work.acts.append(_closed(work, outlook))
    elif not outlook.staffed:
        work.acts.append(Inform(about="queue_nobody"))
    elif outlook.position:
        _tell_place(work, outlook)


def waiting_replies(work: Work, *names: str) -> tuple[QuickReply, ...]:
    return tuple(button(work, name) for name in names)


def button(work: Work, name: str) -> QuickReply:
    reply = work.phrases.reply(name)
    return QuickReply(label=reply.label, text=reply.text, action=name)


def _tell_place(work: Work, outlook: Outlook) -> None:
    about = "queue_next" if outlook.position == 1 else "queue_place"
    quote = work.phrases.say("agent.queue")
    source = Citation(kind="profile", id="queue", title=quote, quote=str(outlook.position))
    values = {"position": outlook.position}
    sources = () if outlook.position == 1 else (source,)
    work.acts.append(Inform(about=about, values=values, citations=sources))
    if outlook.expected_wait_seconds is not None:
        minutes = max(1, round(outlook.expected_wait_seconds / 60))
        measured = Citation(kind="profile", id="queue_wait", title=quote, quote=f"{minutes} min")
        work.acts.append(Inform(about="queue_wait", values={"minutes": minutes}, citations=(measured,)))


def _closed(work: Work, outlook: Outlook) -> Inform:
    replies = waiting_replies(work, "request_callback", "leave_message", "back_to_assistant")
    if outlook.opens_at is None:
        return Inform(about="queue_closed_unknown", quick_replies=replies)
    day = work.phrases.day(outlook.opens_at.date(), today=outlook.now.date())
    opens = work.phrases.say("agent.at", day=day, time=f"{outlook.opens_at:%H:%M}")
    source = Citation(kind="profile", id="hours", title=work.phrases.say("agent.hours"), quote=opens)
    return Inform(about="queue_closed", values={"opens": opens}, citations=(source,), quick_replies=replies)


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
