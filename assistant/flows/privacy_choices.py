"""What may be done with the customer's data, said in words: turned off and on, deleted after a yes, given as a copy.

Turning something off takes effect at once, whoever says it; turning it on for all conversations, deleting everything and a
copy need somebody who has proven who they are. Above: `my_data`, `choosing`. Below: consents, erasure requests.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

from assistant.answering.say_acts import Apologise, AskConfirmation, Inform
from assistant.errors import StoreUnavailable
from assistant.events import PURPOSES, Actor, Citation, ConsentChanged, Purpose
from assistant.flows.knowing import known, may
from assistant.flows.work import Work
from assistant.memories import EVERYTHING, FORGET
from assistant.privacy.consents import changes_of
from assistant.privacy.erasure_requests import ErasureRequest, request_id_of
from assistant.privacy.purposes import ConsentRules
from assistant.understanding.commands import StartFlow

log = logging.getLogger(__name__)

TOPICS: Final = frozenset({"off", "on", "erase", "download", "recorded", "choices"})


async def privacy_wish(work: Work, command: StartFlow) -> None:
    if command.topic in ("off", "on"):
        await _choose(work, command.change, given=command.topic == "on")
    elif command.topic == "recorded":
        work.acts.append(Inform(about="privacy_recorded"))
    elif command.topic == "choices":
        await _tell_choices(work)
    elif work.public:
        work.acts.append(Inform(about="mine_public"))
    elif command.topic == "erase":
        _ask_to_erase(work, command.change)
    else:
        about = "download_sign_in" if work.customer_id and not _proven(work) else "download_how"
        work.acts.append(Inform(about=about))


async def _tell_choices(work: Work) -> None:
    say = work.phrases.say
    allowed = [one for one in PURPOSES if await may(work, one)]
    lines = tuple(
        work.phrases.pair(say(f"privacy.purposes.{one}"), say("privacy.is_on" if one in allowed else "privacy.is_off"))
        for one in PURPOSES
    )
    work.acts.append(Inform(about="privacy_choices", lines=lines))


async def _choose(work: Work, named: str, *, given: bool) -> None:
    rules = _rules(work)
    purposes = _purposes(named, rules)
    who = await known(work, "asked")
    fixed = [one for one in purposes if given and who is not None and not who.permits.changeable(one)]
    changes = changes_of({one: given for one in purposes if one not in fixed}, notice=rules.notice)
    for change in changes:
        work.record(change, Actor(kind="customer", id=work.customer_id))
    lasts = await _keep(work, changes)
    if "memory" in purposes and not given:
        await _forget_all(work)
    work.known = None
    if fixed:
        work.acts.append(Inform(about="privacy_fixed", values={"what": _named(work, fixed)}))
    if named == "recording" and not given:
        work.acts.append(Inform(about="privacy_not_recorded"))
    elif changes:
        about = "privacy_off" if not given else "privacy_on" if lasts else "privacy_on_here"
        what = _named(work, [change.purpose for change in changes])
        work.acts.append(Inform(about=about, values={"what": what}))


async def _keep(work: Work, changes: Sequence[ConsentChanged]) -> bool:
    """Whether it holds for all of the customer's conversations."""
    if work.customers is None or work.customers.consents is None or not work.customer_id:
        return False
    try:
        await work.customers.consents.keep(
            work.customer_id, changes, conversation=work.conversation.id, proven=_proven(work)
        )
    except StoreUnavailable:
        log.exception("a choice of %s holds for the conversation alone", work.conversation.id)
        return False
    return _proven(work)


async def _forget_all(work: Work) -> None:
    """What is not to be remembered any more is not kept either."""
    work.know(told=(), forgot_talk=True)
    who = await known(work, "asked")
    if work.customers is not None and who is not None:
        forgetting = work.customers.forget(who.customer.id)
        await work.call(FORGET, {"trait": EVERYTHING, "value": ""}, forgetting, lambda gone: {"forgotten": gone})


def _ask_to_erase(work: Work, scope: str) -> None:
    """What would go is named, and only a yes makes it go."""
    whole = scope == "customer" and bool(work.customer_id)
    if whole and not _proven(work):
        reply = work.phrases.reply("erase_here")
        work.acts.append(Inform(about="erase_sign_in", quick_replies=(reply,)))
        return
    what = work.phrases.say("privacy.all_of_it" if whole else "privacy.this_conversation")
    work.offer("erase_mine", scope="customer" if whole else "conversation")
    replies = (work.phrases.reply("yes_erase"), work.phrases.reply("no"))
    work.acts.append(AskConfirmation(about="erase_ask", values={"what": what}, quick_replies=replies))


async def erase_mine(work: Work, slots: Mapping[str, object]) -> None:
    """After the yes: noted, durable, and carried out by the server once this turn is in the log."""
    erasures = work.customers.erasures if work.customers is not None else None
    whole = slots.get("scope") == "customer" and bool(work.customer_id) and _proven(work)
    request = ErasureRequest(
        request_id=request_id_of(work.conversation.id, work.said),
        conversation_id=work.conversation.id,
        customer_id=work.customer_id if whole else "",
    )
    try:
        if erasures is None or work.customers is None:
            raise StoreUnavailable("this installation takes no requests for erasure")
        await work.customers.in_thread(lambda: erasures.note(request))
    except StoreUnavailable:
        log.exception("an erasure asked for in %s was not noted", work.conversation.id)
        work.acts.append(Apologise(about="erase_failed"))
        return
    title = work.phrases.say("names.profile")
    source = Citation(kind="profile", id=request.request_id, title=title, quote=request.request_id)
    work.acts.append(Inform(about="erase_noted", values={"request": request.request_id}, citations=(source,)))


def _proven(work: Work) -> bool:
    return work.conversation.proven and work.conversation.customer_id == work.customer_id


def _rules(work: Work) -> ConsentRules:
    return work.customers.consents.rules if work.customers and work.customers.consents else ConsentRules()


def _purposes(named: str, rules: ConsentRules) -> tuple[Purpose, ...]:
    if named == "everything":
        return rules.opt_out
    return rules.do_not_sell if named == "sale" else tuple(one for one in PURPOSES if one == named)


def _named(work: Work, purposes: Sequence[Purpose]) -> str:
    return work.phrases.listed([work.phrases.say(f"privacy.purposes.{one}") for one in purposes])
