"""The phone: heard and spoken, nothing to look at. Its lines are CallTransports (`voice.line`)."""

from __future__ import annotations

from channels.channel import Capabilities

CALL = Capabilities(
    name="call",
    cards=False,
    markup="speech",
    pictures=False,
    hears=True,
    speaks=True,
    screen=False,
    types=False,
)
