"""aisle-client: a typed client of the wire protocol for apps in Python, tests and benches. It imports nothing else of Aisle.

    async with AisleClient("https://shop.example") as aisle:
        ticket = await aisle.start(locale="en")
        async with aisle.open(ticket, outbox=FileOutbox(Path("outbox"))) as conversation:
            reply = await conversation.ask("A tent for two under 300?")

`log` is the pure core (events -> transcript, cart, pending question, state_hash), `line` the sans-I/O machine of one
connection, `conversation` the shell. docs/clients.md tells more. Below: httpx and websockets.
"""

from .aisle import AisleClient
from .conversation import Conversation
from .errors import (
    AisleError,
    Closed,
    HistoryChanged,
    Problem,
    Rejected,
    Replaced,
    TokenRefused,
    Unreachable,
)
from .event_stream import EventStream, Feed
from .facts import Fact, fact_of
from .frames import Delta, Heard, Signal, Snapshot
from .line import Line, Outgoing
from .log import Line as TranscriptLine
from .log import Log, state_hash
from .outbox import FileOutbox, MemoryOutbox, Outbox
from .values import Accepted, Card, Cart, Event, Ticket, TransferCode, read_event

__all__ = [
    "Accepted",
    "AisleClient",
    "AisleError",
    "Card",
    "Cart",
    "Closed",
    "Conversation",
    "Delta",
    "Event",
    "EventStream",
    "Fact",
    "Feed",
    "FileOutbox",
    "Heard",
    "HistoryChanged",
    "Line",
    "Log",
    "MemoryOutbox",
    "Outbox",
    "Outgoing",
    "Problem",
    "Rejected",
    "Replaced",
    "Signal",
    "Snapshot",
    "Ticket",
    "TokenRefused",
    "TranscriptLine",
    "TransferCode",
    "Unreachable",
    "fact_of",
    "read_event",
    "state_hash",
]
