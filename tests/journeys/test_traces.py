"""The trace of a real turn, as a collector gets it: the tree, the times, and no word of a customer."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import open_aisle
from assistant.settings import AisleSettings
from assistant.sight.sight import Sight
from assistant.sight.spans import trace_of
from channels.settings import ChannelSettings
from model_serving.chat import ChatMessage
from model_serving.language_models.scripted import ScriptedModel
from model_serving.measured import Call, MeasuredModel
from tests.channels.house import Served, serving

pytestmark = pytest.mark.anyio
CANARIES = ("zebrafish", "gudrun", "pfeffer@web.example", "rosenweg")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def collector() -> Iterator[list[bytes]]:
    """As AISLE_TRACES_URL has it: OTLP over HTTP."""
    pytest.importorskip("opentelemetry.proto", reason="needs aisle[otel]")
    got: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces" and self.headers["content-type"] == "application/x-protobuf"
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("AISLE_TRACES_URL", f"http://127.0.0.1:{server.server_port}")
        settings.setenv("AISLE_TRACES_SHARE", "1")
        yield got
    server.shutdown()
    thread.join()
    server.server_close()


def _draft(messages: Sequence[ChatMessage]) -> list[str]:
    return [messages[-1].content.partition("DRAFT: ")[2]]


@pytest.fixture(scope="module")
async def talked(demo_home: Path, collector: list[bytes]) -> AsyncIterator[tuple[list[dict[str, Any]], list[Any]]]:
    """Replies, and the spans of all turns once the server has ended."""
    replies: list[dict[str, Any]] = []
    settings, calls = AisleSettings(home=demo_home, answering_writer="model"), [Call][:0]
    sights: list[Sight] = []

    def called(call: Call) -> None:
        calls.append(call)
        sights[0].called(call)

    async with open_aisle(settings, model=MeasuredModel(ScriptedModel(_draft), called)) as aisle:
        sights.append(aisle.assistant.sight)
        async with serving(aisle, ChannelSettings(_env_file=None)) as served:
            replies += await _talk(served)
            aisle.assistant.sight.spoken(replies[0]["turn_id"], hearing=0.3, speaking=0.2)
    assert calls
    yield replies, list(_spans(collector))


async def _talk(served: Served) -> list[dict[str, Any]]:
    opened = await served.start()
    texts = (
        "i need a 2 person tent under 300",
        "add the first one to my cart, any colour",
        "I am Gudrun Pfeffer with the zebrafish, pfeffer@web.example, at Rosenweg 12: when does it come?",
    )
    async with served.socket() as socket:
        await socket.send(opened.hello())
        await socket.until("live")
        said = []
        for number, text in enumerate(texts):
            await opened.say(text, f"m{number}")
            frames = await socket.until_event("assistant_said")
            said.append(frames[-1]["event"]["data"])
    return said


def _spans(bodies: Sequence[bytes]) -> Iterator[Any]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    for body in bodies:
        for of_all in ExportTraceServiceRequest.FromString(body).resource_spans:
            assert {one.key for one in of_all.resource.attributes} >= {"service.name", "service.instance.id"}
            for scope in of_all.scope_spans:
                yield from scope.spans


def of_turn(spans: Sequence[Any], turn_id: str) -> list[Any]:
    return [span for span in spans if span.trace_id.hex() == trace_of(turn_id)]


async def test_a_turns_stages_stand_below_it_and_what_they_call_below_them(
    talked: tuple[list[dict[str, Any]], list[Any]],
) -> None:
    replies, spans = talked
    trees = [set(edges(of_turn(spans, reply["turn_id"]))) for reply in replies]
    for stage in ("receive", "listening", "understanding", "flows", "drafting", "writing", "append", "delivery"):
        assert all(("turn", stage) in tree for tree in trees), stage
    assert {("turn", "grounding"), ("writing", "model"), ("turn", "hearing"), ("turn", "speaking")} <= trees[0]
    assert ("flows", "retrieval") in set.union(*trees), sorted(set.union(*trees))


def edges(spans: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Parent and child; a turn has no parent."""
    for span in spans:
        yield by_id(spans)[span.parent_span_id] if span.parent_span_id else "", span.name


def by_id(spans: Sequence[Any]) -> dict[bytes, str]:
    return {span.span_id: span.name for span in spans}


async def test_what_is_inside_lasts_no_longer_than_what_it_is_inside_of(
    talked: tuple[list[dict[str, Any]], list[Any]],
) -> None:
    replies, spans = talked
    for reply in replies:
        found = {span.span_id: span for span in of_turn(spans, reply["turn_id"])}
        assert len(found) > 8
        for span in found.values():
            assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
            parent = found.get(span.parent_span_id)
            if parent is not None and parent.name != "turn":  # some of a turn's stages come before and after its run
                assert parent.start_time_unix_nano <= span.start_time_unix_nano
                assert span.end_time_unix_nano <= parent.end_time_unix_nano


async def test_the_trace_says_how_and_not_what(talked: tuple[list[dict[str, Any]], list[Any]]) -> None:
    replies, spans = talked
    turn = next(span for span in of_turn(spans, replies[0]["turn_id"]) if span.name == "turn")
    told = {one.key: one.value.string_value for one in turn.attributes}
    assert told["aisle.turn"] == replies[0]["turn_id"] and told["aisle.channel"] == "web"
    everything = "".join(map(str, spans)).casefold()
    assert [word for word in CANARIES if word in everything] == []
    assert not any(replies[0]["text"][at : at + 30].casefold() in everything for at in range(0, 60, 15))
