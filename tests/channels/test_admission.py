"""What is refused when more is said than can be answered soon, and to whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.edge.admission import EASY_AT_ONCE, Admission, Overloaded
from channels.problems import answer
from tests.channels.house import build_house, serving

MOST = 8


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_in_peace_nobody_waits_however_much_they_write() -> None:
    admission = Admission(most=MOST)
    for _ in range(100):
        admission.take("a", answering=MOST // 2 - 1, waits=False, now=0.0)
    with pytest.raises(Overloaded):  # the same writer, once half of the way is taken
        admission.take("a", answering=MOST // 2, waits=True, now=0.0)


def test_at_the_end_of_the_way_everybody_is_told_to_wait() -> None:
    with pytest.raises(Overloaded) as told:
        Admission(most=MOST).take("new", answering=MOST, waits=False, now=0.0)
    assert told.value.code == "overloaded"
    assert told.value.retry_after > 0


def test_from_half_of_the_way_those_who_write_most_wait_first() -> None:
    admission = Admission(most=MOST)
    for _ in range(EASY_AT_ONCE):
        admission.take("talker", answering=MOST // 2, waits=False, now=0.0)
    with pytest.raises(Overloaded):
        admission.take("talker", answering=MOST // 2, waits=False, now=0.0)
    admission.take("quiet", answering=MOST // 2, waits=False, now=0.0)


def test_what_was_written_in_peace_counts_once_many_wait() -> None:
    admission = Admission(most=MOST)
    for _ in range(50):
        admission.take("talker", answering=0, waits=False, now=0.0)
    with pytest.raises(Overloaded):
        admission.take("talker", answering=MOST - 1, waits=False, now=1.0)


def test_from_half_of_the_way_nobody_cuts_off_their_own_turn() -> None:
    admission = Admission(most=MOST)
    admission.take("a", answering=MOST // 2 - 1, waits=True, now=0.0)
    with pytest.raises(Overloaded):
        admission.take("b", answering=MOST // 2, waits=True, now=0.0)


def test_over_http_it_is_429_with_a_time_to_wait() -> None:
    refused = answer(Overloaded())
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert b'"overloaded"' in refused.body


@pytest.mark.anyio
async def test_a_socket_stays_open_and_takes_the_same_message_later(tmp_path: Path) -> None:
    async with serving(build_house(tmp_path)) as served:
        opened = await served.start()
        door = served.app.state.front_door
        async with served.socket() as socket:
            await socket.send(opened.hello())
            await socket.until("live")
            usual, door.admission = door.admission, Admission(most=0)
            said = {"type": "message", "client_id": "m1", "text": "hi"}
            await socket.send(said)
            error = (await socket.until("error"))[-1]
            assert (error["code"], error["client_id"]) == ("overloaded", "m1")
            door.admission = usual
            await socket.send(said)
            assert (await socket.until("accepted"))[-1]["client_id"] == "m1"
