"""Channel: what a way to talk to the shop must offer. Parsing and rendering are pure; delivering is the only I/O.

A channel is one folder: an `adapter.py` with its Capabilities and its Channel, beside its page or its webhooks. Below: the
assistant's events. Above: `page_channel`, `text_message`, `call_center`, `rendering`, which decides by Capabilities alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from assistant.events import ChannelName, Event

Raw = TypeVar("Raw", contravariant=True)
Inbound = TypeVar("Inbound", covariant=True)
Outbound = TypeVar("Outbound")

Markup = Literal["markdown", "whatsapp", "plain", "speech"]
"""What a text may bear: as the assistant writes it; WhatsApp's; nothing; nothing, and figures in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buttons:
    """What one message may offer to press. A limit of 0: none of that kind."""

    most: int = 0
    """Beside each other, under the text."""
    longest_label: int = 0
    longest_text: int = 0
    """Of the text above them; 0: as any message's."""
    most_rows: int = 0
    """In a list that opens, in place of buttons."""
    longest_row: int = 0
    longest_row_note: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What can be shown, said, pressed and heard there."""

    name: ChannelName
    streams_words: bool = True
    """A reply appears while it is written; otherwise it comes whole."""
    cards: bool = True
    """Cards are drawn, with their own buttons; otherwise the text alone bears what they hold."""
    buttons: Buttons | None = Buttons()
    """None: as many as there are, drawn by the channel's own page."""
    longest_text: int = 0
    """Characters of one message; 0: no limit."""
    sms: bool = False
    """One message is a few segments of the telephone network, and each character counts."""
    markup: Markup = "markdown"
    pictures: bool = True
    hears: bool = False
    """The customer may speak there."""
    speaks: bool = False
    screen: bool = True
    """The customer reads along: what is not said stands there."""
    types: bool = True
    """The customer has a keyboard."""
    public: bool = False
    """Strangers see and hear it: nothing personal there before the customer's own device has agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That something reached the other side. `seq` is the last event it covers; 0: it was none."""

    seq: int = 0
    id: str = ""
    """The other side's name for it, where it has one."""


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
        """Raises SlowReader or DeliveryFailed when the other side does not take it."""
        ...
