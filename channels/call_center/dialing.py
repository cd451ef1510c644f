"""Giving a call on to a person's phone, where its carrier can be told to dial: Twilio's, by its REST API.

Twilio: the live call gets new TwiML, <Dial> with the agent's number, and leaves the assistant's stream
(https://www.twilio.com/docs/voice/tutorials/how-to-modify-calls-in-progress). Asterisk's AudioSocket and chan_websocket carry
sound alone: their dialplan would have to dial. Above: the desk. Below: httpx.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote
from xml.sax.saxutils import escape

import httpx

from assistant.events import ConversationId
from channels.call_center.caller import Caller
from channels.errors import ChannelError

SECONDS = 10.0


class NoCall(ChannelError):
    code = "no_call"

    def __init__(self) -> None:
        super().__init__("this conversation is on no call that this server carries")


class NoDialing(ChannelError):
    code = "no_dialing"

    def __init__(self) -> None:
        super().__init__(
            "the carrier of this call cannot be told to dial: Twilio's can, with AISLE_PHONE_TWILIO_ACCOUNT_SID"
        )


class DialingFailed(ChannelError):
    code = "dialing_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the carrier did not take the call over: {reason}")


class Dialer(Protocol):
    def can(self, caller: Caller) -> bool:
        """Whether this carrier has that call."""
        ...

    async def give_on(self, caller: Caller, to: str) -> None:
        """The caller's line rings `to` from here on. to: E.164, or a SIP address. Raises DialingFailed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioDialer:
    account: str
    token: str = field(repr=False)
    url: str = "https://api.twilio.com"
    seconds: float = SECONDS

    def can(self, caller: Caller) -> bool:
        return bool(self.account and self.token) and caller.call.startswith("CA")

    async def give_on(self, caller: Caller, to: str) -> None:
        inner = f"<Sip>{escape(to)}</Sip>" if to.startswith("sip") else f"<Number>{escape(to)}</Number>"
        path = f"/2010-04-01/Accounts/{quote(self.account, safe='')}/Calls/{quote(caller.call, safe='')}.json"
        form = {"Twiml": f"<Response><Dial>{inner}</Dial></Response>"}
        try:
            async with httpx.AsyncClient(
                base_url=self.url, auth=(self.account, self.token), timeout=self.seconds, trust_env=False
            ) as client:
                answer = await client.post(path, data=form)
        except httpx.HTTPError as error:
            raise DialingFailed(f"it cannot be reached ({type(error).__name__})") from error
        if not answer.is_success:
            raise DialingFailed(f"it answered {answer.status_code}")


@dataclass(slots=True)
class CallsNow:
    """The calls that this server carries, by conversation."""

    _callers: dict[ConversationId, Caller] = field(default_factory=dict)

    @contextmanager
    def of(self, conversation: ConversationId, caller: Caller) -> Iterator[None]:
        self._callers[conversation] = caller
        try:
            yield
        finally:
            self._callers.pop(conversation, None)

    def caller(self, conversation: ConversationId) -> Caller | None:
        return self._callers.get(conversation)
