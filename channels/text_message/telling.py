"""Telling: what a conversation's events mean for a phone that follows it: whose words go there, in which language (a pure fold).

Above: `text_following`, `adapter`. Below: the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.events import (
    AgentJoined,
    AssistantSaid,
    ChannelJoined,
    ChannelName,
    ConversationStarted,
    CustomerSaid,
    Event,
    TurnFailed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    locale: str = "en"
    language: str = ""
    """Of the last reply."""
    spoke_on: ChannelName | None = None
    """Where the customer spoke last, or came from last."""
    agents: Mapping[str, str] = field(default_factory=dict)

    @property
    def speaks(self) -> str:
        return self.language or self.locale.split("-")[0].lower()

    def applying(self, event: Event) -> Telling:
        match event.fact:
            case ConversationStarted(locale=locale):
                return replace(self, locale=locale)
            case CustomerSaid():
                return replace(self, spoke_on=event.channel)
            case ChannelJoined(channel=channel):
                return replace(self, spoke_on=channel)
            case AgentJoined(agent_id=agent, name=name):
                return replace(self, agents={**self.agents, agent: name})
            case AssistantSaid(language=language):
                return replace(self, language=language or self.language)
            case _:
                return self

    def concerns(self, event: Event) -> bool:
        """A reply goes where its question came from; what people at the desk say goes where the customer spoke last, for that
        is where they look. What customers say themselves they know."""
        if isinstance(event.fact, CustomerSaid):
            return False
        if isinstance(event.fact, AssistantSaid | TurnFailed):
            return "text" in (event.channel, self.spoke_on)
        return self.spoke_on == "text"
