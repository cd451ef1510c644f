"""What the shop's assistant knows of the customer: shown with its source, forgotten after a yes, noted when it is said.

Above: `carrying_out`, `choosing`. Below: `knowing`, customers, the session's own customer alone.
"""

from __future__ import annotations

from typing import Final

from assistant.answering.say_acts import AskConfirmation, Inform
from assistant.context import Told
from assistant.customers import Known
from assistant.events import Citation, CustomerIdentified
from assistant.flows.knowing import consents_here, forget_here, known, may, note, standing, traits
from assistant.flows.privacy_choices import TOPICS, privacy_wish
from assistant.flows.quoting import meaningful
from assistant.flows.track_order import ask_identity, items_of
from assistant.flows.work import Work
from assistant.memories import EVERYTHING, FORGET, TALK
from assistant.shops.records import Order
from assistant.understanding.commands import StartFlow
from assistant.understanding.preference_words import TRAITS, preferences

_TALKS_SHOWN: Final = 2
_ORDERS_SHOWN: Final = 3
_NOTES_LOOKED_AT: Final = 12
_TALK_SHOWN: Final = 120
"""Characters of an earlier conversation: enough to know it again."""
_SIZES: Final = ("shoe size", "clothing size")


async def my_data(work: Work, command: StartFlow) -> None:
    if command.topic in TOPICS:
        await privacy_wish(work, command)
    elif work.public:
        work.acts.append(Inform(about="mine_public"))
    elif command.topic == "forget":
        await _ask_to_forget(work, command)
    elif command.topic == "told":
        await _noted(work, command)
    elif command.topic == "bought":
        await _bought(work, command.words)
    elif command.topic == "said":
        await _said(work, command.words)
    else:
        await show_mine(work)


async def show_mine(work: Work) -> None:
    """Line by line, each with where it comes from."""
    who = await known(work, "asked")
    told = await traits(work, *TRAITS, purpose="asked")
    lines = [*(_profile(work, who) if who else ()), *(_trait_line(work, one) for one in told)]
    if who:
        lines += _talks(work, who)
    if not lines:
        ask_identity(work, "my_data")
        work.acts.insert(len(work.acts) - 1, Inform(about="mine_nothing"))
        return
    about = "mine_shown" if who else "mine_shown_here"
    quoted = Citation(
        kind="profile", id=work.customer_id or "here", title=work.phrases.say("names.profile"), quote="; ".join(lines)
    )
    replies = (work.phrases.reply("forget_all"),) if told or (who and who.conversations) else ()
    work.acts.append(Inform(about=about, lines=tuple(lines), citations=(quoted,), quick_replies=replies))


async def _bought(work: Work, thing: str) -> None:
    """ "Did I ever order a tent?": the orders that hold one, newest first, by words and by meaning."""
    who = await known(work, "asked")
    if work.customers is None or who is None:
        ask_identity(work, "list_orders")
        return
    found = await work.customers.find(who.customer.id, thing, k=_NOTES_LOOKED_AT, here=consents_here(work))
    held = {one.id.removeprefix("order:") for one in found if one.id.startswith("order:")}
    wanted = meaningful(thing)
    orders = [order for order in who.orders if order.id in held and _holds(order, wanted)]
    if not orders:
        work.acts.append(Inform(about="bought_nothing", values={"what": thing}))
        return
    shown = orders[:_ORDERS_SHOWN]
    titles = {order.id: [line.title for line in order.lines if wanted & meaningful(line.title)] for order in shown}
    lines = tuple(_bought_line(work, order, titles[order.id]) for order in shown)
    sources = tuple(
        Citation(kind="order", id=order.id, title=work.phrases.say("names.order", order=order.id), quote=line)
        for order, line in zip(shown, lines, strict=True)
    )
    work.acts.append(Inform(about="bought", values={"what": thing}, lines=lines, citations=sources))
    work.know(order=shown[0].id, topic="orders")


def _holds(order: Order, wanted: set[str]) -> bool:
    return any(wanted & meaningful(line.title) for line in order.lines)


def _bought_line(work: Work, order: Order, titles: list[str]) -> str:
    phrases = work.phrases
    day = phrases.day(order.placed_at.date(), today=work.today()) if order.placed_at else ""
    when = phrases.say("mine.ordered_on", day=day) if day else ""
    return phrases.say("mine.bought", titles=phrases.listed(titles), order=order.id, when=when)


async def _said(work: Work, about: str) -> None:
    """ "What did we say about tents?": of earlier conversations and of what they said of themselves."""
    who = await known(work, "asked")
    if work.customers is None or who is None:
        ask_identity(work, "my_data")
        return
    found = await work.customers.find(who.customer.id, about, k=_NOTES_LOOKED_AT, here=consents_here(work))
    weak = _weakly_known(work)
    notes = [one for one in found if one.as_of and one.id != "profile" and not one.id.startswith("order:")]
    notes = [
        one
        for one in notes
        if not (weak and one.id.startswith(f"{TALK}:")) and not one.id.endswith(work.conversation.id)
    ]
    phrases = work.phrases
    lines = tuple(
        phrases.say(
            "mine.talk",
            day=phrases.day(one.as_of.date(), today=work.today()),
            words=phrases.say("forms.quoted", text=_shortened(one.text)),
        )
        for one in notes[:_TALKS_SHOWN]
        if one.as_of
    )
    if not lines:
        work.acts.append(Inform(about="said_nothing", values={"what": about}))
        return
    source = Citation(kind="profile", id=work.customer_id, title=phrases.say("names.profile"), quote="; ".join(lines))
    work.acts.append(Inform(about="said_before", values={"what": about}, lines=lines, citations=(source,)))


def _weakly_known(work: Work) -> bool:
    """By an e-mail, or a name and a zip code, which others may know: what was said in confidence stays so."""
    now = [fact.method for _, fact in work.live.facts if isinstance(fact, CustomerIdentified)]
    if not now and work.conversation.proven:
        return False
    return (now[-1] if now else work.conversation.identified_by) in ("email", "name_and_zip")


def _profile(work: Work, who: Known) -> tuple[str, ...]:
    """Name and orders. What may open an account elsewhere (e-mail, address, ways to pay) is not read out."""
    phrases = work.phrases
    name = phrases.say("mine.name", name=f"{who.customer.first_name} {who.customer.last_name}".strip())
    if not who.orders:
        return (name, phrases.say("mine.kept_private"))
    latest = who.orders[0]
    orders = phrases.say("mine.orders", count=len(who.orders), order=latest.id, items=items_of(latest, phrases))
    return (name, orders, phrases.say("mine.kept_private"))


def _trait_line(work: Work, one: Told) -> str:
    phrases = work.phrases
    words = phrases.say("forms.quoted", text=one.words)
    day = phrases.day(one.at.date(), today=work.today())
    line = phrases.say("mine.told", trait=_trait(work, one), words=words, day=day)
    return line[:1].upper() + line[1:]


def _trait(work: Work, one: Told) -> str:
    return work.phrases.say(f"mine.traits.{one.trait.replace(' ', '_')}", value=one.value)


def _talks(work: Work, who: Known) -> list[str]:
    phrases = work.phrases
    if _weakly_known(work):
        return []
    earlier = [one for one in who.conversations if one.conversation != work.conversation.id][:_TALKS_SHOWN]
    return [
        phrases.say(
            "mine.talk",
            day=phrases.day(one.at.date(), today=work.today()),
            words=phrases.say("forms.quoted", text=_shortened(one.words)),
        )
        for one in earlier
    ]


def _shortened(words: str) -> str:
    return words if len(words) <= _TALK_SHOWN else f"{words[:_TALK_SHOWN].rsplit(' ', 1)[0]}…"


async def _noted(work: Work, command: StartFlow) -> None:
    """The turn has taken it in already, unless it was said in another language than English; this says so."""
    known_already = {(one.trait, one.value) for one in work.context.told}
    if any((one.trait, one.value) not in known_already for one in preferences(command.words)):
        said = next((line.text for line in work.conversation.transcript if line.seq == work.said), "")
        note(work, command.words, said=said)
    found = [
        Told(trait=one.trait, value=one.value, words=one.words, at=work.now()) for one in preferences(command.words)
    ]
    what = work.phrases.listed([_trait(work, one) for one in standing(found)])
    lasts = work.customer_id and work.customers and await may(work, "memory")
    about = "mine_noted" if lasts else "mine_noted_here"
    quote = Citation(kind="profile", id="told", title=work.phrases.say("names.profile"), quote=what)
    work.acts.append(Inform(about=about, values={"what": what}, citations=(quote,)))


async def _ask_to_forget(work: Work, command: StartFlow) -> None:
    """What would go is named, and only a yes makes it go."""
    trait = command.change or EVERYTHING
    meant = await _meant(work, trait, command.words)
    if not meant and trait not in (EVERYTHING, TALK):
        work.acts.append(Inform(about="forget_nothing"))
        return
    if trait in (EVERYTHING, TALK) and not await _anything(work):
        work.acts.append(Inform(about="forget_nothing"))
        return
    what = _named(work, trait, meant)
    given = meant[0] if len(meant) == 1 else None
    work.offer("forget_mine", trait=given.trait if given else trait, value=given.value if given else "")
    quote = Citation(kind="profile", id="told", title=work.phrases.say("names.profile"), quote=what)
    replies = (work.phrases.reply("yes_forget"), work.phrases.reply("no"))
    work.acts.append(
        AskConfirmation(about="forget_ask", values={"what": what}, citations=(quote,), quick_replies=replies)
    )


async def _meant(work: Work, trait: str, words: str) -> tuple[Told, ...]:
    """Of what is kept: those of that trait, and where the words name one of them that alone."""
    if trait in (EVERYTHING, TALK):
        return ()
    kept = await traits(work, *(_SIZES if trait == "size" else (trait,)), purpose="asked")
    named = tuple(one for one in kept if one.value.casefold() in words.casefold())
    return named or kept


async def _anything(work: Work) -> bool:
    who = await known(work, "asked")
    return bool(
        work.context.told or (who and (who.preferences or who.conversations)) or (who and work.conversation.transcript)
    )


def _named(work: Work, trait: str, meant: tuple[Told, ...]) -> str:
    if meant:
        return work.phrases.listed([_trait(work, one) for one in meant])
    return work.phrases.say("mine.talks" if trait == TALK else "mine.everything")


async def forget_mine(work: Work, trait: str, value: str) -> None:
    """After the yes. The call stands in the log, so that what is made anew from it leaves this out, too."""
    if work.public:
        work.acts.append(Inform(about="mine_public"))
        return
    who = await known(work, "asked")
    wanted = _SIZES if trait == "size" else (trait,)
    for one in wanted:
        forget_here(work, one, value)
        if work.customers is not None and who is not None:
            forgetting = work.customers.forget(who.customer.id, one, value)
            await work.call(FORGET, {"trait": one, "value": value}, forgetting, lambda gone: {"forgotten": gone})
    work.known = None
    work.acts.append(Inform(about="forget_done"))
