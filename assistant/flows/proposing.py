"""Proposals at the service desk: listed and asked once, carried out after the yes, withdrawn after a no, refused with the reason.

Above: `serving_orders`, `confirming`. Below: the tools through `ToolSession`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import AskConfirmation, Inform, Refuse
from assistant.errors import AccessDenied
from assistant.events import Citation, ConfirmationAnswered, ConfirmationAsked, QuickReply
from assistant.flows.asking_orders import sums_of
from assistant.flows.choosing_orders import ask_method, order_citation, original_method
from assistant.flows.process import Process, Scene, plain_process, process_of
from assistant.flows.telling_changes import citation_of, confirmation_card, lines_of, refusal_told, title_of
from assistant.flows.work import Work
from assistant.tools.arguments import Arguments, plain
from assistant.tools.confirmations import Answer
from assistant.tools.plan import Facts
from assistant.tools.proposals import Proposal, read_proposed
from assistant.tools.refusals import Refusal, Unconfirmed
from assistant.tools.session import ToolSession
from retrieval.catalogue import ProductId

_DONE = {
    "cancel_order": "done_cancel_order",
    "return_items": "done_return_items",
    "exchange_items": "done_exchange_items",
    "change_items": "done_change_items",
    "change_order_address": "done_change_order_address",
    "change_profile_address": "done_change_profile_address",
    "change_payment": "done_change_payment",
}
_INSTEAD = (
    "cancel_order",
    "change_items",
    "change_order_address",
    "change_payment",
    "return_items",
    "exchange_items",
)
"""What may be offered in place of what was refused."""
_OTHER_METHOD = ("gift_card_too_low", "refund_target", "same_payment_method", "payment_method_not_accepted")
"""Refusals that another payment method can mend: then that is asked for, and the process goes on."""


async def scene_of(work: Work) -> Scene:
    desk = desk_of(work)
    customer, orders = await desk.profile(), await desk.orders()
    ids = dict.fromkeys(ProductId(line.product_id) for order in orders for line in order.lines)
    products = {str(product.id): product for product in await work.shop.products(tuple(ids))}
    return Scene(customer=customer, orders=orders, products=products, policy=desk.tools.policy, phrases=work.phrases)


def desk_of(work: Work) -> ToolSession:
    if work.desk is None:
        raise AccessDenied("this shop offers no changes here")
    now = work.conversation
    proven = now.proven and now.customer_id == work.customer_id
    work.desk.caller = replace(work.desk.caller, customer_id=work.customer_id, epoch=work.epoch, proven=proven)
    return work.desk


def keep(work: Work, process: Process) -> None:
    work.know(process=plain_process(process))


def close(work: Work, process: Process, *, failed: bool = False) -> None:
    """The process is over; what was answered is remembered, what waits, and what it was about."""
    keep(
        work,
        Process(
            answered=process.answered,
            queue=process.queue,
            orders=process.orders or tuple(dict.fromkeys(key for key, _ in process.items)),
            items=process.items,
            failed=failed,
            done=process.done,
        ),
    )


async def read_out(work: Work, wanted: Sequence[Arguments]) -> tuple[Facts, ...]:
    """What these would do, without asking for a yes. Raises Refusal."""
    made: list[Proposal] = []
    for arguments in wanted:
        made.append(await desk_of(work).propose(arguments, after=made))
    return tuple(proposal.facts for proposal in made)


def listed_without_reason(facts: Sequence[Facts], phrases: Phrases) -> tuple[str, ...]:
    return _listed([replace(each, reason="") for each in facts], phrases)


async def propose(work: Work, process: Process, wanted: Sequence[Arguments], scene: Scene) -> None:
    """One question for the whole list; what the rules forbid is refused with its reason."""
    if process.proposals:
        await withdraw(work, process, "replaced")
        process = replace(process, answered=process_of(work.context).answered)
    made: list[Proposal] = []
    refused: list[tuple[Refusal, Arguments]] = []
    for arguments in wanted:
        try:
            made.append(await desk_of(work).propose(arguments, after=made))
        except Refusal as refusal:
            refused.append((refusal, arguments))
    if not made and refused and refused[0][0].code in _OTHER_METHOD:
        _ask_other_method(work, process, refused[0][0], scene, refused[0][1])
        return
    for why, arguments in refused:
        tell_refusal(work, why, scene, arguments)
    if not made:
        close(work, process, failed=True)
        return
    _ask_yes(work, process, made)


def _ask_other_method(work: Work, process: Process, refusal: Refusal, scene: Scene, arguments: Arguments) -> None:
    order_id, refused = getattr(arguments, "order_id", ""), getattr(arguments, "payment_method_id", "")
    original = {original_method(order) for order in scene.orders if order.id == order_id}
    free = [one for one in scene.customer.payment_methods if one.id != refused]
    if refusal.code == "refund_target":
        free = [one for one in free if one.id in original or one.source == "gift_card"]
    if not free:
        tell_refusal(work, refusal, scene, arguments)
        close(work, process, failed=True)
        return
    missing = ask_method(scene, free, "desk_other_method", reason=refusal_told(refusal, work.phrases, work.today()))
    keep(work, replace(process, waiting="method", method="", methods=(), proposals=(), words="", age=0))
    work.acts.append(missing.act)


def _ask_yes(work: Work, process: Process, made: Sequence[Proposal]) -> None:
    first, facts = made[0], [proposal.facts for proposal in made]
    phrases = work.phrases
    card = confirmation_card(facts, first.id, phrases)
    lines = _listed(facts, phrases)
    work.record(
        ConfirmationAsked(
            confirmation_id=first.id,
            action=first.tool,
            summary="; ".join((title_of(facts[0], phrases), *lines)),
            arguments={"changes": [plain(proposal.arguments) for proposal in made]},
        )
    )
    listed = tuple(proposal.plain() for proposal in made)
    keep(work, replace(process, waiting="confirmation", proposals=listed, words="", age=0))
    work.acts.append(
        AskConfirmation(
            about="desk_confirm",
            values={"title": title_of(facts[0], phrases)},
            lines=lines,
            cards=(card,),
            citations=tuple(citation_of(each, phrases) for each in facts),
            quick_replies=(phrases.reply("yes"), phrases.reply("no")),
        )
    )


def heard_whole(work: Work) -> bool:
    """Whether a yes now is one to all that was asked: on a line they may have spoken before the amount was heard."""
    return not any(character.isdigit() for character in work.conversation.unheard)


async def carry_out_read_out(work: Work, process: Process, wanted: Sequence[Arguments], scene: Scene) -> bool:
    """Does what was read out before, after a yes that brought what was missing. False: nothing was done."""
    try:
        facts = await read_out(work, wanted)
    except Refusal:
        return False
    if listed_without_reason(facts, work.phrases) != process.listed or not heard_whole(work):
        return False
    before = len(work.acts)
    await propose(work, process, wanted, scene)
    del work.acts[before:]
    await carry_through(work, process_of(work.context))
    return True


def _listed(all_facts: Sequence[Facts], phrases: Phrases) -> tuple[str, ...]:
    if len(all_facts) == 1:
        return lines_of(all_facts[0], phrases)
    return tuple(phrases.pair(title_of(facts, phrases), "; ".join(lines_of(facts, phrases))) for facts in all_facts)


async def carry_through(work: Work, process: Process) -> None:
    """The yes is there: every proposal of the list is executed, in its order."""
    done: list[Facts] = []
    note(work, process, "yes")
    failed = False
    for values in process.proposals:
        arguments, confirmation = read_proposed(values)
        answer = Answer(confirmation_id=confirmation.id, yes=True, said=work.said)
        try:
            done.append((await desk_of(work).execute(arguments, confirmation, answer)).facts)
        except Refusal as refusal:
            failed = True
            tell_refusal(work, refusal, None, arguments)
        except Unconfirmed as unconfirmed:
            await _ask_anew(work, process, unconfirmed, done)
            return
    answered = {**process.answered, process.confirmation_id: "yes"}
    close(work, replace(process, answered=answered, done=(*process.done, *sums_of(done))), failed=failed)
    _tell_done(work, done)


async def _ask_anew(work: Work, process: Process, why: Unconfirmed, done: Sequence[Facts]) -> None:
    """Too late, or something has changed since: what is true now is asked again."""
    _tell_done(work, done)
    if why.code not in ("expired", "changed_since", "forged", "other_epoch"):
        close(work, process)
        work.acts.append(Inform(about="desk_answered"))
        return
    work.acts.append(Inform(about="desk_changed_since"))
    left = [read_proposed(values)[0] for values in process.proposals[len(done) :]]
    scene = await scene_of(work)
    answered = {**process.answered, process.confirmation_id: "replaced"}
    await propose(work, replace(process, proposals=(), answered=answered), left, scene)


def _tell_done(work: Work, done: Sequence[Facts]) -> None:
    if not done:
        return
    for facts in done:
        status = work.phrases.state(facts.becomes)
        values = {"title": title_of(facts, work.phrases), "order": facts.order_id, "status": status}
        work.acts.append(
            Inform(
                about=_DONE[facts.tool],
                values=values,
                lines=lines_of(replace(facts, last_change=False), work.phrases),
                citations=(citation_of(facts, work.phrases),),
            )
        )
    work.know(order=done[-1].order_id or work.context.order)


async def declined(work: Work, process: Process) -> None:
    await withdraw(work, process, "no")
    close(work, replace(process_of(work.context), kind=""))
    work.acts.append(Inform(about="desk_declined"))


async def withdraw(work: Work, process: Process, why: str) -> None:
    for values in process.proposals:
        _, confirmation = read_proposed(values)
        await desk_of(work).withdraw(confirmation, said=work.said)
    if process.proposals:
        note(work, process, "no")
    answered = {**process.answered, process.confirmation_id: why} if process.proposals else process.answered
    keep(work, replace(process, proposals=(), waiting="", answered=answered))


def note(work: Work, process: Process, answer: str) -> None:
    work.record(ConfirmationAnswered(confirmation_id=process.confirmation_id, answer=answer))  # type: ignore[arg-type]


def tell_refusal(work: Work, refusal: Refusal, scene: Scene | None, arguments: Arguments) -> None:
    """The reason, and the nearest thing that is possible."""
    orders = [order for order in scene.orders if order.id == getattr(arguments, "order_id", "")] if scene else []
    instead = [tool for tool in refusal.instead if tool != "transfer_to_person"]
    nearest = work.phrases.say(f"instead.{instead[0]}") if instead and instead[0] in _INSTEAD else ""
    reason = refusal_told(refusal, work.phrases, work.today())
    values = {"reason": reason, "instead": nearest}
    citations = [order_citation(order, work.phrases) for order in orders]
    told = [replace(one, quote=f"{one.quote}; {reason}") for one in citations]
    work.acts.append(
        Refuse(
            about="desk_refused" if nearest else "desk_refused_person",
            values=values,
            citations=tuple(told) or (_said_by_rules(work, reason),),
            quick_replies=() if nearest else person(work),
        )
    )
    if not nearest:
        work.offer("talk_to_human")


def _said_by_rules(work: Work, reason: str) -> Citation:
    return Citation(kind="policy", id="service_policy", title=work.phrases.say("names.rules"), quote=reason)


def person(work: Work) -> tuple[QuickReply, ...]:
    return (work.phrases.reply("person"),)
