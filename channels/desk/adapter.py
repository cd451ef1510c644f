"""The agents' desk: it sees all of a conversation, what is for agents only included."""

from __future__ import annotations

from channels.channel import Capabilities

DESK = Capabilities(name="desk", buttons=None)
