"""CallCenter: takes a call that a carrier has brought: counts it, opens its conversation, talks, and lets it end well.

Above: `twilio`, `audio_socket`, `chan_websocket`, each of which brings a line. Below: the front door and the voice session.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import HTTPConnection

from assistant.errors import AssistantError
from assistant.events import ConversationId
from channels.call_center.caller import Caller
from channels.call_center.dialing import CallsNow, Dialer, TwilioDialer
from channels.call_center.keyed_codes import KeyedLine
from channels.call_center.phone_settings import PhoneSettings
from channels.call_center.spoken_codes import code_for_a_screen
from channels.call_center.tickets import Tickets
from channels.edge.auth import Grant
from channels.edge.limits import Connections, RateLimit
from channels.errors import CodesUnavailable, SpeechNotInstalled, TooMany, TransferCodeInvalid
from channels.front_door import FrontDoor
from channels.moving.moving import joined_by_number
from channels.voice.line import CallTransport
from model_serving.errors import ModelError

log = logging.getLogger(__name__)

LAST_WORD_SECONDS = 5.0
WITHHELD = 10
LOADING_SECONDS = 8.0
"""Twilio gives an announcement 15 s."""


class Talker(Protocol):
    async def __call__(
        self, line: CallTransport, *, door: FrontDoor, grant: Grant, language: str = "", greet: bool = False
    ) -> None:
        """Until the line hangs up."""
        ...


@dataclass(slots=True, kw_only=True)
class CallCenter:
    """One for each app."""

    door: FrontDoor
    settings: PhoneSettings
    talk: Talker
    twilio_token: str = field(default="", repr=False)
    asterisk_secret: str = field(default="", repr=False)
    now: CallsNow = field(default_factory=CallsNow)
    tickets: Tickets = field(init=False)
    callers: RateLimit = field(init=False)
    withheld: RateLimit = field(init=False)
    """Of numbers that are not shown: they cannot be told apart, so they count together."""
    lines: Connections = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self.tickets = Tickets(seconds=settings.ticket_seconds)
        each, together = settings.calls_per_minute, WITHHELD * settings.calls_per_minute
        self.callers = RateLimit("calls", per_minute=each, at_once=each)
        self.withheld = RateLimit("calls", per_minute=together, at_once=together)
        self.lines = Connections(most=settings.calls, most_of_one=1)

    def twilio_key(self, algorithm: str) -> str:
        """What a request is signed with; "": this server takes no calls of Twilio."""
        shared = self.settings.twilio_shared_key
        if algorithm == "HMAC_SHA256" and shared is not None and self.twilio_token:
            return shared.get_secret_value()
        return self.twilio_token

    @property
    def dialer(self) -> Dialer:
        settings = self.settings
        return TwilioDialer(account=settings.twilio_account_sid, token=self.twilio_token, url=settings.twilio_url)

    @property
    def busy(self) -> bool:
        return self.lines.total >= self.settings.calls

    def count(self, caller: Caller) -> None:
        """Raises TooMany."""
        (self.callers if caller.number else self.withheld).take(caller.number, time.monotonic())
        if self.busy:
            raise TooMany("calls", retry_after=30)

    async def check_speech(self) -> None:
        """Before a call is answered, so that it rings while the engines load, and a caller never hears a dead line.

        Raises SpeechNotInstalled, ModelError. Engines that take longer than `LOADING_SECONDS` are not waited for here.
        """
        speech = self.door.product.speech
        if speech is None:
            raise SpeechNotInstalled
        with suppress(TimeoutError):
            async with asyncio.timeout(LOADING_SECONDS):
                await speech.detector()

    async def take(self, line: CallTransport, caller: Caller) -> None:
        """Until either side hangs up. Never raises for what a call may bring: the line is hung up, and the log says why."""
        try:
            await self._take(line, caller)
        except TooMany as error:
            log.warning("a call was refused: %s", error)
        except (AssistantError, ModelError, SpeechNotInstalled) as error:
            log.error("a call could not be taken: %s", error)
        except Exception:  # a call's edge, as the socket's: AudioSocket has no ASGI server around it that would log
            log.exception("a call failed")
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD_SECONDS):
                    await line.hang_up()

    async def _take(self, line: CallTransport, caller: Caller) -> None:
        if self.busy:
            raise TooMany("calls", retry_after=30)
        known = await self._known(caller)
        locale = caller.locale or self.settings.locale
        conversation = known or (await self.door.assistant.start(channel="call", locale=locale))[0]
        self.door.product.expect(locale)
        began = time.monotonic()
        grant = Grant(conversation=conversation, channel="call")
        with self.lines.one(conversation), self.now.of(conversation, caller):
            keyed = KeyedLine(line, self._redeemed, lambda: self._code_for_a_screen(keyed, caller), talks=grant)
            await self._talk_on(keyed, grant, "" if known else locale)
        log.info("call of conversation %s ended after %.1f s", conversation, time.monotonic() - began)

    async def _talk_on(self, line: KeyedLine, grant: Grant, locale: str) -> None:
        """In the conversation that the call began, and in each that the caller goes on with."""
        ends = time.monotonic() + self.settings.longest_call_seconds
        language = locale.split("-")[0].lower()
        following: Grant | None = grant
        while following is not None:
            grant = line.talks = following
            try:
                await self._talk(line, grant, language, seconds=ends - time.monotonic())
            finally:
                await self._left(grant)
            following = line.goes_on
            if following is not None:
                await line.clear("")
                line.goes_on, language = None, ""  # in that conversation's own

    async def _known(self, caller: Caller) -> ConversationId | None:
        """The conversation in which this number was proven a short while ago."""
        try:
            return await joined_by_number(self.door, caller.number, channel="call", attestation=caller.attestation)
        except CodesUnavailable:
            return None

    async def _code_for_a_screen(self, line: KeyedLine, caller: Caller) -> bytes:
        return await code_for_a_screen(self.door, line.talks, caller, line.rate)

    async def _redeemed(self, code: str) -> Grant | None:
        """The conversation that a page gave this code for."""
        try:
            conversation = await self.door.product.in_thread(self.door.transfer_codes.redeem_keys, code)
            await self.door.assistant.join(conversation, "call")
        except (TransferCodeInvalid, CodesUnavailable, AssistantError) as error:
            log.info("a code that was keyed in opened nothing: %s", type(error).__name__)
            return None
        return Grant(conversation=conversation, channel="call")

    async def _talk(self, line: CallTransport, grant: Grant, language: str, *, seconds: float) -> None:
        """Ended by the line, by the longest call, or by the server's own end."""
        talking = asyncio.ensure_future(
            self.talk(line, door=self.door, grant=grant, language=language, greet=self.settings.greet)
        )
        stopping = asyncio.ensure_future(self.door.stopping.wait())
        try:
            await asyncio.wait(
                (talking, stopping),
                timeout=seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            ended = talking.done()
            for task in (talking, stopping):
                task.cancel()
            await asyncio.gather(talking, stopping, return_exceptions=True)
        if ended:
            talking.result()

    async def _left(self, grant: Grant) -> None:
        try:
            await self.door.assistant.leave(grant.conversation, "call")
        except AssistantError as error:
            log.warning("the end of a call could not be noted: %s", error)


def open_call_center(door: FrontDoor, settings: PhoneSettings, talk: Talker) -> CallCenter:
    """Raises OSError for a secret's file that cannot be read."""
    return CallCenter(
        door=door,
        settings=settings,
        talk=talk,
        twilio_token=settings.twilio_token(),
        asterisk_secret=settings.asterisk_password(),
    )


def call_center_of(connection: HTTPConnection) -> CallCenter:
    center = connection.app.state.call_center
    assert isinstance(center, CallCenter)
    return center
