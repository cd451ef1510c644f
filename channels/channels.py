"""Every channel's Capabilities by name: what a place can show, say and take, and whether strangers look on.

Above: `page_channel`, `rendering`, what guards public screens. Below: each channel's own `adapter`.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.events import ChannelName
from channels.call_center.adapter import CALL
from channels.channel import Capabilities
from channels.desk.adapter import DESK
from channels.kiosk.adapter import KIOSK
from channels.mobile.adapter import MOBILE
from channels.text_message.capabilities import SMS
from channels.web_chat.adapter import WEB_CHAT

API = Capabilities(name="api", buttons=None, hears=True, speaks=True)
"""A program, which draws what it likes."""
CHANNELS: Mapping[ChannelName, Capabilities] = {
    each.name: each for each in (WEB_CHAT, MOBILE, KIOSK, CALL, DESK, SMS, API)
}


def capabilities_of(name: ChannelName) -> Capabilities:
    """Of "text" the least that a number may have: plain SMS."""
    return CHANNELS[name]
