"""Channel: what a way to talk to the shop must offer. Parsing and rendering are pure; delivering is the only I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from assistant.events import ChannelName, Event

Raw = TypeVar("Raw", contravariant=True)
Inbound = TypeVar("Inbound", covariant=True)
Outbound = TypeVar("Outbound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What can be shown or heard there."""

    name: ChannelName
    streams_words: bool = True
    cards: bool = True
    quick_replies: bool = True
    speech: bool = False
    pictures: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That something reached the other side. `seq` is the last event it covers."""

    seq: int


class Channel(Protocol[Raw, Inbound, Outbound]):
    @property
    def capabilities(self) -> Capabilities: ...

    def parse(self, raw: Raw) -> Inbound:
        """Pure. Raises MalformedInbound."""
        ...

    def render(self, event: Event) -> Outbound:
        """Pure. What of the event this channel shows."""
        ...

    async def deliver(self, outbound: Outbound) -> Receipt:
        """Raises SlowReader when the other side does not take it."""
        ...
