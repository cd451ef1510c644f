"""What the shop's assistant knows of the customer: shown with its source, forgotten after a yes, noted when it is said.

Above: `carrying_out`, `choosing`. Below: `knowing`, customers, the session's own customer alone.
"""

from __future__ import annotations

from typing import Final

from assistant.answering.say_acts import AskConfirmation, Inform
from assistant.context import Told
from assistant.customers import Known
from assistant.events import Citation
from assistant.flows.knowing import forget_here, known, standing, traits
from assistant.flows.track_order import ask_identity, items_of
from assistant.flows.work import Work
from assistant.memories import EVERYTHING, FORGET, TALK
from assistant.understanding.commands import StartFlow
from assistant.understanding.preference_words import TRAITS, preferences

_TALKS_SHOWN: Final = 2
_TALK_SHOWN: Final = 120
"""Characters of an earlier conversation: enough to know it again."""
_SIZES: Final = ("shoe size", "clothing size")


async def my_data(work: Work, command: StartFlow) -> None:
    if work.public:
        work.acts.append(Inform(about="mine_public"))
    elif command.topic == "forget":
        await _ask_to_forget(work, command)
    elif command.topic == "told":
        _noted(work, command)
    else:
        await show_mine(work)


async def show_mine(work: Work) -> None:
    """Line by line, each with where it comes from."""
    who = await known(work)
    told = await traits(work, *TRAITS)
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


def _noted(work: Work, command: StartFlow) -> None:
    """The turn has taken it in already; this says so."""
    found = [
        Told(trait=one.trait, value=one.value, words=one.words, at=work.now()) for one in preferences(command.words)
    ]
    what = work.phrases.listed([_trait(work, one) for one in standing(found)])
    about = "mine_noted" if work.customer_id and work.customers else "mine_noted_here"
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
    kept = await traits(work, *(_SIZES if trait == "size" else (trait,)))
    named = tuple(one for one in kept if one.value.casefold() in words.casefold())
    return named or kept


async def _anything(work: Work) -> bool:
    who = await known(work)
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
    wanted = _SIZES if trait == "size" else (trait,)
    for one in wanted:
        forget_here(work, one, value)
        if work.customers is not None and work.customer_id:
            forgetting = work.customers.forget(work.customer_id, one, value)
            await work.call(FORGET, {"trait": one, "value": value}, forgetting, lambda gone: {"forgotten": gone})
    work.known = None
    work.acts.append(Inform(about="forget_done"))
