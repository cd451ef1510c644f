"""The mobile web app, and native apps after it. It speaks the wire protocol; `page_channel` is its Channel."""

from __future__ import annotations

from channels.channel import Capabilities

MOBILE = Capabilities(name="mobile", buttons=None, hears=True, speaks=True)
