"""render: an event and a channel's Capabilities -> what goes out there; None where the customer is told nothing (pure).

Above: `text_message`, `voice.recorded`. Below: `written`, `spoken_reply`.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.events import (
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    ConversationClosed,
    Event,
    HandoffRequested,
    TurnFailed,
)
from channels.channel import Capabilities
from channels.rendering.phrases import phrase
from channels.rendering.rendered import Part, Rendered
from channels.rendering.spoken_reply import spoken_reply
from channels.rendering.written import messages_of, written
from channels.voice.breaks import breaks
from channels.voice.spoken import spoken


def render(
    event: Event, capabilities: Capabilities, *, language: str = "en", locale: str = "", agent: str = ""
) -> Rendered | None:
    """language: of what the event itself has no language for. locale: the conversation's. agent: the name of who speaks."""
    fact = event.fact
    if isinstance(fact, AssistantSaid):
        reply = _said_so_far(fact) if fact.interrupted and not capabilities.streams_words else fact
        if not reply.text.strip() and not reply.cards:
            return None
        if capabilities.markup == "speech":
            return spoken_reply(reply, capabilities, locale=locale)
        return written(reply, event.seq, capabilities, locale=locale)
    text = _told(event, language, agent)
    if not text:
        return None
    if capabilities.markup == "speech":
        return Rendered(parts=(Part(text=spoken(text, language=language, screen=capabilities.screen)),))
    return Rendered(parts=tuple(Part(text=message) for message in messages_of(text, capabilities, language)))


def _said_so_far(reply: AssistantSaid) -> AssistantSaid:
    """The whole sentences of a reply that was cut off, for who would see it as if it were finished."""
    start = reply.text.rfind("\n") + 1
    ends = [each.at for each in breaks(reply.text[start:], reply.language, ended=True) if each.kind == "sentence"]
    text = reply.text[: start + max(ends)] if ends else reply.text[:start]
    return replace(reply, text=text.strip(), cards=(), quick_replies=())


def _told(event: Event, language: str, agent: str) -> str:
    match event.fact:
        case TurnFailed(text=text):
            return text
        case AgentSaid(text=text):
            return f"{agent}: {text}" if agent else text
        case AgentJoined(name=name):
            return phrase("agent_joined", language, name=name)
        case AgentLeft(name=name):
            return phrase("agent_left", language, name=name)
        case HandoffRequested(to_name=name) if event.actor.kind == "agent":
            return phrase("passed_to" if name else "passed_on", language, name=name)
        case ConversationClosed():
            return phrase("closed", language)
        case _:
            return ""
