"""Giving a call on: what the carrier is told, and what an agent is told when it does not take it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest

from assistant.events import ConversationId
from channels.call_center.caller import Caller
from channels.call_center.dialing import CallsNow, DialingFailed, TwilioDialer

pytestmark = pytest.mark.anyio
CALL = Caller(number="+15550100", call="CA0123")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def carrier(status: int, asked: list[bytes]) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line)
        asked.extend([head, await reader.readexactly(length)])
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_twilio_is_told_to_dial_the_agents_phone_in_place_of_the_assistant() -> None:
    asked: list[bytes] = []
    async with carrier(200, asked) as url:
        dialer = TwilioDialer(account="AC1", token="secret", url=url)
        assert dialer.can(CALL) and not dialer.can(Caller(call="asterisk-1"))
        await dialer.give_on(CALL, "+4930123456")
    head, body = asked
    assert head.startswith(b"POST /2010-04-01/Accounts/AC1/Calls/CA0123.json")
    assert b64encode(b"AC1:secret") in head
    assert parse_qs(body.decode())["Twiml"] == ["<Response><Dial><Number>+4930123456</Number></Dial></Response>"]


async def test_what_the_carrier_refuses_is_told() -> None:
    asked: list[bytes] = []
    async with carrier(404, asked) as url:
        with pytest.raises(DialingFailed, match="404"):
            await TwilioDialer(account="AC1", token="s", url=url).give_on(CALL, "sip:ada@shop.example")
    assert "<Sip>sip:ada@shop.example</Sip>" in parse_qs(asked[1].decode())["Twiml"][0]
    with pytest.raises(DialingFailed, match="reached"):
        await TwilioDialer(account="AC1", token="s", url=url).give_on(CALL, "+4930123456")


def test_without_an_account_nothing_can_be_dialed() -> None:
    assert not TwilioDialer(account="", token="s").can(CALL)


def test_a_call_is_known_while_it_lasts() -> None:
    now, name = CallsNow(), ConversationId("c")
    with now.of(name, CALL):
        assert now.caller(name) == CALL
    assert now.caller(name) is None
