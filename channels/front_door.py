"""FrontDoor: what every route needs, opened once for each app: the product, tokens, limits, transfer codes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Path
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from assistant.acts import Act
from assistant.assistant import Assistant
from assistant.authority import Decision, Role, Thing, permit
from assistant.events import ConversationId
from channels.acts import act_of
from channels.edge.admission import Admission
from channels.edge.auth import CustomerTokens, Grant, Tokens
from channels.edge.devices import Devices
from channels.edge.ended_tokens import EndedTokens
from channels.edge.limits import Connections, RateLimit
from channels.edge.network import network_of
from channels.edge.rechecks import Rechecks
from channels.errors import NotAllowed, OwnDeviceNeeded
from channels.guesses import Guesses
from channels.moving.departures import Departures
from channels.moving.transfer import TransferCodes
from channels.ports import Product
from channels.privacy import PUBLIC, ScreenedAssistant
from channels.sending.messengers import Messengers
from channels.settings import ChannelSettings
from channels.shopfront.shelf import Shelf
from channels.shopfront.whereabouts import Whereabouts
from channels.socket_tickets import SocketTickets
from channels.voice.measures import VoiceMeasures
from channels.voice.turn_model import TurnModels
from channels.voice.voice_settings import VoiceSettings

bearer = HTTPBearer(
    auto_error=False, scheme_name="conversation_token", description="The token that starting a conversation gave."
)


@dataclass(slots=True, kw_only=True)
class FrontDoor:
    product: Product
    settings: ChannelSettings
    tokens: Tokens
    customer_tokens: CustomerTokens
    transfer_codes: TransferCodes
    departures: Departures
    ended: EndedTokens
    tickets: SocketTickets
    guesses: Guesses
    whereabouts: Whereabouts
    messages: RateLimit
    admission: Admission
    conversations: RateLimit
    opens: RateLimit
    connections: Connections
    devices: Devices
    shelf: Shelf
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    calls: VoiceMeasures = field(default_factory=VoiceMeasures)
    turn_models: TurnModels = field(init=False)
    rechecks: Rechecks = field(init=False)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set before that: not ready any more, though all still works, so that a load balancer looks elsewhere."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server goes: streams end, sockets close, and clients resume elsewhere."""
    proven_numbers: Callable[[str], Sequence[ConversationId]] = lambda number: ()
    """Where this number was proven by a code a short while ago, the latest first. Blocking."""
    messengers: Messengers | None = None
    """What can be sent out of the house."""
    screened: Assistant | None = None
    """In the assistant's place before a public screen (`seen_by`)."""

    def __post_init__(self) -> None:
        self.turn_models = TurnModels(self.voice.turn_model)
        self.rechecks = Rechecks(self.ended, self.product.in_thread)

    @property
    def assistant(self) -> Assistant:
        return self.screened or self.product.assistant

    def is_public(self, grant: Grant) -> bool:
        """Whether strangers look on there, and the shop minds."""
        return grant.channel in PUBLIC and self.settings.kiosk_personal_data == "phone"

    def role_of(self, grant: Grant) -> Role:
        return Role.SCREEN if self.is_public(grant) else Role.CUSTOMER

    def check(self, grant: Grant, act: Act, conversation: str) -> None:
        """Whether the token's holder may do that to this conversation. Raises NotAllowed, OwnDeviceNeeded."""
        thing = Thing.OWN if grant.conversation == conversation else Thing.FOREIGN
        decision = permit(self.role_of(grant), act, thing)
        if decision is Decision.OWN_DEVICE and thing is Thing.OWN:
            raise OwnDeviceNeeded
        if decision is not Decision.ALLOWED:
            raise NotAllowed

    def seen_by(self, grant: Grant) -> FrontDoor:
        """This door as that device may look through it: at a public screen without what is the customer's own."""
        if not self.is_public(grant):
            return self
        door = copy(self)
        door.screened = ScreenedAssistant(self.product.assistant)
        return door

    async def check_there(self, grant: Grant) -> None:
        """Raises NotAllowed for a token that was ended, and for a public screen that was left."""
        await self.rechecks.fresh()
        if self.ended.over(grant):
            raise NotAllowed
        if grant.channel in PUBLIC and await self.product.in_thread(self.departures.gone, grant.device):
            raise NotAllowed

    async def opened_by(self, key: str) -> Grant:
        """By a token, or once by a ticket in its place. Raises NotAllowed, CodesUnavailable."""
        try:
            grant = self.tokens.read(key)
        except NotAllowed:
            grant = self.tokens.grant_of(await self.product.in_thread(self.tickets.redeem, key))
        await self.check_there(grant)
        return grant

    def count_open(self, connection: HTTPConnection) -> None:
        """One more socket of that network. Raises TooMany."""
        self.opens.take(network_of(connection), time.monotonic())

    def count_message(self, grant: Grant) -> None:
        """Raises TooMany, Overloaded."""
        now = time.monotonic()
        self.messages.take(grant.conversation, now)
        assistant = self.product.assistant
        waits = assistant.is_answering(grant.conversation)
        self.admission.take(grant.conversation, answering=assistant.turns_running, waits=waits, now=now)


def front_door_of(connection: HTTPConnection) -> FrontDoor:
    door = connection.app.state.front_door
    assert isinstance(door, FrontDoor)
    return door


async def _door(connection: HTTPConnection) -> FrontDoor:
    """A coroutine, because a plain dependency would be run in a worker thread."""
    return front_door_of(connection)


Door = Annotated[FrontDoor, Depends(_door)]


async def _granted(
    connection: HTTPConnection,
    door: Door,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    conversation_id: Annotated[str, Path(max_length=128, description="From starting the conversation.")],
) -> Grant:
    if credentials is None:
        raise NotAllowed
    grant = door.tokens.read_for(credentials.credentials, conversation_id)
    await door.check_there(grant)
    door.check(grant, act_of(connection), conversation_id)
    return grant


Granted = Annotated[Grant, Depends(_granted)]


async def _seen(door: Door, grant: Granted) -> FrontDoor:
    return door.seen_by(grant)


Seen = Annotated[FrontDoor, Depends(_seen)]
"""The door as the device that asks may look through it."""
