"""What a text message can bear, by the network it goes through.

https://www.twilio.com/docs/messaging (1,600 characters a message, SMS and WhatsApp alike),
https://developers.facebook.com/docs/whatsapp/cloud-api/messages (reply buttons and lists). Above: `channels`, the carriers.
"""

from __future__ import annotations

from channels.channel import Buttons, Capabilities

SMS = Capabilities(
    name="text",
    streams_words=False,
    cards=False,
    longest_text=1_600,
    sms=True,
    markup="plain",
    pictures=False,
)
WHATSAPP = Capabilities(
    name="text",
    streams_words=False,
    cards=False,
    buttons=Buttons(most=3, longest_label=20, longest_text=1_024, most_rows=10, longest_row=24, longest_row_note=72),
    longest_text=4_096,
    markup="whatsapp",
    pictures=False,
    hears=True,
)
"""By Meta's own interface."""
WHATSAPP_BY_TWILIO = Capabilities(
    name="text",
    streams_words=False,
    cards=False,
    longest_text=1_600,
    markup="whatsapp",
    pictures=False,
    hears=True,
)
"""Buttons there need templates that are approved beforehand: numbers do."""
