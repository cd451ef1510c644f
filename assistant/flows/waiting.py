"""While they wait for a person: a call-back, a message, go on waiting, or back to the assistant. By button or in words.

A button's words are known in every language that we speak, so that a channel without buttons can say them. Above: `turn`.
Below: the office, which keeps what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from assistant.answering.say_acts import AskSlot, Inform
from assistant.answering.voices import LANGUAGES, load_voice
from assistant.context import Asked
from assistant.conversation import Unanswered
from assistant.desk.callbacks import CallBack
from assistant.events import SYSTEM, CallbackRequested, Citation, HandoffEnded, MessageLeft
from assistant.flows.talk_to_human import request, tell_outlook
from assistant.flows.work import Work

ACTIONS = ("request_callback", "leave_message", "keep_waiting", "back_to_assistant", "no_person")
PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{4,22}\d")
MOST_DIGITS, FEWEST_DIGITS = 15, 6
_TRIES = 2


async def while_waiting(work: Work, waiting: Unanswered) -> bool:
    """Whether the message was about that, and has been served."""
    if work.office is None:
        return False
    asked = work.context.asked
    action, arguments = _meant(work, waiting)
    if not action and asked is not None and waiting.said.action is None:
        if asked.flow == "leave_message":
            await _leave_message(work, {**asked.slots, "text": waiting.said.text})
            return True
        if asked.flow == "request_callback":
            return await _phone_given(work, asked, waiting.said.text)
    if not action:
        return False
    await _carry_out(work, action, arguments)
    return True


def _meant(work: Work, waiting: Unanswered) -> tuple[str, Mapping[str, Any]]:
    taken = waiting.said.action
    if taken is not None:
        return (taken.name, taken.arguments) if taken.name in ACTIONS else ("", {})
    said = _plain(waiting.said.text)
    action = _wordings().get(said, "")
    if not action and work.conversation.handoff is not None and len(said.split()) <= _SHORT:
        action = next((name for name, pattern in _IN_WORDS if pattern.search(said)), "")
    return action, {}


_SHORT = 10
"""Words of a message that says no more than what to do about the wait."""
_IN_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile("|".join(patterns)))
    for name, patterns in (
        (
            "request_callback",
            (
                r"\b(?:call|ring|phone) me\b|\bcall ?back\b|\bgive me a call\b",
                r"\b(?:rufen? sie|rufe?|ruft) mich\b|\bzurückrufen\b|\brückruf\b",
                r"\bll[aá]m[ea]\w*me\b|\bdevu\w+ la llamada\b",
                r"\brappel\w+\b",
            ),
        ),
        (
            "leave_message",
            (
                r"\b(?:leave|take|pass on) a message\b",
                r"\bnachricht hinterlassen\b|\bdejar un mensaje\b|\blaisser un message\b",
            ),
        ),
        (
            "keep_waiting",
            (
                r"\bi(?: ll| will| can)? (?:just |keep |go on )?wait(?:ing)?\b|\bhow long (?:will it|is it|does it)",
                r"\bhow long\b.{0,25}\b(?:wait|take|be|colleague|person|agent|someone|somebody)\b",
                r"\b(?:when|how soon) (?:will|does|is|can) (?:some\w+|a (?:person|human|colleague)|an agent|they|he|she)\b",
                r"\bich warte\b|\bwie lange\b",
                r"\b(?:espero|esperar[eé])\b|\bcu[aá]nto (?:hay que|tengo que|tardan?|falta|tiempo)\b",
                r"\bj attends\b|\bcombien de temps\b",
            ),
        ),
        (
            "back_to_assistant",
            (
                r"\b(?:never ?mind|forget) (?:the |about the )?(?:person|colleague|agent|human)\b",
                r"\b(?:do not|don t|dont) need (?:a |the )?(?:person|colleague|agent|human)(?: any ?more)?\b",
            ),
        ),
    )
)
"""Of the four languages, without punctuation."""


@cache
def _wordings() -> Mapping[str, str]:
    voices = [load_voice(language).phrases for language in LANGUAGES]
    replies = [(phrases.reply(action), action) for phrases in voices for action in ACTIONS]
    return {_plain(words): action for reply, action in replies for words in (reply.label, reply.text)}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower().replace("’", "'")).split())


async def _carry_out(work: Work, action: str, arguments: Mapping[str, Any]) -> None:
    match action:
        case "request_callback":
            await _request_callback(work, arguments)
        case "leave_message":
            await _leave_message(work, arguments)
        case "keep_waiting":
            await _keep_waiting(work)
        case "back_to_assistant":
            if work.conversation.handoff is not None:
                work.record(HandoffEnded(reason="back_to_assistant"), SYSTEM)
            work.acts.append(Inform(about="back_with_me"))
        case _:
            work.acts.append(Inform(about="no_person"))


async def _keep_waiting(work: Work) -> None:
    """For somebody who waits no more it is the wish for a person, anew."""
    assert work.office is not None
    if work.conversation.handoff is None:
        await request(work, work.office.rules.asked)
        return
    work.acts.append(Inform(about="keep_waiting"))
    outlook = await work.office.outlook(work.conversation)
    if outlook.open:
        tell_outlook(work, outlook)


async def _phone_given(work: Work, asked: Asked, text: str) -> bool:
    phone = phone_in(text)
    if phone:
        rest = " ".join(PHONE.sub(" ", text).split()).strip(" ,.;:")
        await _request_callback(work, {**asked.slots, "phone": phone, "when": asked.slots.get("when") or rest})
        return True
    if asked.tries >= _TRIES - 1 or not any(char.isdigit() for char in text):
        return False  # they speak of something else
    work.ask(Asked(slot="phone", flow="request_callback", slots=asked.slots, tries=asked.tries + 1))
    work.acts.append(AskSlot(about="callback_phone_again"))
    return True


async def _request_callback(work: Work, arguments: Mapping[str, Any]) -> None:
    assert work.office is not None
    phone, when, name = (_text(arguments, key) for key in ("phone", "when", "name"))
    if not phone_in(phone):
        work.ask(Asked(slot="phone", flow="request_callback", slots={"when": when, "name": name}))
        work.acts.append(AskSlot(about="callback_phone_again" if phone else "callback_ask_phone"))
        return
    entry = replace(_entry(work, "callback"), name=name, phone=phone_in(phone), wanted=when)
    await work.office.keep(entry)
    work.record(CallbackRequested(callback_id=entry.id, phone=entry.phone, when=when), SYSTEM)
    _end(work, "callback")
    source = Citation(kind="profile", id=entry.id, title=work.phrases.say("agent.phone"), quote=entry.phone)
    work.acts.append(Inform(about="callback_noted", values={"phone": entry.phone}, citations=(source,)))
    if when:
        work.acts.append(Inform(about="callback_noted_when", values={"when": when}))


async def _leave_message(work: Work, arguments: Mapping[str, Any]) -> None:
    assert work.office is not None
    text, contact = _text(arguments, "text", most=4_000), _text(arguments, "contact")
    if not text.strip():
        work.ask(Asked(slot="message", flow="leave_message", slots={"contact": contact}))
        work.acts.append(AskSlot(about="message_ask"))
        return
    entry = replace(_entry(work, "message"), text=text, contact=contact)
    await work.office.keep(entry)
    work.record(MessageLeft(message_id=entry.id, text=text, contact=contact), SYSTEM)
    _end(work, "message")
    work.acts.append(Inform(about="message_noted"))


def _entry(work: Work, kind: Literal["callback", "message"]) -> CallBack:
    """Its id is that of the message it comes from: a turn that is run again asks for nothing twice."""
    return CallBack(
        id=f"{kind}_{work.conversation.id}_{work.said}",
        kind=kind,
        conversation_id=work.conversation.id,
        customer_id=work.customer_id,
        language=work.phrases.language,
    )


def _end(work: Work, reason: Any) -> None:
    work.know(asked=None)
    if work.conversation.handoff is not None:
        work.record(HandoffEnded(reason=reason), SYSTEM)


def phone_in(text: str) -> str:
    """The first thing in it that can be called, else nothing."""
    for found in PHONE.finditer(text):
        digits = sum(char.isdigit() for char in found.group())
        if FEWEST_DIGITS <= digits <= MOST_DIGITS:
            return " ".join(found.group().split())
    return ""


def _text(arguments: Mapping[str, Any], name: str, *, most: int = 200) -> str:
    value = arguments.get(name)
    return value[:most] if isinstance(value, str) else ""
