"""The kiosk: a screen in the store, before strangers. It speaks the wire protocol; `page_channel` is its Channel."""

from __future__ import annotations

from channels.channel import Capabilities

KIOSK = Capabilities(name="kiosk", buttons=None, hears=True, speaks=True, types=False, public=True)
