"""The service desk: gathers what a change needs, lists exactly what will be done, and does it after a yes to just that.

Above: `carrying_out`. Below: the processes, `gathering`, the tools through `ToolSession`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.answering.say_acts import AskConfirmation, AskSlot, Inform, Refuse
from assistant.errors import AccessDenied
from assistant.events import Citation, ConfirmationAnswered, ConfirmationAsked, QuickReply
from assistant.flows.cancel_order import cancellation
from assistant.flows.change_details import new_address, new_payment
from assistant.flows.choosing_orders import order_citation
from assistant.flows.exchange_items import swapping
from assistant.flows.gathering import gathered
from assistant.flows.process import KINDS, Missing, Process, Scene, plain_process, process_of
from assistant.flows.return_items import sending_back
from assistant.flows.telling_changes import citation_of, confirmation_card, lines_of, title_of
from assistant.flows.track_order import ask_identity
from assistant.flows.work import Work
from assistant.tools.arguments import Arguments, plain
from assistant.tools.confirmations import Answer
from assistant.tools.plan import Facts
from assistant.tools.proposals import Proposal, read_proposed
from assistant.tools.refusals import Refusal, Unconfirmed
from assistant.tools.session import ToolSession
from assistant.understanding.commands import StartFlow
from assistant.understanding.option_words import read_wish
from assistant.understanding.order_words import order_ids_said
from assistant.understanding.service_requests import agrees, hesitates
from retrieval.catalogue import ProductId

_WORKERS: Mapping[str, Callable[[Process, Scene], list[Arguments] | Missing]] = {
    "cancel": cancellation,
    "return": sending_back,
    "swap": swapping,
    "address": new_address,
    "payment": new_payment,
}
_YES_NO = (QuickReply(label="Yes, do it", text="Yes"), QuickReply(label="No", text="No"))
_PERSON = (QuickReply(label="Talk to a person", text="I'd like to talk to a person"),)
_DONE = {
    "cancel_order": "done_cancel_order",
    "return_items": "done_return_items",
    "exchange_items": "done_exchange_items",
    "change_items": "done_change_items",
    "change_order_address": "done_change_order_address",
    "change_profile_address": "done_change_profile_address",
    "change_payment": "done_change_payment",
}
MOST_TRIES = 3


async def serve(work: Work, command: StartFlow) -> None:
    """Starts a process, or goes on with the one that is open."""
    before = process_of(work.context)
    process = await _started(work, before, command)
    if not process.open:
        work.acts.append(Inform(about="desk_answered"))
        return
    if not work.customer_id:
        remembered = replace(process, words=f"{process.words} {command.words}".strip())
        _keep(work, remembered)
        ask_identity(work, "serve_orders")
        return
    await _go_on(work, process, before, command.words)


async def resume(work: Work) -> None:
    """The customer is known now: what they said before is read."""
    process = process_of(work.context)
    if process.open:
        await _go_on(work, replace(process, words=""), process, process.words)


async def _started(work: Work, before: Process, command: StartFlow) -> Process:
    kind = KINDS.get(command.change, "")
    if not kind or (before.open and _same_matter(before.kind, kind, command.words)):
        return before
    if before.proposals:
        await _withdraw(work, before, "replaced")
        before = process_of(work.context)
    orders = (
        before.orders if before.open and re.search(r"\b(?:it|that order|this order|instead)\b", command.words) else ()
    )
    return Process(kind=kind, answered=before.answered, orders=orders)  # type: ignore[arg-type]


def _same_matter(open_kind: str, kind: str, words: str) -> bool:
    """ "Refund it to my card" goes on with a return; "my payment method" inside a swap is how it is paid."""
    if open_kind == kind:
        return True
    if open_kind in ("return", "swap") and kind == "payment":
        return True
    return open_kind == "address" and kind == "swap" and "address" in words.casefold()


async def _go_on(work: Work, process: Process, before: Process, said: str) -> None:
    work.know(topic="orders")
    scene = await _scene(work)
    agreed = process.waiting == "confirmation" and agrees(said)
    after = gathered(process, said, scene)
    if process.kind == "swap" and after.items == process.items and process.waiting in ("option", "confirmation"):
        after = _wished(after, said, scene)
    moved = after != process or process.kind != before.kind or bool(before.words)
    if agreed and not hesitates(said, changed=after != process):
        await _agreed(work, process, after, scene)
        return
    if not moved and process.waiting:
        await _again(work, process, scene, said)
        return
    await _next(work, replace(after, tries=0), scene)


def _wished(process: Process, said: str, scene: Scene) -> Process:
    """An option named in answer to "which?" is meant for the item that was asked about: the last."""
    changed = dict(process.wishes)
    for order_id, variant_id in process.items[-1:] if len(process.items) == 1 else process.items:
        line = scene.line(order_id, variant_id)
        product = scene.products.get(line.product_id)
        if product and read_wish(said, product, line.options):
            changed[line.product_id] = said
    return replace(process, wishes=changed)


async def _scene(work: Work) -> Scene:
    desk = _desk(work)
    customer, orders = await desk.profile(), await desk.orders()
    ids = dict.fromkeys(ProductId(line.product_id) for order in orders for line in order.lines)
    products = {str(product.id): product for product in await work.shop.products(tuple(ids))}
    return Scene(customer=customer, orders=orders, products=products, policy=desk.tools.policy)


def _desk(work: Work) -> ToolSession:
    if work.desk is None:
        raise AccessDenied("this shop offers no changes here")
    work.desk.caller = replace(work.desk.caller, customer_id=work.customer_id)
    return work.desk


async def _next(work: Work, process: Process, scene: Scene) -> None:
    """The next question, the refusal, or the proposal."""
    worked = _WORKERS[process.kind](process, scene)
    if isinstance(worked, Missing):
        if worked.slot:
            _keep(work, replace(process, waiting=worked.slot, proposals=(), words="", age=0))
        else:
            _close(work, process)
            work.offer("talk_to_human")
        work.acts.append(worked.act)
        return
    await _propose(work, process, worked, scene)


async def _propose(work: Work, process: Process, wanted: Sequence[Arguments], scene: Scene) -> None:
    if process.proposals:
        await _withdraw(work, process, "replaced")
        process = replace(process, answered=process_of(work.context).answered)
    made: list[Proposal] = []
    for arguments in wanted:
        try:
            made.append(await _desk(work).propose(arguments, after=made))
        except Refusal as refusal:
            _refused(work, refusal, scene, arguments)
    if not made:
        _close(work, process)
        return
    _ask_yes(work, process, made)


def _ask_yes(work: Work, process: Process, made: Sequence[Proposal]) -> None:
    first, facts = made[0], [proposal.facts for proposal in made]
    card = confirmation_card(facts, first.id)
    lines = _listed(facts)
    work.record(
        ConfirmationAsked(
            confirmation_id=first.id,
            action=first.tool,
            summary="; ".join((title_of(facts[0]), *lines)),
            arguments={"changes": [plain(proposal.arguments) for proposal in made]},
        )
    )
    _keep(
        work,
        replace(
            process, waiting="confirmation", proposals=tuple(proposal.plain() for proposal in made), words="", age=0
        ),
    )
    work.acts.append(
        AskConfirmation(
            about="desk_confirm",
            values={"title": title_of(facts[0])},
            lines=lines,
            cards=(card,),
            citations=tuple(citation_of(each) for each in facts),
            quick_replies=_YES_NO,
        )
    )


def _listed(all_facts: Sequence[Facts]) -> tuple[str, ...]:
    if len(all_facts) == 1:
        return lines_of(all_facts[0])
    return tuple(f"{title_of(facts)}: {'; '.join(lines_of(facts))}" for facts in all_facts)


async def _agreed(work: Work, process: Process, after: Process, scene: Scene) -> None:
    """A yes with more words counts only when these change nothing of what was asked."""
    if after != process:
        worked = _WORKERS[process.kind](after, scene)
        asked = [read_proposed(values)[0] for values in process.proposals]
        if isinstance(worked, Missing) or list(worked) != asked:
            await _next(work, after, scene)
            return
    await carry_through(work, process)


async def carry_through(work: Work, process: Process) -> None:
    """The yes is there: every proposal of the list is executed, in its order."""
    done: list[Facts] = []
    _note(work, process, "yes")
    for values in process.proposals:
        arguments, confirmation = read_proposed(values)
        answer = Answer(confirmation_id=confirmation.id, yes=True, said=work.said)
        try:
            done.append((await _desk(work).execute(arguments, confirmation, answer)).facts)
        except Refusal as refusal:
            _refused(work, refusal, None, arguments)
        except Unconfirmed as unconfirmed:
            await _ask_anew(work, process, unconfirmed, done)
            return
    _close(work, replace(process, answered={**process.answered, process.confirmation_id: "yes"}))
    _tell_done(work, done)


async def _ask_anew(work: Work, process: Process, why: Unconfirmed, done: Sequence[Facts]) -> None:
    """Too late, or something has changed since: what is true now is asked again."""
    _tell_done(work, done)
    if why.code not in ("expired", "changed_since", "forged"):
        _close(work, process)
        work.acts.append(Inform(about="desk_answered"))
        return
    work.acts.append(Inform(about="desk_changed_since"))
    left = [read_proposed(values)[0] for values in process.proposals[len(done) :]]
    scene = await _scene(work)
    answered = {**process.answered, process.confirmation_id: "replaced"}
    await _propose(work, replace(process, proposals=(), answered=answered), left, scene)


def _tell_done(work: Work, done: Sequence[Facts]) -> None:
    if not done:
        return
    for facts in done:
        values = {"title": title_of(facts), "order": facts.order_id, "status": facts.becomes}
        work.acts.append(
            Inform(
                about=_DONE[facts.tool],
                values=values,
                lines=lines_of(replace(facts, last_change=False)),
                citations=(citation_of(facts),),
            )
        )
    work.know(order=done[-1].order_id or work.context.order)


async def declined(work: Work, process: Process) -> None:
    await _withdraw(work, process, "no")
    _close(work, replace(process_of(work.context), kind=""))
    work.acts.append(Inform(about="desk_declined"))


async def _withdraw(work: Work, process: Process, why: str) -> None:
    for values in process.proposals:
        _, confirmation = read_proposed(values)
        await _desk(work).withdraw(confirmation, said=work.said)
    _note(work, process, "no")
    answered = {**process.answered, process.confirmation_id: why}
    _keep(work, replace(process, proposals=(), waiting="", answered=answered))


def _note(work: Work, process: Process, answer: str) -> None:
    work.record(ConfirmationAnswered(confirmation_id=process.confirmation_id, answer=answer))  # type: ignore[arg-type]


async def _again(work: Work, process: Process, scene: Scene, said: str) -> None:
    """Nothing new was understood: the same question once more, then a person."""
    if process.tries + 1 >= MOST_TRIES:
        _keep(work, replace(process, tries=0))
        work.offer("talk_to_human")
        work.acts.append(AskSlot(about="desk_lost", quick_replies=_PERSON))
        return
    _, unknown = order_ids_said(said, scene.orders)
    if unknown:
        work.acts.append(Inform(about="desk_unknown_order"))
    process = replace(process, tries=process.tries + 1)
    if process.proposals:
        await _repeat(work, process, scene)
        return
    await _next(work, process, scene)


async def _repeat(work: Work, process: Process, scene: Scene) -> None:
    """The open confirmation, asked again with its own list."""
    wanted = [read_proposed(values)[0] for values in process.proposals]
    await _propose(work, process, wanted, scene)


def _refused(work: Work, refusal: Refusal, scene: Scene | None, arguments: Arguments) -> None:
    """The reason, and the nearest thing that is possible."""
    orders = [order for order in scene.orders if order.id == getattr(arguments, "order_id", "")] if scene else []
    instead = [tool for tool in refusal.instead if tool != "transfer_to_person"]
    nearest = _INSTEAD.get(instead[0], "") if instead else ""
    values = {"reason": str(refusal), "instead": nearest}
    citations = [order_citation(order) for order in orders]
    told = [replace(one, quote=f"{one.quote}; {refusal}") for one in citations]
    work.acts.append(
        Refuse(
            about="desk_refused" if nearest else "desk_refused_person",
            values=values,
            citations=tuple(told) or (_said_by_rules(refusal),),
            quick_replies=() if nearest else _PERSON,
        )
    )
    if not nearest:
        work.offer("talk_to_human")


def _said_by_rules(refusal: Refusal) -> Citation:
    return Citation(kind="policy", id="service_policy", title="Our rules", quote=str(refusal))


_INSTEAD = {
    "cancel_order": "cancel the order",
    "change_items": "change its items to other options",
    "change_order_address": "change its address",
    "change_payment": "change how it is paid",
    "return_items": "return its items",
    "exchange_items": "exchange its items for other options",
}


def _keep(work: Work, process: Process) -> None:
    work.know(process=plain_process(process))


def _close(work: Work, process: Process) -> None:
    """The process is over; what was answered is remembered."""
    _keep(work, Process(answered=process.answered))
