"""What is known of the customer in this turn: said just now, said before, bought. Nothing for whoever is not known, beyond
this conversation; nothing at all on a screen that others can see; and for each purpose only what the customer lets it be used for.

Above: flows that greet, find and recommend. Below: `Work`, customers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Literal

from assistant.context import Told
from assistant.customers import Known
from assistant.errors import AccessDenied, ShopUnavailable, StoreUnavailable
from assistant.events import PURPOSES, ConsentChanged, CustomerIdentified, Purpose
from assistant.flows.work import Work
from assistant.memories import EVERYTHING, TALK, Memory, of_talk
from assistant.privacy.consents import changes_of
from assistant.privacy.purposes import ConsentRules, permits, region_of_locale
from assistant.shops.records import CustomerId
from assistant.understanding.preference_words import SINGLE, preferences

log = logging.getLogger(__name__)

_LONGEST_QUOTE = 200
Wanted = Purpose | Literal["asked"]


async def known(work: Work, purpose: Wanted = "personalisation") -> Known | None:
    """Read once a turn; None for whoever is not identified or no customer of the shop, and where none is kept or can be read,
    or it is not to be used for that. "asked": the customer asks about their own."""
    if work.customers is None or not work.customer_id:
        return None
    if work.known is None or work.known.customer.id != work.customer_id:
        try:
            work.known = await work.customers.known(work.customer_id, here=consents_here(work))
        except AccessDenied:
            return None
        except (ShopUnavailable, StoreUnavailable):
            log.exception("customer context cannot be read now")
            return None
    return work.known if purpose == "asked" or work.known.permits.may(purpose) else None


def consents_here(work: Work) -> Mapping[str, bool]:
    """What was chosen in this conversation, in this turn too."""
    now: dict[str, bool] = {fact.purpose: fact.given for _, fact in work.live.facts if isinstance(fact, ConsentChanged)}
    return {**work.conversation.consents, **now}


async def may(work: Work, purpose: Purpose) -> bool:
    """Whether this turn may use what it knows for that, of whoever it is with."""
    who = await known(work, "asked")
    if who is not None:
        return who.permits.may(purpose)
    rules = work.customers.consents.rules if work.customers and work.customers.consents else ConsentRules()
    region = region_of_locale(work.conversation.locale)
    return permits(rules, region=region, here=consents_here(work)).may(purpose)


async def traits(work: Work, *names: str, purpose: Wanted = "personalisation") -> tuple[Told, ...]:
    """What they have said of themselves, now or before, newest first; nothing in public."""
    if work.public or work.customers is None or not (purpose == "asked" or await may(work, purpose)):
        return ()
    now = [one for one in reversed(work.context.told) if one.trait in names]
    who = await known(work, purpose) if work.customer_id else None
    before = [told_of(one) for one in who.preferences if one.trait in names] if who else []
    return standing([*now, *before])


def standing(told: Iterable[Told]) -> tuple[Told, ...]:
    """Given newest first: the last word on each thing."""
    kept: dict[tuple[str, str], Told] = {}
    for one in told:
        kept.setdefault((one.trait, "" if one.trait in SINGLE else one.value.casefold()), one)
    return tuple(kept.values())


def told_of(memory: Memory) -> Told:
    return Told(trait=memory.trait, value=memory.value, words=memory.words, at=memory.at)


def note(work: Work, text: str, *, said: str = "") -> None:
    """Takes in what a message says of its writer. `said`: the customer's own words, where the text is English for them."""
    found = tuple(
        Told(trait=one.trait, value=one.value, words=said[:_LONGEST_QUOTE] or one.words, at=work.now())
        for one in preferences(text)
    )
    if found:
        work.know(told=tuple(reversed(standing(reversed((*work.context.told, *found))))))


async def carry_over(work: Work) -> None:
    """Who says in this turn who they are keeps, everywhere, what they turned off before it. Raises StoreUnavailable."""
    now = any(isinstance(fact, CustomerIdentified) for _, fact in work.live.facts)
    here = consents_here(work)
    off: dict[Purpose, bool] = {one: False for one in PURPOSES if here.get(one) is False}
    if now and off and work.customers is not None and work.customers.consents is not None:
        changes = changes_of(off, notice=work.customers.consents.rules.notice)
        await work.customers.consents.keep(work.customer_id, changes, conversation=work.conversation.id, proven=False)


async def keep(work: Work) -> None:
    """At a turn's end: what a known customer has said in this conversation is kept beyond it, where they let it be. Raises
    StoreUnavailable."""
    if work.customers is None or not work.customer_id:
        return
    await carry_over(work)
    owner, conversation = CustomerId(work.customer_id), work.conversation.id
    said = [line.text for line in work.conversation.transcript if line.who == "customer"]
    talk = () if work.context.forgot_talk else of_talk(owner, conversation, said, work.now())
    told = (
        Memory(
            owner=owner,
            kind="preference",
            trait=one.trait,
            value=one.value,
            words=one.words,
            conversation=conversation,
            at=one.at,
        )
        for one in work.context.told
    )
    await work.customers.keep((*told, *talk), here=consents_here(work))


def forget_here(work: Work, trait: str, value: str) -> int:
    """Out of this conversation's context; how many things went."""
    left = tuple(one for one in work.context.told if not _means(trait, value, one))
    gone = len(work.context.told) - len(left)
    work.know(told=left, forgot_talk=work.context.forgot_talk or trait in (EVERYTHING, TALK))
    return gone


def _means(trait: str, value: str, one: Told) -> bool:
    return trait in (EVERYTHING, one.trait) and (not value or value.casefold() == one.value.casefold())
