"""Traces go out beside the turns: tried again where that helps, dropped and counted where not, never waited for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from assistant.sight import trace_sending
from assistant.sight.trace_sending import MOST_WAITING, Sending, Unsent, posting


def joined(items: object) -> bytes:
    return b",".join(items)  # type: ignore[arg-type]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_sending, "LONGEST_PAUSE", 0.0)


class Collector:
    """Refuses as often as it is told to."""

    def __init__(self, refuses: int = 0, *, again: bool = True) -> None:
        self.refuses, self.again, self.got, self.tried = refuses, again, [b""][:0], 0

    def __call__(self, body: bytes) -> None:
        self.tried += 1
        if self.tried <= self.refuses:
            raise Unsent("no", again=self.again)
        self.got.append(body)


def sending(collector: Collector, lost: list[int]) -> Sending[bytes]:
    return Sending(joined, collector, on_lost=lost.append, every=3_600)


def test_what_waits_goes_out_together() -> None:
    collector, lost = Collector(), [0][:0]
    out = sending(collector, lost)
    for one in (b"a", b"b"):
        out.add(one)
    out.flush()
    out.close()
    assert (collector.got, lost) == ([b"a,b"], [])


@pytest.mark.usefixtures("impatient")
def test_a_collector_that_is_away_for_a_moment_gets_the_same_again() -> None:
    collector, lost = Collector(refuses=2), [0][:0]
    out = sending(collector, lost)
    out.add(b"a")
    out.flush()
    out.close()
    assert (collector.got, collector.tried, lost) == ([b"a"], 3, [])


@pytest.mark.usefixtures("impatient")
def test_what_is_never_taken_is_counted_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    collector, lost = Collector(refuses=5, again=False), [0][:0]
    out = sending(collector, lost)
    with caplog.at_level(logging.WARNING):
        for one in (b"a", b"b", b"c"):
            out.add(one)
            out.flush()
    out.close()
    assert (collector.tried, lost) == (3, [1, 1, 1])
    assert len(caplog.records) == 1


def test_more_than_it_can_hold_is_dropped_and_turns_do_not_wait() -> None:
    held = threading.Event()
    lost: list[int] = []

    def slow(body: bytes) -> None:
        held.wait(10)

    out = Sending(joined, slow, on_lost=lost.append, every=3_600)
    for _ in range(MOST_WAITING + trace_sending.MOST_AT_ONCE + 5):
        out.add(b"x")
    assert len(lost) >= 5
    held.set()
    out.close()


@contextmanager
def answering(status: int, **headers: str) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    got: list[tuple[str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((str(self.headers["x-key"]), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_posted_with_the_collectors_key() -> None:
    with answering(200) as (url, got):
        posting(url, {"x-key": "secret"})(b"body")
    assert got == [("secret", b"body")]


@pytest.mark.parametrize(("status", "again", "after"), [(503, True, 7.0), (429, True, 7.0), (400, False, 7.0)])
def test_a_collector_says_whether_to_come_again(status: int, again: bool, after: float) -> None:
    with answering(status, retry_after="7") as (url, _), pytest.raises(Unsent) as refused:
        posting(url, {})(b"body")
    assert (refused.value.again, refused.value.after) == (again, after)


def test_a_collector_that_is_not_there_may_come_back() -> None:
    with pytest.raises(Unsent) as refused:
        posting("http://127.0.0.1:9/v1/traces", {})(b"body")
    assert refused.value.again
