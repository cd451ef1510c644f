"""TextChannel: the Channel of one customer's number: webhooks in, renderings out, by whichever carrier.

Above: `text_following`, `sending_texts`. Below: the carriers, `rendering`.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.events import AgentSaid, Event
from channels.channel import Capabilities, Receipt
from channels.rendering.rendered import Rendered, read_button_id
from channels.rendering.rendering import render
from channels.text_message.messages import Carrier, Inbound, Line, Outgoing
from channels.text_message.telling import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChannel:
    carrier: Carrier
    line: Line
    telling: Telling = Telling()  # noqa: RUF009  a value: frozen

    @property
    def capabilities(self) -> Capabilities:
        return self.carrier.capabilities(self.line)

    def parse(self, raw: Inbound) -> tuple[int, int] | None:
        """seq and number of the button that was pressed; None where none of ours was."""
        return read_button_id(raw.button)

    def render(self, event: Event) -> Rendered | None:
        if not self.telling.concerns(event):
            return None
        return self.shown(event)

    def shown(self, event: Event) -> Rendered | None:
        """Whether or not it is for this number."""
        fact, telling = event.fact, self.telling
        agent = telling.agents.get(fact.agent_id, "") if isinstance(fact, AgentSaid) else ""
        return render(event, self.capabilities, language=telling.speaks, locale=telling.locale, agent=agent)

    async def deliver(self, outbound: Outgoing) -> Receipt:
        """Raises DeliveryFailed, Uncertain, OptedOut."""
        return Receipt(seq=0, id=await self.carrier.send(outbound))
