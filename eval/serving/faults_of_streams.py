"""The ways in which a server of language models fails, each as the bytes that it sends and the pauses between them. Pure.

`faulty_endpoint` plays them to whoever asks; tests and benches name them. A reply's words come in; what leaves is HTTP
from its status line to its last byte. The healthy reply is one of them, so that all share their form.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FOREVER: Final = float("inf")
TOOL: Final = "check_stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection ends here: with FIN, or with RST as when a process is killed."""

    reset: bool = False


Step = bytes | Pause | Cut
"""Steps without a Cut end the answer properly, and the connection stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a healthy server would answer, and how fast."""

    words: Sequence[str]
    first_delay: float = 0.0
    delay: float = 0.0
    prompt_tokens: int = 9
    cached_tokens: int = 4


Behaviour = Callable[[Reply], Iterator[Step]]

HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
END: Final = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(value: object) -> bytes:
    return chunk(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())


def delta(change: Mapping[str, Any], finish: str | None = None) -> bytes:
    return event({"choices": [{"index": 0, "delta": change, "finish_reason": finish}]})


def answer(status: int, body: bytes, *more: str, kind: str = "application/json") -> bytes:
    lines = (f"HTTP/1.1 {status} Told", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    return "\r\n".join((*lines, "", "")).encode() + body


def said(reply: Reply, words: Sequence[str]) -> Iterator[Step]:
    for number, word in enumerate(words):
        if pause := reply.delay if number else reply.first_delay:
            yield Pause(seconds=pause)
        yield delta({"content": word})


def half(reply: Reply) -> Iterator[Step]:
    """A healthy beginning: what breaks after it breaks in the middle of a reply."""
    yield HEAD
    yield from said(reply, reply.words[: max(1, len(reply.words) // 2)])


def ending(reply: Reply, *, finish: str = "stop") -> Iterator[Step]:
    yield delta({}, finish)
    details = {"cached_tokens": reply.cached_tokens}
    usage = {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": len(reply.words),
        "prompt_tokens_details": details,
    }
    yield event({"choices": [], "usage": usage})
    yield chunk(b": a comment\n\ndata: [DONE]\n\n")
    yield END


def healthy(reply: Reply) -> Iterator[Step]:
    yield HEAD
    yield from said(reply, reply.words)
    yield from ending(reply)


def status(code: int, *more: str, body: str = '{"error": {"message": "told to"}}') -> Behaviour:
    def behave(reply: Reply) -> Iterator[Step]:
        yield answer(code, body.encode(), *more)

    return behave


def midway(*steps: Step) -> Behaviour:
    """Half a reply, these steps, and then the rest as if nothing had been."""

    def behave(reply: Reply) -> Iterator[Step]:
        yield from half(reply)
        yield from steps
        yield from said(reply, reply.words[max(1, len(reply.words) // 2) :])
        yield from ending(reply)

    return behave


def without_end(first: bytes, again: bytes) -> Behaviour:
    def behave(reply: Reply) -> Iterator[Step]:
        yield from half(reply)
        yield first
        yield from itertools.repeat(again)

    return behave


def as_it_is(*steps: Step) -> Behaviour:
    return lambda reply: iter(steps)


def drips(reply: Reply, *, every: float = 1.0) -> Iterator[Step]:
    yield HEAD
    for word in itertools.cycle(reply.words):
        yield delta({"content": word})
        yield Pause(seconds=every)


def slow_headers(reply: Reply) -> Iterator[Step]:
    """A slow loris: it never stops sending its headers."""
    yield b"HTTP/1.1 200 OK\r\n"
    for number in itertools.count():
        yield f"X-Header-{number}: {number}\r\n".encode()
        yield Pause(seconds=0.05)


def split_characters(reply: Reply) -> Iterator[Step]:
    """Legal: events arrive in pieces, and every character of several bytes is torn."""
    yield HEAD
    for step in (*said(reply, reply.words), *ending(reply)):
        if isinstance(step, bytes) and step != END:
            inner = step.split(b"\r\n", 1)[1][:-2]
            torn = [at for at, byte in enumerate(inner) if 0x80 <= byte < 0xC0 or at % 40 == 0]
            yield from (chunk(inner[start:end]) for start, end in itertools.pairwise([*torn, len(inner)]))
        else:
            yield step


def calls_a_tool(arguments: str, *, name: str = TOOL) -> Behaviour:
    def behave(reply: Reply) -> Iterator[Step]:
        yield HEAD
        opened = {"index": 0, "id": "c1", "type": "function", "function": {"name": name, "arguments": ""}}
        yield delta({"tool_calls": [opened]})
        for at in range(0, len(arguments), 9):
            yield delta({"tool_calls": [{"index": 0, "function": {"arguments": arguments[at : at + 9]}}]})
        yield from ending(reply, finish="tool_calls")

    return behave


def no_finish(reply: Reply) -> Iterator[Step]:
    yield HEAD
    yield from said(reply, reply.words)
    yield chunk(b"data: [DONE]\n\n")
    yield END


def no_done(reply: Reply) -> Iterator[Step]:
    """Legal enough: the reply is whole, only its last mark is missing."""
    yield HEAD
    yield from said(reply, reply.words)
    yield delta({}, "stop")
    yield END


def whole_without_a_stream(reply: Reply) -> Iterator[Step]:
    """A gateway that ignores `stream`."""
    message = {"role": "assistant", "content": "".join(reply.words)}
    yield answer(200, json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode())


PAGE: Final = b"<!doctype html><title>502</title><p>" + b"The gateway has no upstream. " * 40

FAULTS: Final[Mapping[str, Behaviour]] = {
    "": healthy,
    # -- it does not answer in time
    "hang_before_headers": as_it_is(Pause(seconds=FOREVER)),
    "hang_after_headers": as_it_is(HEAD, Pause(seconds=FOREVER)),
    "hang_midway": midway(Pause(seconds=FOREVER)),
    "drip": drips,
    "slow_headers": slow_headers,
    # -- it says that it will not
    "500": status(500),
    "502": status(502, body="<html>bad gateway</html>"),
    "503": status(503),
    "503_soon": status(503, "Retry-After: 0.1"),
    "503_later": status(503, "Retry-After: 60"),
    "429": status(429),
    "429_soon": status(429, "Retry-After: 0.1"),
    "429_later": status(429, "Retry-After: 60"),
    "429_date": status(429, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
    "408": status(408, body=""),
    "401": status(401),
    "404": status(404),
    "redirect": status(307, "Location: /v1/chat/completions"),
    "redirect_away": status(302, "Location: http://127.0.0.1:9/"),
    # -- it breaks off
    "cut_before_headers": as_it_is(Cut()),
    "reset_before_headers": as_it_is(Cut(reset=True)),
    "cut_midway": midway(Cut()),
    "reset_midway": midway(Cut(reset=True)),
    "short_body": as_it_is(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999\r\n\r\ndata: ", Cut()),
    "empty_stream": as_it_is(HEAD, END),
    "no_finish": no_finish,
    "error_event": midway(event({"error": {"code": 500, "message": "the engine died"}}), END),
    "busy_event": midway(event({"error": {"code": 503, "message": "out of slots"}}), END),
    # -- it sends what nobody can read
    "not_http": as_it_is(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Cut()),
    "bad_chunk": midway(b"zz\r\nwhat\r\n"),
    "bad_compression": as_it_is(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nplain!"
    ),
    "html_page": as_it_is(answer(200, PAGE, kind="text/html; charset=utf-8")),
    "not_streamed": whole_without_a_stream,
    "bad_json": midway(chunk(b'data: {"choices": [\n\n')),
    "deep_json": midway(chunk(b"data: " + b"[" * 100_000 + b"\n\n")),
    "bad_utf8": midway(chunk(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')),
    "not_object": midway(chunk(b"data: [1, 2]\n\n")),
    "wrong_shape": midway(chunk(b'data: {"choices": [{"delta": {"content": 5}}]}\n\n')),
    "choices_no_list": midway(chunk(b'data: {"choices": {"delta": 1}}\n\n')),
    "bad_usage": midway(event({"choices": [], "usage": {"prompt_tokens": "many"}})),
    "surrogate": midway(chunk(b'data: {"choices": [{"delta": {"content": "\\ud800"}}]}\n\n')),
    "huge_header": as_it_is(b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 2_000_000 + b"\r\n\r\n"),
    # -- it does not stop
    "endless_words": without_end(b"", delta({"content": "word " * 40})),
    "endless_line": without_end(chunk(b"data: "), chunk(b"x" * 60_000)),
    "endless_event": without_end(b"", chunk(b"data: " + b"x" * 6_000 + b"\n")),
    "endless_tools": without_end(
        b"", delta({"tool_calls": [{"index": 0, "function": {"name": TOOL, "arguments": "x" * 9_000}}]})
    ),
    "endless_calls": lambda reply: itertools.chain(
        [HEAD], (delta({"tool_calls": [{"index": n, "id": f"c{n}", "function": {"name": TOOL}}]}) for n in itertools.count())
    ),
    "endless_comments": without_end(b"", chunk(b": still here\n\n" * 400)),
    "endless_nothing": without_end(b"", delta({})),
    # -- legal, if rare: a whole reply
    "split_characters": split_characters,
    "no_done": no_done,
    "content_filter": lambda reply: itertools.chain([HEAD], said(reply, reply.words), ending(reply, finish="content_filter")),
    # -- the protocol is right and the words are wrong
    "empty_reply": lambda reply: itertools.chain([HEAD], ending(reply)),
    "blank_reply": lambda reply: itertools.chain([HEAD, delta({"content": "  \n "})], ending(reply)),
    "lies": lambda reply: healthy(Reply(words=("It is ", "free, ", "only $0.01 ", "today at our Paris store."))),
    "bad_tool_arguments": calls_a_tool('{"product_id": "P1", '),
    "unknown_tool": calls_a_tool("{}", name="delete_everything"),
}  # fmt: skip
"""By name. "" is health."""

WHOLE: Final = frozenset({"", "split_characters", "no_done", "content_filter"})
"""Those that bring a whole reply: to take them for failures would be a fault of ours."""
IN_THE_BEGINNING: Final = frozenset({"401", "404", "redirect", "redirect_away"})
"""Those that say something about our settings."""
