"""Buckets, connections, outboxes and transfer codes by themselves."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import ConversationId
from assistant.stores.small_tables import open_engine
from channels.edge.limits import Bucket, Connections, RateLimit
from channels.errors import SlowReader, TooMany, TransferCodeInvalid
from channels.frames import Live, Pong, Reset
from channels.moving.transfer import TransferCodes, qr_svg
from channels.outbox import Outbox


@pytest.fixture
def anyio_backend():
    return "asyncio"


@given(st.lists(st.floats(0, 30), max_size=200))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(pauses):
    bucket, now, taken = Bucket(10, 1.0, 10, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now) == 0.0
        assert taken <= 10 + now + 1e-6


def test_a_limit_tells_when_to_come_back_and_then_keeps_its_word():
    limit = RateLimit("messages", per_minute=2, at_once=2)
    limit.take("c", 0.0)
    limit.take("c", 0.0)
    with pytest.raises(TooMany) as refused:
        limit.take("c", 0.0)
    limit.take("other", 0.0)
    limit.take("c", refused.value.retry_after)


def test_connections_are_counted_by_conversation_and_in_all():
    connections = Connections(most=2, most_of_one=1)
    with connections.one("a"):
        with pytest.raises(TooMany), connections.one("a"):
            pass
        with connections.one("b"), pytest.raises(TooMany), connections.one("c"):
            pass
    assert connections.total == 0


@pytest.mark.anyio
async def test_an_outbox_keeps_order_and_refuses_what_does_not_fit():
    outbox = Outbox(frames=2)
    outbox.offer(Live())
    outbox.offer(Pong())
    with pytest.raises(SlowReader):
        outbox.offer(Pong())
    assert [type(frame) for frame, _ in [await outbox.take(), await outbox.take()]] == [Live, Pong]


@pytest.mark.anyio
async def test_an_outbox_counts_bytes_too_but_takes_one_large_frame():
    outbox = Outbox(size=100)
    outbox.offer(Reset(reason="x" * 500))
    with pytest.raises(SlowReader):
        outbox.offer(Live())


@pytest.mark.anyio
async def test_a_replay_waits_for_room():
    outbox = Outbox(frames=1)
    outbox.offer(Live())
    putting = asyncio.create_task(outbox.put(Pong()))
    assert isinstance((await outbox.take())[0], Live)
    await putting
    assert isinstance((await outbox.take())[0], Pong)


def test_a_transfer_code_works_once_and_not_for_long(tmp_path):
    now = [0.0]
    codes = TransferCodes(open_engine(tmp_path), seconds=60, now=lambda: now[0])
    issued = codes.issue(ConversationId("c_1"))
    typed = f" {issued.code[:5].lower()}-{issued.code[5:].lower()}"
    assert codes.redeem(typed) == "c_1"
    late = codes.issue(ConversationId("c_1"))
    now[0] = 61
    for code in (issued.code, late.code, "", "\ud800", "x" * 10_000):
        with pytest.raises(TransferCodeInvalid):
            codes.redeem(code)
    assert issued.code.encode() not in (tmp_path / "house.db").read_bytes()


def test_a_code_given_by_one_process_is_taken_by_another_once_and_by_one_of_many_at_once(tmp_path):
    here, there = (TransferCodes(open_engine(tmp_path), seconds=60) for _ in range(2))
    assert there.redeem(here.issue(ConversationId("c_1")).code) == "c_1"
    code = here.issue_said(ConversationId("c_2")).code
    assert code.isdigit() and here.outstanding(ConversationId("c_2"))

    def take(codes: TransferCodes) -> str:
        try:
            return codes.redeem(f"{code[:3]} {code[3:6]}-{code[6:]}")
        except TransferCodeInvalid:
            return ""

    with ThreadPoolExecutor(8) as many:
        taken = list(many.map(take, [here, there] * 8))
    assert sorted(filter(None, taken)) == ["c_2"]
    assert not there.outstanding(ConversationId("c_2"))


def test_a_qr_picture_is_plain_svg():
    svg = qr_svg("http://127.0.0.1:8080/#transfer=ABC")
    assert svg.startswith("<svg") and svg.rstrip().endswith("</svg>") and "script" not in svg
