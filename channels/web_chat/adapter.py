"""The web chat: a page of its own or the widget on any site. It speaks the wire protocol; `page_channel` is its Channel."""

from __future__ import annotations

from channels.channel import Capabilities

WEB_CHAT = Capabilities(name="web", buttons=None, hears=True, speaks=True)
