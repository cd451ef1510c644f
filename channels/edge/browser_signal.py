"""Global Privacy Control: a browser that says `Sec-GPC: 1` has its customer's data used for less, without a click.

https://www.w3.org/TR/gpc/. Above: `rest`, `moving_rest`, which open conversations. Below: the privacy office.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection

from assistant.events import ChannelName, ConversationId
from assistant.privacy.consents import browser_says
from channels.front_door import FrontDoor

HEADER = "sec-gpc"


async def take_browsers_word(
    connection: HTTPConnection, door: FrontDoor, conversation: ConversationId, channel: ChannelName
) -> int:
    """What the signal turns off is off in this conversation, where nothing was chosen yet. The last seq; 0: nothing was said.

    Raises ConversationNotFound, StoreUnavailable."""
    office = door.product.privacy
    if office is None or connection.headers.get(HEADER, "").strip() != "1":
        return 0
    state = await door.assistant.state(conversation)
    said = browser_says(office.rules.consent, state.consents)
    return await door.assistant.moves.choose(conversation, said, channel=channel)
