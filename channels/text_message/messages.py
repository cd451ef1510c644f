"""What comes and goes by text, whatever network it goes through (values). Above: the carriers, `texting`, `sending_texts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from channels.channel import Capabilities
from channels.rendering.rendered import Part

CarrierName = Literal["twilio", "meta"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A customer's number and the shop's own that they wrote to."""

    carrier: CarrierName
    customer: str
    """As the carrier writes it: "+15550123", "whatsapp:+15550123" (Twilio), "15550123" (Meta)."""
    shop: str
    """A number (Twilio), the id of one (Meta)."""

    @property
    def whatsapp(self) -> bool:
        return self.carrier == "meta" or self.customer.startswith("whatsapp:")

    @property
    def number(self) -> str:
        """The customer's, in E.164; "" where it is none (a short code, a sender's name)."""
        digits = self.customer.removeprefix("whatsapp:").removeprefix("+")
        return f"+{digits}" if digits.isascii() and digits.isdigit() and len(digits) > 5 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    kind: str
    """ "audio/ogg", "image/jpeg", "location" …"""
    address: str
    """Where it is fetched: an address at Twilio, an id at Meta; "" where there is nothing to fetch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A message of a customer."""

    id: str
    """The carrier's own: MessageSid, wamid."""
    line: Line
    text: str = ""
    button: str = ""
    """The id of the button that was pressed, as we gave it."""
    media: tuple[Media, ...] = ()
    locale: str = ""
    told: bool = False
    """The carrier has answered this STOP, START or HELP itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What has become of a message of ours."""

    id: str
    reference: str = ""
    """Ours, given with the message; "" where the carrier does not tell."""
    state: Literal["sent", "delivered", "read", "failed"]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to a customer."""

    line: Line
    part: Part
    reference: str
    """Ours; comes back with its status."""


class Carrier(Protocol):
    """A way to send texts. Every call ends within the settings' seconds."""

    name: CarrierName

    def capabilities(self, line: Line) -> Capabilities: ...

    async def send(self, message: Outgoing) -> str:
        """The carrier's id of it. Raises DeliveryFailed, Uncertain (it may have gone), OptedOut."""
        ...

    async def find(self, message: Outgoing, *, since: float) -> str | None:
        """The id of that message if the carrier has taken it since then (Unix time), "" if it has not; None where it cannot
        be asked. Raises DeliveryFailed."""
        ...

    async def fetch(self, media: Media, *, most: int) -> bytes:
        """Raises DeliveryFailed, TooLarge."""
        ...
