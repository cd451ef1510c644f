"""Hello, thanks, and what this assistant is and is not."""

from __future__ import annotations

from assistant.answering.say_acts import Apologise, Greet, Inform, Refuse
from assistant.events import Citation, QuickReply
from assistant.flows.knowing import known
from assistant.flows.work import Work
from assistant.understanding.commands import Greet as Greeted
from assistant.understanding.commands import Unclear


def _starters(work: Work) -> tuple[QuickReply, ...]:
    return tuple(work.phrases.reply(name) for name in ("find", "track", "returns"))


def _person(work: Work) -> tuple[QuickReply, ...]:
    return (work.phrases.reply("person"),)


async def greet(work: Work, command: Greeted) -> None:
    name = f"greet_{command.kind}"
    again = any(line.who == "assistant" for line in work.conversation.transcript)
    if command.kind == "hello" and again:
        name = "greet_hello_again"
    replies: tuple[QuickReply, ...] = ()
    if command.kind == "assortment":
        await _assortment(work)
        return
    if command.kind in ("hello", "what_can_you_do") and not again:
        replies = _starters(work)
    elif command.kind in ("complaint", "abuse", "distress"):
        work.offer("talk_to_human")
        replies = _person(work)
    if command.kind == "distress":
        _help_in_a_crisis(work, replies)
        return
    if command.kind == "hello" and await _greeted_by_name(work, again, replies):
        return
    work.acts.append(Greet(about=name, quick_replies=replies))


def _help_in_a_crisis(work: Work, replies: tuple[QuickReply, ...]) -> None:
    lines = work.phrases.say("names.crisis_lines")
    source = Citation(kind="policy", id="crisis-lines", title=work.phrases.say("names.crisis"), quote=lines)
    work.acts.append(Greet(about="greet_distress", values={"lines": lines}, citations=(source,), quick_replies=replies))


async def _greeted_by_name(work: Work, again: bool, replies: tuple[QuickReply, ...]) -> bool:
    """Whoever is signed in, by their first name; not where others can see it."""
    who = None if again or work.public else await known(work)
    if who is None or not who.customer.first_name:
        return False
    name = who.customer.first_name
    quote = work.phrases.say("names.first_name", name=name)
    source = Citation(kind="profile", id=who.customer.id, title=work.phrases.say("names.profile"), quote=quote)
    named = Greet(about="greet_hello_named", values={"first_name": name}, citations=(source,), quick_replies=replies)
    work.acts.append(named)
    return True


async def _assortment(work: Work) -> None:
    departments = await work.knowledge.departments()
    lines = tuple(
        work.phrases.pair(name, work.phrases.listed([leaf.lower() for leaf in leaves])) for name, leaves in departments
    )
    replies = tuple(
        work.phrases.reply("department", name=name, leaf=leaves[0].lower())
        for name, leaves in departments[:4]
        if leaves
    )
    work.acts.append(Inform(about="assortment", lines=lines, quick_replies=replies))


async def unclear(work: Work, command: Unclear) -> None:
    match command.kind:
        case "off_topic":
            work.acts.append(Refuse(about="off_topic"))
        case "not_yours":
            work.acts.append(Refuse(about="not_yours"))
        case "instructions":
            work.acts.append(Refuse(about="instructions_ignored"))
        case "cannot":
            work.offer("talk_to_human")
            work.acts.append(
                Refuse(
                    about="cannot", values={"what": work.phrases.incapable(command.text)}, quick_replies=_person(work)
                )
            )
        case "unclear":
            not_understood(work)


def not_understood(work: Work) -> None:
    last = next((line.text for line in reversed(work.conversation.transcript) if line.who == "assistant"), "")
    if work.voice.has_said("unclear", last) or work.voice.has_said("unclear_again", last):
        work.offer("talk_to_human")
        work.acts.append(Apologise(about="unclear_again", quick_replies=_person(work)))
    else:
        work.acts.append(Apologise(about="unclear", quick_replies=_starters(work)))
