"""PageChannel: the Channel of all that speak the wire protocol themselves: the pages, the apps, programs.

What their customer may see of an event is decided here alone, for sockets, streams and HTTP. Above: `socket`, `stream`,
`rest`, `following`. Below: `frames`, `outbox`, and each channel's Capabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.events import ChannelName, Event
from channels.channel import Capabilities, Receipt
from channels.channels import capabilities_of
from channels.frames import AnyClientFrame, EventFrame, ServerFrame, decode, visible
from channels.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChannel:
    capabilities: Capabilities
    image_origins: Sequence[str] = ()
    """Whose pictures pages may show."""
    outbox: Outbox = field(default_factory=Outbox)

    def parse(self, raw: str | bytes) -> AnyClientFrame:
        """Raises MalformedInbound, UnknownFrame."""
        return decode(raw)

    def render(self, event: Event) -> EventFrame:
        return EventFrame(event=visible(event, self.image_origins))

    async def deliver(self, outbound: ServerFrame) -> Receipt:
        """Into the reader's own queue, which a task of its connection empties. Raises SlowReader."""
        await self.outbox.put(outbound)
        return Receipt(seq=int(outbound.event["seq"]) if isinstance(outbound, EventFrame) else 0)


def page_channel(name: ChannelName, image_origins: Sequence[str] = (), outbox: Outbox | None = None) -> PageChannel:
    """For one connection; without an outbox of the connection's it has its own."""
    return PageChannel(
        capabilities=capabilities_of(name), image_origins=image_origins, outbox=Outbox() if outbox is None else outbox
    )
