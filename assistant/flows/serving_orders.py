"""The service desk: one request after the other, each gathered, listed, and done after a yes to just that.

Several requests in one message wait in a queue; a request that comes in between goes first, and the one that was open comes
back afterwards. Above: `carrying_out`, `confirming`. Below: `gathering`, the processes, `proposing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from assistant.answering.say_acts import AskSlot, Inform
from assistant.events import Citation
from assistant.flows.asking_orders import sums_of, tell_balance, tell_extreme, tell_methods, tell_sum
from assistant.flows.cancel_order import as_if_reasoned, cancellation
from assistant.flows.change_details import new_address, new_payment
from assistant.flows.choosing_orders import ask_items, ask_order, wanting
from assistant.flows.exchange_items import kept_as_they_are, swapping
from assistant.flows.gathering import gathered
from assistant.flows.hearing_right import words_meant
from assistant.flows.process import KINDS, Missing, Process, Scene, plain_process, process_of
from assistant.flows.proposing import (
    carry_out_read_out,
    carry_through,
    close,
    declined,
    heard_whole,
    keep,
    listed_without_reason,
    person,
    propose,
    read_out,
    scene_of,
    tell_refusal,
    withdraw,
)
from assistant.flows.queueing import (
    REPLACES,
    SAME_THING,
    as_waiting,
    more_beside,
    names_it,
    names_nothing,
    same_matter,
    still_there,
    wished,
    with_lead,
)
from assistant.flows.return_items import sending_back
from assistant.flows.telling_changes import citation_of, method_name, title_of
from assistant.flows.track_order import ask_identity
from assistant.flows.work import Work
from assistant.tools.arguments import Arguments
from assistant.tools.proposals import read_proposed
from assistant.tools.refusals import Refusal
from assistant.understanding.commands import StartFlow
from assistant.understanding.order_words import order_ids_said
from assistant.understanding.request_parts import Part, parts_of
from assistant.understanding.service_requests import (
    agrees,
    agrees_plainly,
    hesitates,
    is_bare_no,
    put_right,
    takes_back,
)

__all__ = ["carry_on", "carry_through", "declined", "resume", "serve"]

_WORKERS: Mapping[str, Callable[[Process, Scene], list[Arguments] | Missing]] = {
    "cancel": cancellation,
    "return": sending_back,
    "swap": swapping,
    "address": new_address,
    "payment": new_payment,
}
MOST_TRIES = 3
MOST_WAITING = 8
"""Requests that wait; a longer list is a paste."""


async def serve(work: Work, command: StartFlow) -> None:
    """Starts a process, or goes on with the one that is open."""
    before = process_of(work.context)
    words = put_right(command.words)
    if not work.customer_id:
        _remember(work, before, command, words)
        return
    parts = parts_of(words, in_orders=True) if command.change else ()
    if command.change and not parts and not before.open:  # "could I still cancel that?"
        parts = (Part(kind=KINDS.get(command.change, command.change), words=words),)
    if not before.open and not parts and not command.topic:
        work.acts.append(Inform(about="desk_answered"))
        return
    work.know(topic="orders")
    scene = await scene_of(work)
    if command.topic:
        await _told(work, before, command.topic, scene)
        return
    if before.open:
        await _served(work, before, parts, words, scene)
    else:
        await _begin(work, before, parts, scene)
    await carry_on(work, scene)


async def resume(work: Work) -> None:
    """The customer is known now: what they said before is read."""
    process = process_of(work.context)
    if not process.open:
        return
    work.know(topic="orders")
    scene = await scene_of(work)
    words = await words_meant(work, process.words)
    parts = parts_of(words, in_orders=True) or (Part(kind=process.kind, words=words),)
    keep(work, Process(answered=process.answered))
    await _begin(work, Process(answered=process.answered), parts, scene)
    await carry_on(work, scene)


async def carry_on(work: Work, scene: Scene | None = None) -> None:
    """What waits, as long as nothing has to be asked."""
    for _ in range(MOST_WAITING):
        process = process_of(work.context)
        if process.open or not process.queue:
            return
        scene = await scene_of(work)  # what was just done has changed the orders
        waiting, queue = process.queue[0], process.queue[1:]
        before = replace(process, queue=queue)
        keep(work, before)
        if waiting.get("otherwise") and not process.failed:
            continue
        if "kept" in waiting:
            await _taken_up(work, before, waiting["kept"], scene)
        else:
            part = Part(
                kind=waiting["kind"],
                words=waiting["words"],
                otherwise=bool(waiting.get("otherwise")),
                lead=str(waiting.get("lead", "")),
            )
            await _start(work, before, part, scene)


def _remember(work: Work, before: Process, command: StartFlow, words: str) -> None:
    kind = before.kind or KINDS.get(command.change, "")
    if not kind:
        work.acts.append(Inform(about="desk_answered"))
        return
    keep(work, replace(before, kind=kind, words=f"{before.words}\n{words}".strip()))
    ask_identity(work, "serve_orders")


async def _begin(work: Work, before: Process, parts: Sequence[Part], scene: Scene) -> None:
    queue = (*(as_waiting(part) for part in parts[1:]), *before.queue)[:MOST_WAITING]
    await _start(work, replace(before, queue=queue), parts[0], scene)


async def _start(work: Work, before: Process, part: Part, scene: Scene) -> None:
    """A request of its own; "it" is what the last one was about."""
    told = f"{part.lead} {part.words}".casefold()
    same = (bool(before.orders) and bool(SAME_THING.search(told)) and not part.orders) or part.otherwise
    process = Process(
        kind=KINDS[part.kind],
        answered=before.answered,
        done=before.done,
        queue=before.queue,
        orders=before.orders if same else (),
        items=before.items if same and part.otherwise else (),
    )
    meant, unknown = order_ids_said(f"{part.lead} {part.words}", scene.orders)
    if unknown:
        work.acts.append(Inform(about="desk_unknown_order"))
        if not meant and (open_to_it := scene.allowing(process.kind)):
            asked = ask_order(process, open_to_it, scene)  # another than the one named is nobody's wish
            keep(work, replace(process, waiting=asked.slot, about=asked.about))
            work.acts.append(asked.act)
            return
    gone_on = with_lead(process, part, scene)
    if same and not part.otherwise and names_nothing(gone_on):
        anew = with_lead(replace(process, orders=()), part, scene)
        gone_on = gone_on if names_nothing(anew) else anew
    await _next(work, gone_on, scene)


async def _taken_up(work: Work, before: Process, plain: Mapping[str, Any], scene: Scene) -> None:
    """The process that another one came before."""
    process = msgspec.convert(dict(plain), Process)
    left = still_there(process, scene)
    work.acts.append(Inform(about="desk_back_to", values={"what": wanting(process, work.phrases)}))
    await _next(work, replace(left, answered=before.answered, done=before.done, queue=before.queue), scene)


async def _told(work: Work, process: Process, topic: str, scene: Scene) -> None:
    """A question on their money; an open list is read out again after it, for the yes was to come."""
    match topic:
        case "balance":
            tell_balance(work, scene)
        case "paid_by":
            tell_methods(work, process, scene)
        case "dearest" | "cheapest":
            tell_extreme(work, process, scene, cheapest=topic == "cheapest")
        case _:
            await _tell_amount(work, process, scene)
            return
    if process.proposals:
        await _repeat(work, process, scene)


async def _tell_amount(work: Work, process: Process, scene: Scene) -> None:
    if process.proposals:
        wanted = [read_proposed(values)[0] for values in process.proposals]
        sums = sums_of(await read_out(work, wanted))
        if len(sums) > 1:
            tell_sum(work, sums, about="desk_sum")
        await _repeat(work, process, scene)
    elif process.open:
        await _next(work, process, scene)
    elif process.done:
        tell_sum(work, process.done, about="desk_done_sum")
    else:
        work.acts.append(Inform(about="desk_nothing_done"))


async def _served(work: Work, process: Process, parts: Sequence[Part], said: str, scene: Scene) -> None:
    """A message while a process is open."""
    if process.waiting == "confirmation" and agrees(said) and process.age == 0 and heard_whole(work):
        more = more_beside(process, parts, said)
        if more is not None:
            await carry_through(work, replace(process, queue=(*(as_waiting(part) for part in more), *process.queue)))
            return
    if not parts:
        await _go_on(work, process, said, scene)
        return
    first, rest = parts[0], parts[1:]
    if same_matter(process, first, said):
        queued = replace(process, queue=(*process.queue, *(as_waiting(part) for part in rest))[:MOST_WAITING])
        await _go_on(work, queued, f"{first.lead} {first.words}".strip(), scene)
        return
    await _set_aside(work, process, said)
    await _begin(work, process_of(work.context), parts, scene)


async def _set_aside(work: Work, process: Process, said: str) -> None:
    """Another request comes first. The open one waits, unless the new one is meant in its stead."""
    if process.proposals:
        await withdraw(work, process, "replaced")
        process = process_of(work.context)
    gathered_some = bool(process.orders or process.items or process.address)
    comes_back = gathered_some and process.tries == 0 and not REPLACES.search(said.casefold()) and not is_bare_no(said)
    kept = replace(process, queue=(), answered={}, proposals=(), waiting="", tries=1)
    queue = (*process.queue, {"kept": plain_process(kept)}) if comes_back else process.queue
    close(work, replace(process, queue=queue[:MOST_WAITING]))


async def _go_on(work: Work, process: Process, said: str, scene: Scene) -> None:
    agreed = process.waiting == "confirmation" and agrees(said) and names_it(process, said)
    after = gathered(process, said, scene)
    if process.kind == "swap" and after.items == process.items and process.waiting in ("option", "confirmation"):
        after = wished(process, after, said, scene)
    if process.waiting == "reason" and process.listed and await _reasoned(work, after, said, scene):
        return
    if agreed and not hesitates(said, changed=after != process):
        await _agreed(work, process, after, scene)
    elif process.waiting == "confirmation" and takes_back(said) and _comes_to_same(process, after, scene):
        _ask_what_else(work, process, after, scene)
    elif after == process and process.waiting:
        await _again(work, process, scene, said)
    else:
        await _next(work, replace(after, tries=0), scene)


async def _reasoned(work: Work, after: Process, said: str, scene: Scene) -> bool:
    """ "Yes, cancel both, I ordered them by mistake": a yes to what was read out, with the reason that was missing."""
    if not (after.reason and agrees_plainly(said)) or hesitates(said, changed=False):
        return False
    worked = _WORKERS[after.kind](after, scene)
    return not isinstance(worked, Missing) and await carry_out_read_out(work, after, worked, scene)


async def _ask_reason(work: Work, process: Process, missing: Missing, scene: Scene) -> None:
    """With what would be cancelled, so that a yes with a reason suffices; what cannot be is refused at once."""
    wanted = as_if_reasoned(process, scene)
    try:
        facts = await read_out(work, wanted)
    except Refusal as refusal:
        if len(wanted) == 1:
            tell_refusal(work, refusal, scene, wanted[0])
            close(work, process, failed=True)
            return
        keep(work, replace(process, waiting="reason", listed=(), proposals=(), words="", age=0))
        work.acts.append(missing.act)
        return
    lines = listed_without_reason(facts, work.phrases)
    keep(work, replace(process, waiting="reason", listed=lines, proposals=(), words="", age=0))
    act = replace(
        missing.act,
        about="desk_reason_listed",
        values={"title": title_of(facts[0], work.phrases), "reasons": work.phrases.either(missing.act.lines)},
        lines=lines,
        citations=tuple(citation_of(each, work.phrases) for each in facts),
    )
    work.acts.append(act)


def _comes_to_same(process: Process, after: Process, scene: Scene) -> bool:
    worked = _WORKERS[process.kind](after, scene)
    return not isinstance(worked, Missing) and list(worked) == [
        read_proposed(values)[0] for values in process.proposals
    ]


def _ask_what_else(work: Work, process: Process, after: Process, scene: Scene) -> None:
    """They said no and then the same again: other items of theirs that may be meant, else what is wrong."""
    products = {scene.line(*item).product_id for item in after.items}
    others = [
        order for order in scene.allowing(process.kind) if any(line.product_id in products for line in order.lines)
    ]
    pieces = [line for order in others for line in order.lines if line.product_id in products]
    if after.items and len(pieces) > len(after.items):
        unclear = replace(
            after, unclear=tuple(sorted(str(key) for key in products)), orders=(), items=(), waiting="items", tries=1
        )
        keep(work, unclear)
        work.acts.append(ask_items(unclear, others, scene).act)
        return
    keep(work, replace(process, tries=process.tries + 1, age=1))  # a yes now would not be to the list
    work.acts.append(AskSlot(about="desk_what_is_wrong", quick_replies=person(work)))


async def _next(work: Work, process: Process, scene: Scene) -> None:
    """The next question, the refusal, or the proposal."""
    if process.partial:
        work.acts.append(Inform(about="desk_whole_order_only"))
        process = replace(process, partial=False)
    if process.lacking:
        names = work.phrases.listed([method_name(one, work.phrases) for one in scene.customer.payment_methods])
        citation = Citation(kind="profile", id=scene.customer.id, title=work.phrases.say("names.methods"), quote=names)
        values = {"method": process.lacking, "methods": names}
        work.acts.append(Inform(about="desk_no_such_method", values=values, citations=(citation,)))
        process = replace(process, lacking="")
    worked = _WORKERS[process.kind](process, scene)
    if not isinstance(worked, Missing):
        if process.kind == "swap" and (same := kept_as_they_are(process, scene)) is not None:
            work.acts.append(same)
        await propose(work, process, worked, scene)
        return
    if process.proposals:
        await withdraw(work, process, "replaced")
        process = replace(process, answered=process_of(work.context).answered, proposals=())
    if worked.slot == "reason":
        await _ask_reason(work, process, worked, scene)
        return
    if worked.slot:
        keep(work, replace(process, waiting=worked.slot, about=worked.about, proposals=(), words="", age=0))
    else:
        close(work, process, failed=True)
        work.offer("talk_to_human")
    work.acts.append(worked.act)


async def _agreed(work: Work, process: Process, after: Process, scene: Scene) -> None:
    """A yes with more words counts only when these change nothing of what was asked."""
    if after != process and not _comes_to_same(process, after, scene):
        await _next(work, after, scene)
        return
    await (carry_through(work, process) if heard_whole(work) else _repeat(work, process, scene))


async def _again(work: Work, process: Process, scene: Scene, said: str) -> None:
    """Nothing new was understood: the same question once more, then a person."""
    if process.tries + 1 >= MOST_TRIES:
        keep(work, replace(process, tries=0))
        work.offer("talk_to_human")
        work.acts.append(AskSlot(about="desk_lost", quick_replies=person(work)))
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
    await propose(work, process, wanted, scene)
