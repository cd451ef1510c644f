"""The network that fails as it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from eval.faults.tcp_proxy import TcpProxy

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    ended: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.append(writer)
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in ended:
            writer.close()
        await server.wait_closed()


Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def _through() -> AsyncIterator[tuple[TcpProxy, Pair]]:
    async with _echo() as port, TcpProxy(target=port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        try:
            yield proxy, (reader, writer)
        finally:
            writer.close()


async def _answer(pair: Pair, said: bytes, seconds: float = 5.0) -> bytes:
    pair[1].write(said)
    async with asyncio.timeout(seconds):
        return await pair[0].readexactly(len(said))


async def _silent(pair: Pair, seconds: float = 0.1) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await pair[0].read(1)
    except TimeoutError:
        return True
    return False


async def test_in_peace_bytes_go_through() -> None:
    async with _through() as (proxy, pair):
        sent = bytes(range(256)) * 2_000
        assert await _answer(pair, sent) == sent
        assert (proxy.up.carried, proxy.down.carried, proxy.open_connections) == (len(sent), len(sent), 1)


async def test_in_a_partition_nothing_arrives_and_all_of_it_after() -> None:
    async with _through() as (proxy, pair):
        await _answer(pair, b"before")
        proxy.partition()
        pair[1].write(b"during")
        assert await _silent(pair)
        proxy.heal()
        async with asyncio.timeout(5):
            assert await pair[0].readexactly(6) == b"during"


@pytest.mark.parametrize("up", [True, False])
async def test_one_direction_alone_can_be_held(up: bool) -> None:
    async with _through() as (proxy, pair):
        await _answer(pair, b"before")
        carried = proxy.up.carried
        proxy.partition(up=up, down=not up)
        pair[1].write(b"x")
        assert await _silent(pair)
        assert proxy.up.carried == carried + (0 if up else 1)


async def test_a_cut_is_an_end_and_a_reset_is_none() -> None:
    async with _through() as (proxy, pair):
        await _answer(pair, b"x")
        proxy.cut()
        assert await pair[0].read() == b""
    async with _through() as (proxy, pair):
        await _answer(pair, b"x")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            await pair[0].readexactly(1)


async def test_new_connections_can_be_refused() -> None:
    async with _through() as (proxy, _):
        proxy.refusing = True
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()


async def test_an_end_that_is_swallowed_leaves_the_other_side_waiting() -> None:
    async with _through() as (proxy, pair):
        await _answer(pair, b"x")
        proxy.up.swallows_ends = True
        pair[1].write_eof()
        assert await _silent(pair)


@pytest.mark.parametrize(("delay", "rate"), [(0.05, 0.0), (0.0, 200.0)])
async def test_slow_and_narrow_ways_take_their_time(delay: float, rate: float) -> None:
    async with _through() as (proxy, pair):
        proxy.up.delay, proxy.up.bytes_a_second = delay, rate
        began = time.monotonic()
        assert await _answer(pair, b"0123456789") == b"0123456789"
        assert time.monotonic() - began >= 0.05


async def test_a_server_that_is_away_is_a_reset() -> None:
    async with _echo() as port:
        pass
    async with TcpProxy(target=port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
