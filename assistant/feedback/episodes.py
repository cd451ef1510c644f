"""Episodes: a customer's message in words, what was searched for it and the reply, read off the log (pure).

Above: `candidates`. Below: events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.analytics.conversation_facts import SEARCH
from assistant.events import AssistantSaid, Card, Citation, CustomerSaid, Event, ToolCalled, ToolReturned

Speaker = Literal["customer", "assistant", "agent", "draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    who: Speaker
    text: str


@dataclass(slots=True, kw_only=True)
class Episode:
    event: Event
    """The customer's message."""
    said: str
    reply: str = ""
    reply_seq: int = 0
    """0: there was none yet."""
    intents: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    searched: str = ""
    missed: str = ""
    """Words of a search that found nothing, or not the thing itself."""
    _wanted: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Line, ...]:
        said = Line(who="customer", text=self.said)
        return (said, Line(who="assistant", text=self.reply)) if self.reply else (said,)


def episodes_of(events: Sequence[Event]) -> tuple[Episode, ...]:
    """Buttons are no episodes: their words are ours."""
    found: list[Episode] = []
    for event in events:
        if isinstance(event.fact, CustomerSaid) and event.fact.action is None:
            found.append(Episode(event=event, said=event.fact.text))
        elif found:
            _take(found[-1], event)
    return tuple(found)


def _take(episode: Episode, event: Event) -> None:
    match event.fact:
        case ToolCalled(name=name, arguments=arguments, call_id=call_id) if name == SEARCH:
            need = arguments.get("need")
            episode._wanted[call_id] = str(need.get("text", "")) if isinstance(need, Mapping) else ""
        case ToolReturned(name=name, result=result, error=None, call_id=call_id) if name == SEARCH:
            _searched(episode, episode._wanted.pop(call_id, ""), result)
        case AssistantSaid() as reply if not episode.reply_seq:
            episode.reply, episode.reply_seq = reply.text, event.seq
            episode.intents, episode.cards, episode.citations = reply.intents, reply.cards, reply.citations
        case _:
            pass


def _searched(episode: Episode, wanted: str, result: object) -> None:
    if not isinstance(result, Mapping):
        return
    missing = " ".join(map(str, result.get("missing") or ()))
    episode.searched = wanted
    episode.missed = missing or ("" if result.get("products") else wanted)
